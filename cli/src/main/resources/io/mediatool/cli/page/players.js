// The transport controls of players: pause, position, speed, round and round, stop.
import { action, make, relabel, write } from "./elements.js";
import { Panel } from "./panel.js";
import { time } from "./units.js";
import { isOver } from "./works.js";

const SPEEDS = [0.25, 0.5, 1, 1.5, 2, 4];
/** An arrow key that is held is one jump. */
const SETTLED_MS = 150;
/** So long what the server says may still be from before the jump. */
const JUMPED_MS = 1_200;

export class Players {
  #works;
  #look;
  #panel;

  constructor({ works, look }) {
    this.#works = works;
    this.#look = look;
    this.#panel = new Panel("players", (player) => this.#row(player));
  }

  open() {
    this.#panel.open();
  }

  show(players) {
    const there = players.filter((one) => !isOver(one) || one.state === "failed");
    this.#panel.show(there, ({ id }) => id);
  }

  progress(players) {
    players.forEach((one) => this.#panel.row(one.id)?.progress(one));
  }

  #row(player) {
    const attempt = (task) => this.#panel.attempt(task);
    const row = new PlayerRow(
      player,
      (change) => attempt(async () => row.progress(await this.#works.change(player, change, "It does not do that"))),
      () =>
        attempt(async () => {
          await this.#works.end(player, "It cannot be stopped");
          await this.#look();
        }),
    );
    return row;
  }
}

class PlayerRow {
  #now;
  #change;
  #pause;
  #stop;
  #seek;
  #clock = make("output", { className: "clock" });
  #mark = make("span", { className: "mark" });
  #speed;
  #loop;
  #touched = false;
  #settle = 0;
  #jumpedAt = -Infinity;

  /** @param {(change: object) => Promise<boolean>} change @param {() => Promise<boolean>} stop */
  constructor(player, change, stop) {
    this.#now = player;
    this.#change = change;
    const name = player.stream;
    this.#pause = action("Pause", name, () => this.#change({ state: this.#now.state === "paused" ? "running" : "paused" }));
    this.#stop = action("Stop", name, stop, "leave");
    this.#seek = this.#makeSeek(name);
    this.#speed = make("select", {}, ...speeds(player.speed).map((speed) => new Option(`${speed} ×`, speed)));
    this.#speed.setAttribute("aria-label", `Speed: ${name}`);
    this.#speed.addEventListener("change", () => this.#change({ speed: Number(this.#speed.value) }));
    this.#loop = make("input", { type: "checkbox" });
    this.#loop.setAttribute("aria-label", `Over and over: ${name}`);
    this.#loop.addEventListener("change", () => this.#change({ loop: this.#loop.checked }));
    const files = player.files.map((file) => file.split("/").at(-1)).join(", ");
    const what = make("div", { className: "what" }, make("strong", { textContent: name }), this.#mark, make("small", { textContent: files, title: player.files.join(", ") }));
    const controls = make("span", { className: "controls" }, this.#pause, make("label", { className: "check" }, this.#loop, "loop"), this.#speed, this.#stop);
    this.element = make("li", { className: "player" }, what, make("div", { className: "position" }, this.#seek, this.#clock), controls);
    this.element.dataset.player = player.id;
  }

  #makeSeek(name) {
    const seek = make("input", { type: "range", min: 0, value: 0 });
    seek.setAttribute("aria-label", `Position: ${name}`);
    seek.addEventListener("input", () => {
      this.#touched = true;
      this.#tell(Number(seek.value));
    });
    seek.addEventListener("change", () => {
      clearTimeout(this.#settle);
      this.#settle = setTimeout(async () => {
        this.#jumpedAt = performance.now();
        await this.#change({ position: Number(seek.value) });
        this.#touched = false;
      }, SETTLED_MS);
    });
    return seek;
  }

  update(player) {
    const isFailed = player.state === "failed";
    relabel(this.#stop, isFailed ? "Dismiss" : "Stop", player.stream);
    this.element.classList.toggle("failed", isFailed);
    this.progress(player);
    if (isFailed) {
      write(this.#mark, player.detail);
    }
  }

  progress(player) {
    this.#now = { ...this.#now, ...player };
    const { state, durationSeconds, positionSeconds, speed, loops } = this.#now;
    this.element.dataset.state = state;
    write(this.#mark, state === "paused" ? "paused" : "");
    this.#mark.hidden = state !== "paused" && state !== "failed";
    relabel(this.#pause, state === "paused" ? "Resume" : "Pause", this.#now.stream);
    if (document.activeElement !== this.#speed) {
      this.#speed.value = String(speed);
    }
    this.#loop.checked = loops !== 1;
    this.#seek.disabled = !(durationSeconds > 0);
    this.#seek.max = durationSeconds ?? 0;
    this.#seek.step = durationSeconds > 20 ? 1 : 0.1;
    if (!this.#touched && performance.now() - this.#jumpedAt > JUMPED_MS) {
      this.#seek.value = positionSeconds;
      this.#tell(positionSeconds);
    }
  }

  #tell(seconds) {
    const { durationSeconds } = this.#now;
    write(this.#clock, `${time(seconds)} / ${time(durationSeconds)}`);
    this.#seek.setAttribute("aria-valuetext", `${time(seconds)} of ${time(durationSeconds)}`);
  }
}

const speeds = (now) => [...new Set([...SPEEDS, now])].sort((a, b) => a - b);
