// Publishes numbered pictures in which each second a flash and a beep begin together, and writes down every coded frame that leaves
// the encoder: its RTP timestamp and a hash of its bytes.
(() => {
  const COLUMNS = 24;
  const FLASH_MS = 80;
  const BEEP_HZ = 1000;
  const NOISE_SECONDS = 2.0171; // no multiple of a frame
  const QUIET = 0.02;
  const SPECKS = 60;
  const logs = { video: [], audio: [] };
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false });
  let pc = null;
  let session = null;
  let audio = null;
  let ticking = null;
  let number = 0;
  window.publisher = { start, still, rest, stop, sent, sources, nacks, pictures: () => logs.video.length, state: () => pc?.connectionState };

  async function start(url, { codec = "VP8", width = 320, height = 180, fps = 30 } = {}) {
    canvas.width = width;
    canvas.height = height;
    draw(false);
    const stream = canvas.captureStream();
    const beep = await sound(stream);
    pc = new RTCPeerConnection({ encodedInsertableStreams: true });
    for (const track of stream.getTracks()) {
      const transceiver = pc.addTransceiver(track, { direction: "sendonly", streams: [stream] });
      if (track.kind === "video") {
        const { codecs } = RTCRtpSender.getCapabilities("video");
        const rank = ({ mimeType }) => (mimeType === `video/${codec}` ? 0 : 1);
        transceiver.setCodecPreferences(codecs.toSorted((a, b) => rank(a) - rank(b)));
      }
      listen(transceiver.sender, logs[track.kind]);
    }
    await pc.setLocalDescription();
    const answer = await fetch(url, { method: "POST", body: pc.localDescription.sdp, headers: { "Content-Type": "application/sdp" } });
    if (answer.status !== 201) {
      throw new Error(await answer.text());
    }
    session = answer.headers.get("Location");
    await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
    let due = performance.now();
    let flashUntil = 0;
    let second = Math.floor(due / 1000) + 1;
    ticking = setInterval(() => {
      const now = performance.now();
      if (now < due) {
        return;
      }
      due = Math.max(due + 1000 / fps, now - 100);
      if (now >= second * 1000) {
        second = Math.floor(now / 1000) + 1;
        flashUntil = now + FLASH_MS;
        beep();
      }
      draw(now < flashUntil);
    }, 3);
  }

  /** Adds a track of quiet noise, of which no two frames are the same; what it returns makes a beep in it. */
  async function sound(stream) {
    audio = new AudioContext({ latencyHint: "interactive", sampleRate: 48000 });
    const oscillator = new OscillatorNode(audio, { frequency: BEEP_HZ });
    const gain = new GainNode(audio, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(audio, { channelCount: 1 });
    oscillator.connect(gain).connect(out);
    oscillator.start();
    const samples = Float32Array.from({ length: NOISE_SECONDS * audio.sampleRate }, () => (Math.random() - 0.5) * QUIET);
    const noise = new AudioBufferSourceNode(audio, { buffer: new AudioBuffer({ length: samples.length, sampleRate: audio.sampleRate }), loop: true });
    noise.buffer.copyToChannel(samples, 0);
    noise.connect(out);
    noise.start();
    await audio.resume();
    stream.addTrack(out.stream.getAudioTracks()[0]);
    return () => {
      gain.gain.setValueAtTime(0.5, audio.currentTime);
      gain.gain.setValueAtTime(0, audio.currentTime + FLASH_MS / 1000);
    };
  }

  function draw(isFlash) {
    number = (number + 1) & 0xffff;
    const { width, height } = canvas;
    context.fillStyle = isFlash ? "#ffffff" : "#000000";
    context.fillRect(0, 0, width, height * 0.86);
    // So much that changes that a picture takes several packets.
    for (let i = 0; i < SPECKS; i++) {
      context.fillStyle = `rgb(${64 * ((number * 7 + i) % 4)} ${64 * ((number * 5 + i * 3) % 4)} ${64 * ((number + i * 5) % 4)})`;
      context.fillRect(((number * 31 + i * 97) % 199) * (width / 200), ((i * 7) % 11) * (height / 100), width / 60, height / 60);
    }
    const check = (number >> 12) ^ (number >> 8) ^ (number >> 4) ^ number ^ 0b0101;
    const strip = (0b10 << 20) | (number << 4) | (check & 0xf);
    context.fillStyle = "#808080";
    context.fillRect(0, height * 0.86, width, height * 0.14);
    for (let i = 0; i < COLUMNS - 2; i++) {
      context.fillStyle = (strip >> (COLUMNS - 3 - i)) & 1 ? "#ffffff" : "#000000";
      context.fillRect(((i + 1) * width) / COLUMNS, height * 0.88, width / COLUMNS + 0.5, height * 0.1);
    }
  }

  function listen(sender, log) {
    const { readable, writable } = sender.createEncodedStreams();
    const note = (frame, controller) => {
      const entry = { timestamp: frame.getMetadata().rtpTimestamp };
      log.push(entry);
      entry.hashed = crypto.subtle.digest("SHA-256", frame.data.slice(0)).then((hash) => {
        entry.hash = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      });
      controller.enqueue(frame);
    };
    readable.pipeThrough(new TransformStream({ transform: note })).pipeTo(writable);
  }

  /** What has left the encoder of a kind: {@code timestamp:hash}, in order. */
  async function sent(kind) {
    const log = [...logs[kind]];
    await Promise.all(log.map(({ hashed }) => hashed));
    return log.map(({ timestamp, hash }) => `${timestamp}:${hash}`).join(" ");
  }

  /** The SSRCs of pictures, of their retransmissions and of sound. */
  function sources() {
    const { sdp } = pc.localDescription;
    const [, pictures, again] = /a=ssrc-group:FID (\d+) (\d+)/.exec(sdp);
    return { pictures: Number(pictures), again: Number(again), sound: Number(/m=audio[^]*?a=ssrc:(\d+)/.exec(sdp)[1]) };
  }

  /** How many times it was asked for packets of its pictures. */
  async function nacks() {
    const all = [...(await pc.getStats()).values()];
    return all.find(({ type, kind }) => type === "outbound-rtp" && kind === "video").nackCount;
  }

  /** No more pictures; the sound goes on. */
  function still() {
    clearInterval(ticking);
    return number;
  }

  /** Neither pictures nor sound any more; what has been encoded still leaves. */
  async function rest() {
    clearInterval(ticking);
    await Promise.all(pc.getSenders().map((sender) => sender.replaceTrack(null)));
  }

  async function stop() {
    pc.close();
    await fetch(session, { method: "DELETE" });
    audio.close();
  }
})();
