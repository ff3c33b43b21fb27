// Records the room, and tells how long already and how much.
import { write } from "./elements.js";
import { Problem } from "./problem.js";
import { size, time } from "./units.js";
import { isOver } from "./works.js";

export class RecordButton {
  #works;
  #say;
  #look;
  #root = document.getElementById("recorder");
  #trouble = document.getElementById("trouble");
  #button;
  #running = [];

  constructor({ works, say, look }) {
    this.#works = works;
    this.#say = say;
    this.#look = look;
    // A button of its own for each room that is entered: what the one before listened for is gone with it.
    this.#button = this.#root.querySelector("button").cloneNode(true);
    this.#root.querySelector("button").replaceWith(this.#button);
    this.#button.addEventListener("click", () => this.#press());
    this.show([]);
  }

  set hidden(isHidden) {
    this.#root.hidden = isHidden;
  }

  /** @param {object[]} recordings of the room, those that are over included */
  show(recordings) {
    this.#running = recordings.filter((one) => !isOver(one));
    const last = recordings.at(-1);
    if (this.#isRecording && this.#running.length === 0 && last?.state === "failed") {
      this.#fail(`The recording has failed: ${last.detail}`);
    }
    const isRecording = this.#running.length > 0;
    this.#root.classList.toggle("recording", isRecording);
    write(this.#button, isRecording ? "Stop recording" : "Record");
    this.#tell(this.#running.map((one) => ({ ...one, ...sum(one.takes ?? []) })));
  }

  get #isRecording() {
    return this.#root.classList.contains("recording");
  }

  progress(recordings) {
    if (this.#isRecording) {
      this.#tell(recordings);
    }
  }

  #tell(recordings) {
    const seconds = Math.max(0, ...recordings.map(({ durationSeconds }) => durationSeconds ?? 0));
    const bytes = recordings.reduce((all, one) => all + (one.bytes ?? 0), 0);
    const waits = recordings.length > 0 && recordings.every(({ state }) => state === "waiting") && bytes === 0;
    const told = waits ? "waiting for somebody to publish" : `${time(seconds)} · ${size(bytes)}`;
    write(this.#root.querySelector(".told"), recordings.length > 0 ? told : "");
  }

  async #press() {
    if (this.#button.ariaBusy === "true") {
      return;
    }
    this.#button.ariaBusy = "true";
    this.#fail("");
    try {
      if (this.#isRecording) {
        await Promise.all(this.#running.map((one) => this.#works.end(one, "The recording cannot be stopped")));
        this.#say("Recording stopped");
      } else {
        await this.#works.begin("recordings", {}, "Nothing can be recorded");
        this.#say("Recording");
      }
      await this.#look();
    } catch (error) {
      this.#fail(error instanceof Problem ? error.message : `That did not work: ${error.message}`);
    }
    this.#button.ariaBusy = "false";
  }

  #fail(text) {
    this.#trouble.textContent = text;
    this.#trouble.hidden = !text;
  }
}

function sum(takes) {
  return {
    durationSeconds: Math.max(0, ...takes.filter(({ state }) => state === "running").map(({ durationSeconds }) => durationSeconds)),
    bytes: takes.reduce((all, { bytes }) => all + bytes, 0),
  };
}
