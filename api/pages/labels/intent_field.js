// Finds an intent while typing: arrows and Enter, or the number beside it.

import { element, freshId } from "../shared/element.js";

const SHOWN = 9;

export class IntentField {
  /**
   * @param {{id: string, name: string, about: string}[]} intents
   * @param {() => void} onChange
   */
  constructor(intents, onChange) {
    Object.assign(this, { intents, onChange, value: "", found: [], at: 0 });
    const ids = { input: freshId("intent"), list: freshId("intents") };
    this.input = element("input", {
      id: ids.input,
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": ids.list,
      placeholder: "输入名称，如“理赔”",
      on: { input: () => this.#search(), focus: () => this.#search(), blur: () => this.#leave(), keydown: (event) => this.#key(event) },
    });
    this.list = element("ul", { id: ids.list, role: "listbox", class: "offered", "aria-label": "意图", hidden: true });
    this.about = element("p", { class: "quiet" });
    this.node = element("div", { class: "field" }, element("label", { for: ids.input }, "意图 ", element("kbd", {}, "I")), this.input, this.list, this.about);
  }

  /** Set the intent by its id; "" for none. */
  set(id) {
    this.value = id;
    const chosen = this.intents.find((one) => one.id === id);
    this.input.value = chosen?.name ?? "";
    this.about.textContent = chosen?.about ?? "";
    this.#close();
  }

  #search() {
    const words = this.input.value.trim().toLowerCase();
    const chosen = this.intents.find((one) => one.id === this.value);
    const asked = chosen && chosen.name === this.input.value ? "" : words;
    const rank = ({ name, id, about }) => (name.startsWith(asked) ? 0 : name.includes(asked) ? 1 : id.includes(asked) ? 2 : about.includes(asked) ? 3 : 9);
    this.found = this.intents.filter((one) => rank(one) < 9).sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
    this.at = 0;
    this.#show();
  }

  #show() {
    this.list.replaceChildren(...this.found.map((one, index) => this.#option(one, index)));
    this.list.hidden = !this.found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.#mark();
  }

  #option(one, index) {
    const pick = (event) => {
      event.preventDefault(); // the field keeps the focus
      this.#choose(one);
    };
    return element("li", { id: `${this.list.id}-${index}`, role: "option", on: { mousedown: pick } }, element("kbd", {}, String(index + 1)), one.name);
  }

  #mark() {
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    const active = this.list.children[this.at];
    if (active && !this.list.hidden) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.isComposing) return;
    const number = Number(event.key);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.at = Math.min(Math.max(this.at + (event.key === "ArrowDown" ? 1 : -1), 0), this.found.length - 1);
    else if (event.key === "Enter" && !event.ctrlKey && !this.list.hidden && this.found.length) this.#choose(this.found[this.at]);
    else if (number >= 1 && number <= this.found.length && !this.list.hidden) this.#choose(this.found[number - 1]);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    this.#mark();
  }

  #choose(one) {
    this.set(one.id);
    this.onChange();
  }

  #leave() {
    if (!this.input.value.trim()) {
      if (this.value) this.set(""), this.onChange();
    } else this.set(this.value);
    this.#close();
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
