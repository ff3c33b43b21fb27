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
  #said = { state: "connecting", detail: "" };
  #goneAt = null;

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

  /** The simulcast layers that the publisher sends: with two or more there is something to choose. */
  set layers(rids) {
    if (rids.join() !== this.#layers.join()) {
      this.#layers = rids;
      this.#offerQuality();
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
      this.tile.state(state, detail);
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
