// One stream of the room that is watched.
import { Statistics } from "./statistics.js";
import { Tile, press } from "./tile.js";
import { layerTexts } from "./units.js";
import { WhepViewer } from "./whep.js";

/** Silence of a microphone sends something every half second, too. */
const SILENCE_MS = 4_000;

export class Watching {
  #viewer;
  #statistics = new Statistics();
  #mute;
  #quality = null;
  #layers = [];
  #layerTexts = [];
  #media = null;
  #said = { state: "connecting", detail: "" };
  #goneAt = null;
  #received = 0;
  #receivedAt = performance.now();
  #isSilent = false;

  constructor(room, name) {
    this.name = name;
    this.tile = new Tile(name);
    this.#mute = this.tile.button("Mute", (isMuted) => (this.tile.video.muted = isMuted), { toggles: true });
    if (document.fullscreenEnabled) {
      this.tile.button("Full screen", () => this.#fullScreen());
    }
    this.#viewer = new WhepViewer(
      room,
      name,
      (event) => this.#onTrack(event),
      (state, detail) => this.#onState(state, detail),
    );
    this.#viewer.run();
  }

  /** The layers that the publisher sends: with two or more there is something to choose. What they are like may become known later. */
  offer(layers, offered) {
    const texts = layerTexts(layers, offered);
    const isOther = layers.join() !== this.#layers.join();
    this.#layers = layers;
    this.#layerTexts = texts;
    if (isOther) {
      this.#offerQuality();
    } else if (this.#quality) {
      texts.forEach((text, index) => (this.#quality.options[index + 1].text = text));
    }
  }

  /**
   * The room has this stream, or not. The server keeps a viewer for a while, so a publisher who reloads the page comes back by itself.
   *
   * @returns for how many milliseconds it has been gone
   */
  present(isThere) {
    const wasThere = this.#goneAt === null;
    this.#goneAt = isThere ? null : (this.#goneAt ?? performance.now());
    if (isThere !== wasThere) {
      this.#showState();
    }
    return isThere ? 0 : performance.now() - this.#goneAt;
  }

  async refresh(isShown) {
    const pc = this.#viewer.connection;
    await this.#lookForMedia(pc);
    this.tile.numbers(isShown && pc ? await this.#statistics.rows(pc) : null);
  }

  close() {
    this.#viewer.close();
    this.tile.remove();
  }

  /** A player that pauses, and a push that stops without a word, leave the connection and the last picture. */
  async #lookForMedia(pc) {
    const reports = pc && this.#said.state === "live" ? [...(await pc.getStats()).values()] : [];
    const bytes = reports.filter(({ type }) => type === "inbound-rtp").reduce((all, one) => all + one.bytesReceived, 0);
    const nowMs = performance.now();
    if (reports.length === 0 || bytes !== this.#received) {
      this.#received = bytes;
      this.#receivedAt = nowMs;
    }
    const isSilent = nowMs - this.#receivedAt > SILENCE_MS;
    if (isSilent !== this.#isSilent) {
      this.#isSilent = isSilent;
      this.#showState();
    }
  }

  #onTrack({ track, receiver }) {
    this.#media.addTrack(track);
    if (track.kind === "audio") {
      this.tile.listen(receiver);
    }
  }

  #onState(state, detail) {
    if (state === "connecting") {
      this.#media ??= new MediaStream();
    } else if (state === "waiting" || state === "failed") {
      this.tile.stopListening();
      this.#media = null;
    }
    this.#said = { state, detail };
    this.#showState();
    if (state === "failed") {
      this.tile.offerAgain(() => this.#viewer.run());
    }
    if (state === "live") {
      this.#show();
      this.#offerQuality();
    }
  }

  #showState() {
    const { state, detail } = this.#said;
    if (this.#goneAt === null) {
      this.tile.state(state, state === "live" && this.#isSilent ? "Nothing comes at the moment." : detail);
    } else {
      this.tile.state("waiting", `${this.name} has left.`);
    }
  }

  async #show() {
    if (this.tile.video.srcObject === this.#media) {
      return; // an ICE restart: the same tracks go on
    }
    if (await this.tile.show(this.#media)) {
      press(this.#mute, true);
    }
  }

  #offerQuality() {
    this.#quality?.remove();
    this.#quality = null;
    if (this.#layers.length > 1 && this.#viewer.resource?.layerUrl) {
      const options = [{ text: "Best", value: "" }, ...this.#layers.map((value, index) => ({ text: this.#layerTexts[index], value }))];
      this.#quality = this.tile.choice("Quality", options, (rid) => {
        this.#viewer.selectLayer(rid).catch((problem) => this.tile.state("live", problem.message));
      });
    }
  }

  #fullScreen() {
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else {
      this.tile.element.requestFullscreen().catch(() => {});
    }
  }
}
