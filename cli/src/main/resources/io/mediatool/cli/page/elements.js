// Small pieces of the panels.

/** @param {Record<string, unknown>} [properties] of the element; {@code className}, {@code textContent} … */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Changes a text only when it is another one: a screen reader reads what changes. */
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * A button that does one thing at a time.
 *
 * @param {string} about what a screen reader hears beside the label: there are many such buttons
 * @param {() => Promise<void>} onClick
 */
export function action(label, about, onClick, className = "") {
  const button = make("button", { type: "button", textContent: label, className });
  button.setAttribute("aria-label", `${label}: ${about}`);
  button.addEventListener("click", async () => {
    // Not disabled meanwhile: that would take the focus away from who works with the keyboard.
    if (button.ariaBusy !== "true") {
      button.ariaBusy = "true";
      await onClick().finally(() => (button.ariaBusy = "false"));
    }
  });
  return button;
}

/** Another label for a button of {@link action}. */
export function relabel(button, label, about) {
  write(button, label);
  button.setAttribute("aria-label", `${label}: ${about}`);
}

/** A line to paste into a terminal, with a button that copies it. */
export function pasteLine(text) {
  const code = make("code", { textContent: text });
  const copy = action("Copy", text, async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code); // no clipboard here: the person copies what is selected
      copy.textContent = "Selected";
    }
  });
  return make("div", { className: "paste" }, code, copy);
}
