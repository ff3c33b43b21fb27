// One panel of the studio: its heading with a count, what is wrong, its rows.
import { write } from "./elements.js";
import { Problem } from "./problem.js";
import { Rows } from "./rows.js";

export class Panel {
  #root;
  #rows;

  /** @param {(item: object) => {element: HTMLElement, update: (item: object) => void}} makeRow */
  constructor(id, makeRow) {
    this.#root = document.getElementById(id);
    this.#rows = new Rows(this.find(".rows"), makeRow);
    this.trouble("");
  }

  get root() {
    return this.#root;
  }

  find(selector) {
    return this.#root.querySelector(selector);
  }

  show(items, key, count = items.length) {
    this.#rows.show(items, key);
    write(this.find(".count"), count > 0 ? String(count) : "");
    this.find(".none").hidden = items.length > 0;
  }

  row(key) {
    return this.#rows.get(key);
  }

  open() {
    this.#root.open = true;
  }

  trouble(text) {
    const line = this.find(".trouble");
    line.hidden = !text;
    write(line, text);
  }

  /** Does something, and says in the panel what went wrong. @returns whether nothing did */
  async attempt(task) {
    this.trouble("");
    try {
      await task();
      return true;
    } catch (error) {
      this.open();
      this.trouble(error instanceof Problem ? error.message : `That did not work: ${error.message}`);
      return false;
    }
  }
}
