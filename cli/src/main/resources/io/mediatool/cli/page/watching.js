// One stream of the room that is watched.
import { Statistics } from "./statistics.js";
import { Tile, press } from "./tile.js";
import { WhepViewer } from "./whep.js";

export class Watching {
  #viewer;
  #statistics = new Statistics();
  #mute;
  #quality = null;
  #layers = [];
  #media = null;

  constructor(room, name) {
    this.name = name;
    /** Since when the room has had no such stream. */
    this.goneAt = null;
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

  /** The simulcast layers that the publisher sends: with two or more there is something to choose. */
  set layers(rids) {
    if (rids.join() !== this.#layers.join()) {
      this.#layers = rids;
      this.#offerQuality();
    }
  }

  async refresh(isShown) {
    const pc = this.#viewer.connection;
    this.tile.numbers(isShown && pc ? await this.#statistics.rows(pc) : null);
  }

  close() {
    this.#viewer.close();
    this.tile.remove();
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
    this.tile.state(state, detail);
    if (state === "failed") {
      this.tile.offerAgain(() => this.#viewer.run());
    }
    if (state === "live") {
      this.#show();
      this.#offerQuality();
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
      const options = [{ text: "Best", value: "" }, ...this.#layers.map((rid) => ({ text: `Layer ${rid}`, value: rid }))];
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
