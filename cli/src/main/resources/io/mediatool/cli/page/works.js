// REST of what goes on in a room beside its sessions, and of the media directory's files.
import { ask, path, serverUrl } from "./api.js";

const KINDS = ["recordings", "players", "ingests", "forwards"];
/** As long as an evening; the page asks for another one when it is over. */
const LINK_SECONDS = 6 * 3600;

const json = (method, body) => ({ method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

export class Works {
  #room;

  constructor(room) {
    this.#room = room;
  }

  #route(kind, ...rest) {
    return path("rooms", this.#room, kind, ...rest);
  }

  /** Everything, by kind; throws a Problem with status 401 or 403 for whoever is no administrator. */
  async all() {
    const lists = await Promise.all(
      KINDS.map(async (kind) => (await (await ask(this.#route(kind), "What goes on here cannot be listed")).json())[kind]),
    );
    return Object.fromEntries(KINDS.map((kind, index) => [kind, lists[index]]));
  }

  async begin(kind, order, what) {
    return (await ask(this.#route(kind), what, json("POST", order))).json();
  }

  async change(work, change, what) {
    return (await ask(this.#route(`${work.kind}s`, work.id), what, json("PATCH", change))).json();
  }

  /** Ends it; forgets it when it is over already. */
  async end(work, what) {
    return (await ask(this.#route(`${work.kind}s`, work.id), what, { method: "DELETE" })).json();
  }

  /** Files, newest first: what was recorded in the room, or everything. */
  async files(isAll) {
    const query = isAll ? "" : `?room=${encodeURIComponent(this.#room)}`;
    return (await ask(`media${query}`, "The recordings cannot be listed")).json();
  }
}

/** An address of a file that needs no token, since neither a video nor a download can send one. */
export async function link(name) {
  const made = await ask("links", "The file cannot be fetched", json("POST", { file: name, seconds: LINK_SECONDS }));
  return serverUrl((await made.json()).url);
}

export async function deleteFile(name) {
  await ask(`media/${name.split("/").map(encodeURIComponent).join("/")}`, "It is not deleted", { method: "DELETE" });
}

export const isOver = ({ state }) => state === "ended" || state === "failed";
