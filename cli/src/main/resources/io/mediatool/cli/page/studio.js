// What goes on in a room beside its sessions: recordings, players, feeds. For administrators; nobody else sees it.
import { Forwards } from "./forwards.js";
import { Ingests } from "./ingests.js";
import { Players } from "./players.js";
import { RecordButton } from "./recordbutton.js";
import { Recordings } from "./recordings.js";
import { Works } from "./works.js";

const LOOK_AGAIN_MS = 10_000;
const TOGETHER_MS = 80;

export class Studio {
  #room;
  #works;
  #root = document.getElementById("studio");
  #recordButton;
  #recordings;
  #players;
  #ingests;
  #forwards;
  #timer = 0;
  #closed = false;

  /** @param {(text: string) => void} say tells a screen reader */
  constructor(room, say) {
    this.#room = room;
    this.#works = new Works(room);
    const tools = { works: this.#works, say, look: () => this.#look() };
    this.#recordButton = new RecordButton(tools);
    this.#recordings = new Recordings({ ...tools, onPlayed: () => this.#players.open() });
    this.#players = new Players(tools);
    this.#ingests = new Ingests(tools);
    this.#forwards = new Forwards(tools, room);
    this.#show(false);
    this.#look();
  }

  set streams(names) {
    this.#forwards.streams = names;
  }

  /** Something has changed somewhere. */
  onEvent(type, { room }) {
    // Streams that come and go are what forwards send, and players and ingests publish.
    if (/^(stream|recording|player|ingest|forward)-/.test(type) && (room === this.#room || type.startsWith("recording-file"))) {
      this.#lookIn(TOGETHER_MS);
    }
  }

  /** How far everything is that goes on, in all rooms. */
  progress(works) {
    const here = works.filter(({ room }) => room === this.#room);
    const of = (kind) => here.filter((work) => work.kind === kind);
    this.#recordButton.progress(of("recording"));
    this.#players.progress(of("player"));
    this.#ingests.progress(of("ingest"));
    this.#forwards.progress(of("forward"));
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#recordings.close();
    this.#show(false);
  }

  #show(isShown) {
    this.#root.hidden = !isShown;
    this.#recordButton.hidden = !isShown;
  }

  #lookIn(ms) {
    clearTimeout(this.#timer);
    if (!this.#closed) {
      this.#timer = setTimeout(() => this.#look(), ms);
    }
  }

  async #look() {
    clearTimeout(this.#timer);
    try {
      const all = await this.#works.all();
      if (this.#closed) {
        return;
      }
      this.#show(true);
      this.#recordButton.show(all.recordings);
      this.#players.show(all.players);
      this.#ingests.show(all.ingests);
      this.#forwards.show(all.forwards);
      await this.#recordings.show();
    } catch (problem) {
      if (problem.status === 401 || problem.status === 403) {
        this.#show(false);
        return; // with another key there is another studio
      }
    }
    this.#lookIn(LOOK_AGAIN_MS);
  }
}
