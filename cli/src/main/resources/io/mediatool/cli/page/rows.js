// A list whose rows stay the same elements while what they show changes: focus, a finger on a slider and a screen reader's place are kept.

export class Rows {
  #list;
  #make;
  #rows = new Map();

  /**
   * @param {HTMLElement} list
   * @param {(item: object) => {element: HTMLElement, update: (item: object) => void}} make a row for an item that is new
   */
  constructor(list, make) {
    this.#list = list;
    this.#make = make;
    list.replaceChildren();
  }

  get size() {
    return this.#rows.size;
  }

  /** @param {object[]} items in their order @param {(item: object) => string} key */
  show(items, key) {
    const keys = new Set(items.map(key));
    for (const [known, row] of this.#rows) {
      if (!keys.has(known)) {
        this.#leave(row.element);
        this.#rows.delete(known);
      }
    }
    items.forEach((item, index) => {
      const row = this.#rows.get(key(item)) ?? this.#make(item);
      this.#rows.set(key(item), row);
      row.update(item);
      if (this.#list.children[index] !== row.element) {
        this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      }
    });
  }

  get(key) {
    return this.#rows.get(key);
  }

  /** Who was at a row that goes is at its neighbour then, or at the panel, and not at the top of the page. */
  #leave(element) {
    if (element.contains(document.activeElement)) {
      const next = element.nextElementSibling ?? element.previousElementSibling;
      (next?.querySelector("button") ?? element.closest("details")?.querySelector("summary"))?.focus();
    }
    element.remove();
  }
}
