// A room: everything that is published in it, and what this page publishes there.
import { openSource } from "./devices.js";
import { Problem } from "./problem.js";
import { Publication } from "./publication.js";
import { Watching } from "./watching.js";

/** How long the tile of a stream stays that has gone: who reloads the page is back before. */
const GRACE_MS = 5_000;
const LEAVING_MS = 2_000;
const SUFFIX = { camera: "", microphone: "-voice", screen: "-screen", test: "-card" };

export class Room {
  #watched = new Map();
  #published = new Set();
  /** Names that this page published until a moment ago: the server may still list them. */
  #left = new Set();
  #tiles;
  #nobody;
  #say;

  /** @param {(text: string) => void} say tells a screen reader */
  constructor(name, { tiles, nobody, say }) {
    this.name = name;
    this.#tiles = tiles;
    this.#nobody = nobody;
    this.#say = say;
  }

  /** Publishes one more thing; throws a Problem. */
  async publish(kind, wishes) {
    const name = `${wishes.name}${SUFFIX[kind]}`;
    if ([...this.#published].some((one) => one.name === name)) {
      throw new Problem(`You publish ${name} already.`);
    }
    const source = await openSource(kind, wishes);
    const publication = new Publication(this.name, name, kind, source, wishes, (ended) => {
      this.#published.delete(ended);
      this.#left.add(ended.name);
      setTimeout(() => this.#left.delete(ended.name), LEAVING_MS);
      this.#arrange();
    });
    this.#published.add(publication);
    this.#watched.get(name)?.close();
    this.#watched.delete(name);
    this.#tiles.append(publication.tile.element);
    this.#arrange();
    return publication;
  }

  /** Watches what is there now and lets go of what is not. @param {object[]} streams of the server's report */
  update(streams) {
    const own = new Set([...this.#published].map(({ name }) => name));
    // One without tracks waits for a push: there is nothing to be watched yet.
    const others = streams.filter(({ name, tracks }) => tracks?.length > 0 && !own.has(name) && !this.#left.has(name));
    for (const stream of others) {
      if (!this.#watched.has(stream.name)) {
        const watching = new Watching(this.name, stream.name);
        this.#watched.set(stream.name, watching);
        this.#tiles.prepend(watching.tile.element);
        this.#say(`${stream.name} is here`);
      }
      const video = stream.tracks?.find(({ kind }) => kind === "video");
      this.#watched.get(stream.name).offer(video?.layers ?? [], video?.offered ?? []);
    }
    const names = new Set(others.map(({ name }) => name));
    for (const [name, watching] of this.#watched) {
      if (watching.present(names.has(name)) >= GRACE_MS) {
        watching.close();
        this.#watched.delete(name);
        this.#say(`${name} has left`);
      }
    }
    this.#arrange();
  }

  refresh(isShown) {
    [...this.#published, ...this.#watched.values()].forEach((one) => one.refresh(isShown).catch(() => {}));
  }

  close() {
    this.#published.forEach((one) => one.close());
    this.#watched.forEach((one) => one.close());
    this.#watched.clear();
  }

  #arrange() {
    this.#nobody.hidden = this.#published.size + this.#watched.size > 0;
  }
}
