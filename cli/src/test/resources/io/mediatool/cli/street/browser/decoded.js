// Notes every picture that is decoded for a video, whether it comes to the screen or not: its number, and when. Needs reader.js.
(() => {
  const MOST_WAITING = 300;
  const seen = [];
  let isStarted = false;
  window.decoded = { start, again, seen: () => seen };

  /** Once the video has something to show. */
  function start(selector) {
    const [track] = document.querySelector(selector)?.srcObject?.getVideoTracks() ?? [];
    if (track && !isStarted) {
      isStarted = true;
      follow(new MediaStreamTrackProcessor({ track, maxBufferSize: MOST_WAITING }).readable.getReader());
    }
    return isStarted;
  }

  async function follow(pictures) {
    const canvas = document.createElement("canvas");
    for (let next = await pictures.read(); !next.done; next = await pictures.read()) {
      const picture = next.value;
      const at = performance.now();
      seen.push({ number: reader.read(picture, canvas, picture.displayWidth, picture.displayHeight) ?? -1, at });
      picture.close();
    }
  }

  /** How many pictures have come since the numbers began anew. */
  function again() {
    const last = seen.findIndex(({ number }, i) => i > 0 && number < seen[i - 1].number);
    return last < 0 ? 0 : seen.length - last;
  }
})();
