// One thing that this page publishes.
import { otherCamera } from "./devices.js";
import { Statistics } from "./statistics.js";
import { Tile } from "./tile.js";
import { WhipPublisher } from "./whip.js";

export class Publication {
  #source;
  #publisher;
  #statistics = new Statistics();

  /**
   * @param {import("./devices.js").Source} source
   * @param {(publication: Publication) => void} onEnd when it is over, for whatever reason
   */
  constructor(room, name, kind, source, options, onEnd) {
    this.room = room;
    this.name = name;
    this.kind = kind;
    this.onEnd = onEnd;
    this.tile = new Tile(name, { isOwn: true });
    this.tile.mirror(kind === "camera" && this.#facesUser(source.stream));
    this.tile.show(source.stream);
    this.#source = source;
    this.options = options;
    this.#controls();
    // The person may end a screen share, or unplug a camera, outside of this page.
    source.stream.getTracks().forEach((track) => track.addEventListener("ended", () => this.close()));
    this.#publish();
  }

  async refresh(isShown) {
    const pc = this.#publisher.connection;
    this.tile.numbers(isShown && pc ? await this.#statistics.rows(pc) : null);
  }

  close() {
    this.#publisher.close();
    this.#source.stop();
    this.tile.remove();
    this.onEnd(this);
  }

  #publish() {
    this.#publisher = new WhipPublisher(this.room, this.name, this.#source.stream, this.options, (state, detail) => {
      this.tile.state(state, detail);
      if (state === "failed") {
        this.tile.offerAgain(() => this.#publish());
      }
    });
    this.#publisher.run();
  }

  #controls() {
    const { stream } = this.#source;
    if (stream.getAudioTracks().length > 0) {
      this.tile.button("Mute", (isMuted) => this.#enable("audio", !isMuted), { toggles: true });
    }
    if (stream.getVideoTracks().length > 0) {
      this.tile.button("Hide", (isHidden) => this.#enable("video", !isHidden), { toggles: true });
    }
    if (this.kind === "camera" && matchMedia("(pointer: coarse)").matches) {
      this.tile.button("Flip", () => this.#flip());
    }
    this.tile.button("Stop", () => this.close(), { className: "leave" });
  }

  /** A muted track goes on as silence, a hidden one as black: the viewers stay connected. */
  #enable(kind, isEnabled) {
    this.#source.stream
      .getTracks()
      .filter((track) => track.kind === kind)
      .forEach((track) => (track.enabled = isEnabled));
  }

  async #flip() {
    const { stream } = this.#source;
    const [old] = stream.getVideoTracks();
    try {
      const track = await otherCamera(old);
      stream.removeTrack(old);
      stream.addTrack(track);
      await this.#publisher.replace(track);
      this.tile.mirror(this.#facesUser(stream));
    } catch (problem) {
      this.tile.state("live", problem.message);
    }
  }

  #facesUser(stream) {
    return stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
  }
}
