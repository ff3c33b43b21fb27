// Feeds from outside: begin to listen, and the lines that push there.
import { action, make, pasteLine, relabel, write } from "./elements.js";
import { Panel } from "./panel.js";
import { isOver } from "./works.js";

const STATES = { waiting: "waiting for a push", running: "coming in" };

export class Ingests {
  #works;
  #look;
  #panel;
  #form;

  constructor({ works, look }) {
    this.#works = works;
    this.#look = look;
    this.#panel = new Panel("ingests", (ingest) => this.#row(ingest));
    this.#form = this.#panel.find("form");
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#panel.attempt(() => this.#listen());
    };
    this.#form.elements.kind.onchange = () => this.#offer();
    this.#offer();
  }

  show(ingests) {
    this.#panel.show(
      ingests.filter((one) => !isOver(one) || one.state === "failed"),
      ({ id }) => id,
    );
  }

  progress(ingests) {
    ingests.forEach((one) => this.#panel.row(one.id)?.progress(one));
  }

  /** Only what the kind needs. */
  #offer() {
    const { kind, port, sdp } = this.#form.elements;
    this.#form.querySelectorAll("[data-for]").forEach((label) => (label.hidden = !label.dataset.for.split(" ").includes(kind.value)));
    port.disabled = kind.value === "sdp";
    sdp.required = kind.value === "sdp";
    sdp.disabled = !sdp.required;
  }

  async #listen() {
    const { kind, port, sdp, stream } = this.#form.elements;
    const order = kind.value === "sdp" ? { sdp: sdp.value } : { source: `${kind.value}://:${port.value}` };
    const name = stream.value ? { stream: stream.value } : {};
    await this.#works.begin("ingests", { ...order, ...name }, "Nothing is listened for");
    await this.#look();
  }

  #row(ingest) {
    const mark = make("span", { className: "mark" });
    const seen = make("small");
    const stop = action(
      "Stop",
      ingest.stream,
      () =>
        this.#panel.attempt(async () => {
          await this.#works.end(ingest, "It cannot be stopped");
          await this.#look();
        }),
      "leave",
    );
    const lines = ingest.senders.map((line) => pasteLine(line.replaceAll("HOST", host())));
    const element = make(
      "li",
      {},
      make("div", { className: "what" }, make("strong", { textContent: ingest.stream }), mark, seen),
      make("span", { className: "controls" }, stop),
      make("div", { className: "lines" }, make("p", { className: "hint", textContent: "Push a file with one of these:" }), ...lines),
    );
    element.dataset.ingest = ingest.id;
    const progress = ({ state }) => {
      element.dataset.state = state;
      if (STATES[state]) {
        write(mark, STATES[state]);
      }
    };
    return {
      element,
      progress,
      update(now) {
        progress(now);
        if (now.state === "failed") {
          write(mark, now.detail);
          relabel(stop, "Dismiss", now.stream);
        }
        write(seen, now.ports.map(({ seen }) => seen).join(" · "));
      },
    };
  }
}

/** How others reach the server: as this page did. */
const host = () => (["localhost", "[::1]"].includes(location.hostname) ? "127.0.0.1" : location.hostname);
