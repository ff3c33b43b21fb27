// Plays a file in this page, over what else there is.
import { write } from "./elements.js";
import { Problem } from "./problem.js";
import { link } from "./works.js";

export class Cinema {
  #dialog = document.getElementById("cinema");
  #video = this.#dialog.querySelector("video");
  #trouble = this.#dialog.querySelector(".trouble");
  #name = "";
  #again = false;
  #abort = new AbortController();

  constructor() {
    const { signal } = this.#abort;
    this.#dialog.addEventListener("close", () => this.#empty(), { signal });
    this.#video.addEventListener("error", () => this.#onError(), { signal });
    this.#video.addEventListener("playing", () => this.#say(""), { signal });
  }

  /** Throws a Problem when the server does not let it. */
  async play(name) {
    const address = await link(name);
    this.#name = name;
    this.#again = false;
    this.#say("");
    document.getElementById("cinema-title").textContent = name.split("/").at(-1);
    this.#dialog.showModal();
    this.#start(address, 0);
  }

  close() {
    this.#dialog.close();
    this.#abort.abort();
    this.#empty();
  }

  #start(address, seconds) {
    this.#video.src = address;
    this.#video.currentTime = seconds;
    this.#video.play().catch(() => {}); // its own controls are there
  }

  /** A link that has expired, or a server that was started anew: one more try where it was. */
  async #onError() {
    const { error, currentTime } = this.#video;
    if (!this.#name || !error) {
      return;
    }
    const isNetwork = error.code === MediaError.MEDIA_ERR_NETWORK;
    if (isNetwork && !this.#again) {
      this.#again = true;
      try {
        this.#start(await link(this.#name), currentTime);
      } catch (problem) {
        this.#say(problem instanceof Problem ? problem.message : "It cannot be fetched.");
      }
      return;
    }
    this.#say(
      isNetwork
        ? "It cannot be fetched any more. Is the server still running, and the file still there?"
        : "This browser cannot play it: it may not know the codec, as with H.265 or G.722. Download it, or play it into the room.",
    );
  }

  #say(text) {
    this.#trouble.hidden = !text;
    write(this.#trouble, text);
  }

  /** Lets go of the connection, too: a browser has six of them. */
  #empty() {
    this.#name = "";
    this.#video.removeAttribute("src");
    this.#video.load();
  }
}
