// The list of recordings: play here, play into the room, download, delete.
import { Cinema } from "./cinema.js";
import { action, make, write } from "./elements.js";
import { Panel } from "./panel.js";
import { moment, size, time } from "./units.js";
import { deleteFile, link } from "./works.js";

const STATES = {
  recording: "being recorded",
  failed: "broke off",
  repaired: "repaired after a crash",
  unfinished: "not finished",
  unreadable: "cannot be read",
};

const NONE = "Nothing is recorded yet: “Record” below begins.";
const NO_DIRECTORY = "This server keeps no files. Start it with --media DIR to record and play.";

export class Recordings {
  #works;
  #say;
  #look;
  #onPlayed;
  #panel;
  #cinema = new Cinema();
  #all;
  #wasMissing = false;
  #abort = new AbortController();

  /** @param {() => void} tools.onPlayed after something has begun to play into the room */
  constructor({ works, say, look, onPlayed }) {
    this.#works = works;
    this.#say = say;
    this.#look = look;
    this.#onPlayed = onPlayed;
    this.#panel = new Panel("recordings", (file) => this.#row(file));
    this.#all = this.#panel.find("[name=all]");
    this.#all.addEventListener("change", () => this.show(), { signal: this.#abort.signal });
  }

  /** Looks which there are. */
  async show() {
    try {
      const { enabled, files, total } = await this.#works.files(this.#all.checked);
      write(this.#panel.find(".none"), enabled ? NONE : NO_DIRECTORY);
      this.#panel.show(files, ({ name }) => name, total);
      if (this.#wasMissing) {
        this.#panel.trouble("");
      }
      this.#wasMissing = false;
    } catch (problem) {
      this.#wasMissing = true;
      this.#panel.trouble(problem.message);
    }
  }

  close() {
    this.#abort.abort();
    this.#cinema.close();
  }

  #row(file) {
    const { name } = file;
    const state = make("span", { className: "mark" });
    const detail = make("small");
    const attempt = (task) => () => this.#panel.attempt(task);
    const play = action("Play here", name, attempt(() => this.#cinema.play(name)));
    const publish = action("Play into room", name, attempt(() => this.#publish(name)));
    const download = action("Download", name, attempt(() => save(name)));
    const remove = action("Delete", name, attempt(() => this.#delete(name)), "leave");
    const buttons = make("span", { className: "controls" }, play, publish, download, remove);
    const element = make("li", {}, make("div", { className: "what" }, make("strong", { textContent: shown(file) }), state, detail), buttons);
    element.dataset.file = name;
    return {
      element,
      update(now) {
        element.dataset.state = now.state;
        write(state, now.playing ? "playing" : (STATES[now.state] ?? ""));
        state.hidden = !state.textContent;
        write(detail, [now.startedAt ? moment(now.startedAt) : "", now.durationSeconds >= 0 ? time(now.durationSeconds) : "", size(now.bytes)].filter(Boolean).join(" · "));
        play.disabled = download.disabled = now.state === "unreadable";
        publish.disabled = now.state === "unreadable" || now.state === "recording";
        remove.disabled = now.state === "recording" || now.playing;
        remove.title = remove.disabled ? "It is in use: stop that first" : "";
      },
    };
  }

  async #publish(name) {
    const player = await this.#works.begin("players", { file: name }, "It cannot be played");
    this.#say(`Playing ${player.stream} into the room`);
    this.#onPlayed();
    await this.#look();
  }

  async #delete(name) {
    const dialog = document.getElementById("delete-dialog");
    document.getElementById("delete-what").textContent = name;
    dialog.returnValue = "keep";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (dialog.returnValue === "delete") {
      await deleteFile(name);
      this.#say("Deleted");
      await this.#look();
    }
  }
}

/** Whose it is, or what the file is called. */
const shown = ({ stream, name }) => stream || name;

async function save(name) {
  const anchor = make("a", { href: `${await link(name)}&download=1`, download: name.split("/").at(-1) });
  anchor.click();
}
