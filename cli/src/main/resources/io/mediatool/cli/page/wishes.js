// How to publish: the form of options, filled from the address where that says something.
import { sendableCodecs } from "./whip.js";

const NAME = "mediatool.name";

export class Wishes {
  #form;

  constructor(form, parameters) {
    this.#form = form;
    const { elements } = form;
    elements.codec.append(...sendableCodecs().map((codec) => new Option(codec, codec)));
    elements.name.value = parameters.get("name") ?? localStorage.getItem(NAME) ?? `guest-${chance()}`;
    elements.name.addEventListener("change", () => elements.name.checkValidity() && localStorage.setItem(NAME, elements.name.value));
    for (const name of ["codec", "size", "fps"]) {
      if (parameters.has(name)) {
        choose(elements[name], parameters.get(name));
      }
    }
    for (const name of ["simulcast", "withMicrophone"]) {
      if (parameters.has(name)) {
        elements[name].checked = parameters.get(name) !== "0";
      }
    }
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** What is wished for now; null when the form is not filled in right, which it then shows. */
  read() {
    const { elements } = this.#form;
    if (!this.#form.checkValidity()) {
      this.#form.closest("details").open = true; // nothing can be shown at a field that is not seen
      this.#form.reportValidity();
      return null;
    }
    return {
      name: elements.name.value || `guest-${chance()}`,
      codec: elements.codec.value,
      size: elements.size.value.split("x").map(Number),
      fps: Number(elements.fps.value),
      withMicrophone: elements.withMicrophone.checked,
      simulcast: elements.simulcast.checked,
    };
  }
}

function choose(select, value) {
  if (select.name === "size" && /^\d{2,4}x\d{2,4}$/.test(value) && ![...select.options].some((one) => one.value === value)) {
    select.append(new Option(value.replace("x", " × "), value));
  }
  select.value = value;
}

function chance() {
  // Not crypto.randomUUID(): that is missing where the page came over plain http.
  return [...crypto.getRandomValues(new Uint8Array(2))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
