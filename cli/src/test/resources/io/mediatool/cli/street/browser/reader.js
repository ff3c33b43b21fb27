// Runs before a page's own scripts. Reads the numbers that the test card writes into its pictures, as they are shown, measures
// the sound, and notes when connections come to life.
(() => {
  const COLUMNS = 24;
  const watched = new Map();
  const connections = [];
  window.reader = { watch, read, report, tone, connections };

  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(...parameters) {
      super(...parameters);
      const entry = { pc: this, madeAt: performance.now(), connectedAt: null };
      connections.push(entry);
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") {
          entry.connectedAt ??= performance.now();
        }
      });
    }
  };

  /** Every video that comes into the page is read from its first picture on. */
  new MutationObserver(() => document.querySelectorAll("video").forEach(watch)).observe(document, { childList: true, subtree: true });

  function watch(video) {
    if (watched.has(video)) {
      return;
    }
    const log = { shown: [], firstAt: null, unreadable: 0, canvas: document.createElement("canvas") };
    watched.set(video, log);
    const onFrame = (now, { width, height, presentedFrames, receiveTime, rtpTimestamp }) => {
      const at = performance.now();
      log.firstAt ??= at;
      // The first picture may be on the screen while the element still says that it has none: then nothing can be drawn from it.
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        const number = read(video, log.canvas, width, height);
        if (number === null) {
          log.unreadable++;
        } else {
          log.shown.push({ number, at, width, height, presentedFrames, receivedAt: receiveTime, rtpTimestamp });
        }
      }
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  }

  /** The picture's number; null when the strip cannot be read or its check is wrong. */
  function read(video, canvas, width, height) {
    if (canvas.width !== width) {
      canvas.width = width;
      canvas.height = 1;
    }
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, height * 0.925, width, 1, 0, 0, width, 1);
    const { data } = context.getImageData(0, 0, width, 1);
    const light = (column) => {
      const at = Math.floor(((column + 0.5) * width) / COLUMNS) * 4;
      return data[at] + data[at + 1] + data[at + 2];
    };
    const white = light(1);
    const black = light(2);
    if (white - black < 200) {
      return null;
    }
    let bits = 0;
    for (let column = 3; column < COLUMNS - 1; column++) {
      bits = bits * 2 + (light(column) > (white + black) / 2 ? 1 : 0);
    }
    const number = bits >> 4;
    const check = ((number >> 12) ^ (number >> 8) ^ (number >> 4) ^ number ^ 0b0101) & 0xf;
    return check === (bits & 0xf) ? number : null;
  }

  /** What has been seen of a video since {@code from} (of this page's clock). */
  function report(selector, from = 0) {
    const video = document.querySelector(selector);
    const log = watched.get(video) ?? { shown: [], firstAt: null, unreadable: 0 };
    const shown = log.shown.filter(({ at }) => at >= from);
    const gaps = shown.slice(1).map((one, i) => one.at - shown[i].at);
    const steps = shown.slice(1).map((one, i) => one.number - shown[i].number);
    const last = shown.at(-1);
    return {
      now: performance.now(),
      pictures: shown.length,
      unreadable: log.unreadable,
      firstAt: log.firstAt,
      first: shown[0]?.number ?? null,
      last: last?.number ?? null,
      width: last?.width ?? 0,
      height: last?.height ?? 0,
      backwards: steps.filter((step) => step < 0).length,
      skipped: steps.filter((step) => step > 1).reduce((sum, step) => sum + step - 1, 0),
      longestGapMs: Math.max(0, ...gaps, last ? performance.now() - last.at : 1e9),
      heldMs: held(shown),
      gapsOver: gaps.map((ms, i) => [Math.round(ms), shown[i].number]).filter(([ms]) => ms > 300),
    };
  }

  /**
   * By how much the way from the camera to this page, which the server is part of, became longer at most: from when pictures were
   * taken and when they had come in, whatever time the pages took to make and to show them.
   */
  function held(shown) {
    let least = 0;
    let late = 0;
    let most = 0;
    for (let i = 1; i < shown.length; i++) {
      const [before, one] = [shown[i - 1], shown[i]];
      const takenMs = ((one.rtpTimestamp - before.rtpTimestamp) | 0) / 90;
      late += one.receivedAt - before.receivedAt - takenMs;
      least = Math.min(least, late);
      most = Math.max(most, late - least);
    }
    return Math.round(most);
  }

  /** How loud the strongest frequency of a video's sound is and which it is, over a short while. */
  async function tone(selector) {
    const audio = new AudioContext();
    await audio.resume();
    const source = audio.createMediaStreamSource(document.querySelector(selector).srcObject);
    const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0.3 });
    source.connect(analyser);
    const bins = new Float32Array(analyser.frequencyBinCount);
    let best = { hz: 0, decibels: -Infinity };
    const endAt = performance.now() + 600;
    while (performance.now() < endAt) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      analyser.getFloatFrequencyData(bins);
      const index = bins.indexOf(Math.max(...bins));
      best = { hz: (index * audio.sampleRate) / analyser.fftSize, decibels: Math.max(-200, bins[index]) };
    }
    audio.close();
    return best;
  }
})();
