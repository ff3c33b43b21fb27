// One picture on the page: the video, who it is, what state it is in, its numbers and its controls.

const SPEAKING = 0.02;
const LISTEN_MS = 200;

export class Tile {
  #root;
  #stopListening = new AbortController();

  constructor(name, { isOwn = false } = {}) {
    this.#root = document.getElementById("tile").content.firstElementChild.cloneNode(true);
    this.#root.dataset.stream = name;
    this.#root.setAttribute("aria-label", isOwn ? `${name}, published by you` : name);
    this.#find(".name").textContent = name;
    this.#find(".name").title = name; // where there is no room for all of it
    this.#find(".initial").textContent = name.slice(0, 1);
    this.#find(".badge").hidden = !isOwn;
    this.video.muted = isOwn;
    this.video.addEventListener("resize", () => this.#showPicture());
    this.#showPicture();
  }

  get element() {
    return this.#root;
  }

  get video() {
    return this.#find("video");
  }

  /** Shows a stream; sound may have to wait for a click, as browsers want it. @returns whether it has to */
  async show(stream) {
    this.video.srcObject = stream;
    this.#showPicture();
    try {
      await this.video.play();
      return false;
    } catch (error) {
      if (error.name !== "NotAllowedError") {
        return false; // another stream came in between
      }
      this.video.muted = true;
      await this.video.play().catch(() => {});
      return true;
    }
  }

  /** One line over the picture, or none. */
  state(name, text) {
    this.#root.dataset.state = name;
    const line = this.#find(".state");
    if (line.textContent !== text) {
      line.textContent = text;
    }
    if (name !== "live") {
      this.#root.classList.remove("speaking");
    }
  }

  mirror(isMirrored) {
    this.#root.classList.toggle("mirrored", isMirrored);
  }

  /** A button; {@code onClick} gets whether it is pressed from now on, where it is a switch. */
  button(label, onClick, { toggles = false, pressed = false, className = "" } = {}) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.className = className;
    // Many tiles have the same buttons: a screen reader hears which one this is.
    button.setAttribute("aria-label", `${label}: ${this.#root.dataset.stream}`);
    if (toggles) {
      button.setAttribute("aria-pressed", String(pressed));
    }
    button.addEventListener("click", () => {
      if (toggles) {
        press(button, button.getAttribute("aria-pressed") !== "true");
      }
      onClick(button.getAttribute("aria-pressed") === "true");
    });
    this.#find(".controls").append(button);
    return button;
  }

  /** A button that is gone once it is pressed. */
  offerAgain(onClick) {
    const again = this.button("Try again", () => {
      again.remove();
      onClick();
    });
  }

  /** A choice among values; the first is chosen. */
  choice(label, options, onChange) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", `${label}: ${this.#root.dataset.stream}`);
    select.append(...options.map(({ text, value }) => new Option(text, value)));
    select.addEventListener("change", () => onChange(select.value));
    this.#find(".controls").prepend(select);
    return select;
  }

  /** @param {{label: string, value: string}[] | null} rows null hides them */
  numbers(rows) {
    const list = this.#find(".numbers");
    list.hidden = !rows || rows.length === 0;
    list.replaceChildren(
      ...(rows ?? []).flatMap(({ label, value }) => [element("dt", label), element("dd", value)]),
    );
  }

  /** Marks the tile while somebody speaks. */
  listen(receiver) {
    const timer = setInterval(() => {
      const level = receiver.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
      this.#root.classList.toggle("speaking", level > SPEAKING && !document.hidden);
    }, LISTEN_MS);
    this.#stopListening.signal.addEventListener("abort", () => clearInterval(timer));
  }

  stopListening() {
    this.#stopListening.abort();
    this.#stopListening = new AbortController();
  }

  remove() {
    this.stopListening();
    this.video.srcObject = null;
    this.#root.remove();
  }

  #showPicture() {
    this.#root.classList.toggle("no-picture", this.video.videoWidth === 0);
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }
}

export function press(button, isPressed) {
  button.setAttribute("aria-pressed", String(isPressed));
}

function element(name, text) {
  const one = document.createElement(name);
  one.textContent = text;
  return one;
}
