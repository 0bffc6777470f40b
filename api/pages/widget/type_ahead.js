// Questions that begin like what is being typed.
//
// A text field of several lines may not have the role combobox (ARIA in HTML), so it stays a
// textbox that names its list and the option in hand; how many there are is told politely.

import { part, set } from "./parts.js";
import { call } from "./server.js";

const WAIT_MS = 200;
const SHORTEST = 2;
const LONGEST = 40;

/** The list over the field; the arrow keys choose, Enter takes, Escape closes. */
export class TypeAhead {
  #timer;
  #asked = new AbortController();
  #active = -1;

  constructor(input, context, onPick) {
    this.input = input;
    this.words = context.words;
    this.onPick = onPick;
    this.enabled = true;
    this.element = set(part("ul", "suggestions"), { role: "listbox", id: "suggestions", "aria-label": this.words.suggestions });
    this.element.hidden = true;
    this.status = set(part("p", "unseen"), { role: "status" });
    set(input, { "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-haspopup": "listbox" });
    input.addEventListener("input", (event) => event.isComposing || this.#typed());
    input.addEventListener("compositionend", () => this.#typed());
    input.addEventListener("blur", () => this.close());
    this.element.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.element.addEventListener("click", (event) => this.#take(event.target.closest("li")));
  }

  /** Close the list and forget what was asked. */
  close() {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.element.hidden = true;
    this.element.replaceChildren();
    this.status.textContent = "";
    this.#choose(-1);
  }

  /** Handle a key; true where it was meant for the list. */
  pressed(event) {
    const count = this.element.children.length;
    if (!count || event.shiftKey || event.altKey) return false;
    const taken = this.#key(event.key, count);
    if (taken) event.preventDefault();
    return taken;
  }

  #key(key, count) {
    if (key === "ArrowDown") this.#choose((this.#active + 1) % count);
    else if (key === "ArrowUp") this.#choose(this.#active < 1 ? count - 1 : this.#active - 1);
    else if (key === "Escape") this.close();
    else if (key === "Enter" && this.#active >= 0) this.#take(this.element.children[this.#active]);
    else return false;
    return true;
  }

  #typed() {
    const text = this.input.value.trim();
    this.close();
    if (!this.enabled || text.length < SHORTEST || text.length > LONGEST || text.includes("\n")) return;
    this.#timer = setTimeout(() => this.#ask(text), WAIT_MS);
  }

  async #ask(text) {
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    try {
      const { questions } = await call(`suggest?q=${encodeURIComponent(text)}`, { signal });
      if (!signal.aborted) this.#show(questions.filter((one) => one.text !== text));
    } catch {
      // Without suggestions one types on.
    }
  }

  #show(questions) {
    this.element.replaceChildren(...questions.map(option));
    this.element.hidden = !questions.length;
    this.status.textContent = questions.length ? this.words.suggested(questions.length) : "";
  }

  #choose(index) {
    this.#active = index;
    [...this.element.children].forEach((one, at) => set(one, { "aria-selected": String(at === index) }));
    set(this.input, { "aria-activedescendant": this.element.children[index]?.id ?? null });
  }

  #take(chosen) {
    if (chosen) this.onPick(chosen.textContent);
  }
}

function option({ text }, index) {
  return set(part("li", "", text), { role: "option", id: `suggestion-${index}`, "aria-selected": "false" });
}
