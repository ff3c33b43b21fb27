// A picture and a tone for trying things out, with no camera. Every picture carries its number, also as a strip of squares that a
// program can read after any codec: 24 columns, of which the first is grey, then white, black (what to compare with), the
// number's 16 bits from the highest, four bits of check (the nibbles of the number and 0101, xor), grey.

const BARS = ["#c0c0c0", "#c0c000", "#00c0c0", "#00c000", "#c000c0", "#c00000", "#0000c0"];
const TONE_HZ = 440;

export class TestCard {
  #canvas = document.createElement("canvas");
  #context = this.#canvas.getContext("2d", { alpha: false, desynchronized: true });
  #fps;
  #ticker = null;
  #audio = null;

  constructor({ width = 640, height = 360, fps = 30 } = {}) {
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#fps = fps;
    /** The number of the newest picture. */
    this.frame = 0;
  }

  /** Begins. The stream has one video and, unless silent, one audio track. */
  async start({ withTone = true } = {}) {
    this.#draw();
    const stream = this.#canvas.captureStream();
    if (withTone) {
      stream.addTrack(await this.#tone());
    }
    this.#ticker = new Worker(new URL("ticker.js", import.meta.url));
    let due = performance.now();
    this.#ticker.onmessage = () => {
      const now = performance.now();
      if (now >= due) {
        due = Math.max(due + 1000 / this.#fps, now - 100);
        this.#draw();
      }
    };
    this.#ticker.postMessage(Math.max(1, Math.round(250 / this.#fps)));
    return stream;
  }

  stop() {
    this.#ticker?.terminate();
    this.#audio?.close();
  }

  async #tone() {
    this.#audio = new AudioContext();
    const oscillator = new OscillatorNode(this.#audio, { frequency: TONE_HZ });
    const gain = new GainNode(this.#audio, { gain: 0.2 });
    const out = new MediaStreamAudioDestinationNode(this.#audio, { channelCount: 1 });
    oscillator.connect(gain).connect(out);
    oscillator.start();
    await Promise.race([this.#audio.resume(), new Promise((resolve) => setTimeout(resolve, 300))]); // needs a click in some browsers
    return out.stream.getAudioTracks()[0];
  }

  #draw() {
    this.frame = (this.frame + 1) & 0xffff;
    const { width, height } = this.#canvas;
    const context = this.#context;
    BARS.forEach((colour, index) => this.#fill(colour, (index * width) / 7, 0, width / 7 + 1, height * 0.62));
    this.#fill("#14181d", 0, height * 0.62, width, height * 0.38);
    const x = (this.frame * 4 * (width / 640)) % width;
    this.#fill("#ffffff", x, height * 0.56, width / 40, height * 0.06);
    context.fillStyle = "#f2f5f7";
    context.textBaseline = "middle";
    context.font = `600 ${Math.round(height * 0.13)}px ui-monospace, Menlo, Consolas, monospace`;
    context.textAlign = "left";
    context.fillText(String(this.frame).padStart(5, "0"), width * 0.04, height * 0.74);
    context.textAlign = "right";
    context.font = `400 ${Math.round(height * 0.09)}px ui-monospace, Menlo, Consolas, monospace`;
    context.fillText(new Date().toISOString().slice(11, 23), width * 0.96, height * 0.74);
    this.#strip(width, height);
  }

  #strip(width, height) {
    const n = this.frame;
    const check = (n >> 12) ^ (n >> 8) ^ (n >> 4) ^ n ^ 0b0101;
    const bits = [1, 0];
    for (let bit = 15; bit >= 0; bit--) {
      bits.push((n >> bit) & 1);
    }
    for (let bit = 3; bit >= 0; bit--) {
      bits.push((check >> bit) & 1);
    }
    this.#fill("#808080", 0, height * 0.86, width, height * 0.14);
    bits.forEach((bit, index) =>
      this.#fill(bit ? "#ffffff" : "#000000", ((index + 1) * width) / 24, height * 0.88, width / 24 + 0.5, height * 0.1),
    );
  }

  #fill(colour, x, y, width, height) {
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, width, height);
  }
}
