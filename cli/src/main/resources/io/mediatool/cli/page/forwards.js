// Feeds to outside: begin to send, and the lines that receive it.
import { action, make, pasteLine, relabel, write } from "./elements.js";
import { Panel } from "./panel.js";
import { size } from "./units.js";
import { isOver } from "./works.js";

const STATES = { waiting: "waiting for somebody to publish", running: "sending", paused: "paused" };

export class Forwards {
  #works;
  #look;
  #room;
  #panel;
  #form;

  constructor({ works, look }, room) {
    this.#works = works;
    this.#look = look;
    this.#room = room;
    this.#panel = new Panel("forwards", (forward) => this.#row(forward));
    this.#form = this.#panel.find("form");
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#panel.attempt(() => this.#send());
    };
  }

  /** Those that can be chosen. */
  set streams(names) {
    const select = this.#form.elements.stream;
    const had = [...select.options].slice(1).map(({ value }) => value);
    if (names.join() !== had.join() && document.activeElement !== select) {
      const chosen = select.value;
      select.replaceChildren(new Option("all", ""), ...names.map((name) => new Option(name, name)));
      select.value = names.includes(chosen) ? chosen : "";
    }
  }

  show(forwards) {
    this.#panel.show(
      forwards.filter((one) => !isOver(one) || one.state === "failed"),
      ({ id }) => id,
    );
  }

  progress(forwards) {
    forwards.forEach((one) => this.#panel.row(one.id)?.progress(one));
  }

  async #send() {
    const { target, stream, codecs } = this.#form.elements;
    const wanted = codecs.value.split(/[\s,]+/).filter(Boolean);
    const order = { target: target.value.trim() };
    if (stream.value) {
      order.streams = [stream.value];
    }
    if (wanted.length > 0) {
      order.codecs = wanted;
    }
    await this.#works.begin("forwards", order, "Nothing is sent");
    await this.#look();
  }

  #row(forward) {
    const attempt = (task) => () =>
      this.#panel.attempt(async () => {
        await task();
        await this.#look();
      });
    let state = forward.state;
    let tracks = [];
    const mark = make("span", { className: "mark" });
    const sent = make("small");
    const pause = action(
      "Pause",
      forward.target,
      attempt(() => this.#works.change(forward, { state: state === "paused" ? "running" : "paused" }, "It does not do that")),
    );
    const stop = action("Stop", forward.target, attempt(() => this.#works.end(forward, "It cannot be stopped")), "leave");
    const lines = new Lines(this.#room, forward.target);
    const element = make(
      "li",
      {},
      make("div", { className: "what" }, make("strong", { textContent: forward.target }), mark, sent),
      make("span", { className: "controls" }, pause, stop),
      lines.element,
    );
    element.dataset.forward = forward.id;
    const progress = (now) => {
      state = now.state;
      element.dataset.state = state;
      write(mark, STATES[state] ?? now.detail ?? state);
      relabel(pause, state === "paused" ? "Resume" : "Pause", forward.target);
      pause.hidden = state === "failed" || state === "waiting";
      if (now.bytes !== undefined) {
        write(sent, [...tracks, size(now.bytes)].join(" · "));
      }
    };
    return {
      element,
      progress,
      update(now) {
        tracks = now.tracks.map(({ codec, port }) => `${codec} to port ${port}`);
        progress({ ...now, bytes: now.tracks.reduce((all, track) => all + track.bytes, 0) });
        relabel(stop, now.state === "failed" ? "Dismiss" : "Stop", forward.target);
        lines.show(now.sdp);
      },
    };
  }
}

/** What a receiver needs: the description as a file, and lines that take it. */
class Lines {
  #name;
  #sdp = "";

  constructor(room, target) {
    this.#name = `${room}-${target.replace(/^\w+:\/\//, "").replace(/[^A-Za-z0-9]+/g, "-")}.sdp`;
    this.element = make("div", { className: "lines", hidden: true });
    const save = make("a", { className: "save", textContent: `Save ${this.#name}`, download: this.#name, href: "#" });
    save.addEventListener("click", () => {
      // Made when it is wanted: another publisher is another description.
      save.href = `data:application/sdp,${encodeURIComponent(this.#sdp)}`;
    });
    const text = make("details", { className: "sdp" }, make("summary", { textContent: "SDP" }), make("pre"));
    this.element.append(
      make("p", { className: "hint" }, save, " on the receiver, then:"),
      // Debian's VLC is without live555, and FFmpeg puts VP8 into no MP4.
      pasteLine(`ffplay -protocol_whitelist file,udp,rtp ${this.#name}`),
      pasteLine(`vlc --demux=avformat ${this.#name}`),
      pasteLine(`ffmpeg -protocol_whitelist file,udp,rtp -i ${this.#name} -c copy ${this.#name.replace(/sdp$/, "mkv")}`),
      text,
    );
  }

  show(sdp) {
    this.#sdp = sdp;
    this.element.hidden = !sdp;
    write(this.element.querySelector("pre"), sdp);
  }
}
