// The input: grows with its text, counts it, sends on Enter but never while an input method composes.

import { lengthNote } from "./words.js";

const LIMIT = 2000; // characters, as the server counts them
const COUNT_FROM = 1800;
const COMPOSING = 229; // Safari ends the composition before the Enter that ended it

/** The text field with its counter and send button. */
export class Composer {
  /** @param {(text: string) => boolean} onSend Takes the text; false keeps it in the field. */
  constructor(form, onSend) {
    this.input = form.querySelector("textarea");
    this.counter = form.querySelector("#counter");
    this.tooLong = form.querySelector("#too-long");
    this.onSend = onSend;
    this.input.addEventListener("input", () => this.refresh());
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.refresh();
  }

  /** The text without surrounding blanks. */
  get text() {
    return this.input.value.trim();
  }

  /** Put `text` into the field unless something is already there. */
  offer(text) {
    if (this.text) return;
    this.input.value = text;
    this.refresh();
  }

  /** Send the text, if there is one and it is not too long. */
  send() {
    const text = this.text;
    this.input.focus();
    if (!text || left(text) < 0 || !this.onSend(text)) return;
    this.input.value = "";
    this.refresh();
  }

  /** Fit height and counter to the text. */
  refresh() {
    const rest = left(this.text);
    const over = rest < 0;
    this.counter.textContent = rest <= LIMIT - COUNT_FROM ? lengthNote(rest) : "";
    this.counter.classList.toggle("over", over);
    // Told once, not with every key.
    if (over !== Boolean(this.tooLong.textContent)) this.tooLong.textContent = over ? lengthNote(rest) : "";
    this.input.setAttribute("aria-invalid", String(over));
    this.input.style.height = "auto";
    const border = this.input.offsetHeight - this.input.clientHeight;
    this.input.style.height = `${this.input.scrollHeight + border}px`;
  }

  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey) return;
    if (event.isComposing || event.keyCode === COMPOSING) return;
    event.preventDefault();
    this.send();
  }
}

function left(text) {
  return LIMIT - [...text].length;
}
