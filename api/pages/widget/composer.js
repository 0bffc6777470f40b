// The input: grows with its text, counts it, sends on Enter but never while an input method composes.

import { button, drawnButton, DRAWINGS, icon, part, set } from "./parts.js";
import { TypeAhead } from "./type_ahead.js";

const LIMIT = 2000; // characters, as the server counts them
const COUNT_FROM = 1800;
const COMPOSING = 229; // Safari ends the composition before the Enter that ended it

/** The text field with its buttons. */
export class Composer {
  constructor(context) {
    this.context = context;
    const { words } = context;
    this.input = set(part("textarea"), { id: "question", rows: "1", placeholder: words.placeholder, enterkeyhint: "send" });
    set(this.input, { "aria-describedby": "counter" });
    this.counter = set(part("p", "counter"), { id: "counter" });
    this.tooLong = set(part("p", "unseen"), { role: "status" });
    this.typeAhead = new TypeAhead(this.input, context, (text) => this.#picked(text));
    const label = set(part("label", "unseen", words.question), { for: "question" });
    const send = part("button", "send", words.send);
    this.element = set(part("form", "composer"), { autocomplete: "off" });
    const entry = part("div", "entry", [label, this.input, send]);
    this.element.append(this.typeAhead.element, this.#tools(), entry, part("p", "hint", words.hint), this.tooLong);
    this.element.append(this.typeAhead.status);
    this.#listen();
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

  /** Offer to send the files that the server takes, if it takes any: {most_bytes, media_types}. */
  take(files) {
    this.attach.hidden = !files;
    set(this.file, { accept: files?.media_types.join() ?? null });
  }

  /** Show what fits the state of the conversation. */
  update({ standing, opened, ledger }) {
    const { words } = this.context;
    const talking = Boolean(opened) && ledger.upTo > 0 && standing.state !== "closed";
    this.finish.hidden = !talking;
    this.typeAhead.enabled = standing.state === "assistant";
    this.input.placeholder = standing.state === "with_person" ? words.placeholderPerson : words.placeholder;
  }

  /** Fit height and counter to the text. */
  refresh() {
    const { words } = this.context;
    const rest = left(this.text);
    const over = rest < 0;
    this.counter.textContent = rest <= LIMIT - COUNT_FROM ? words.left(rest) : "";
    this.counter.classList.toggle("over", over);
    // Told once, not with every key.
    if (over !== Boolean(this.tooLong.textContent)) this.tooLong.textContent = over ? words.left(rest) : "";
    this.input.setAttribute("aria-invalid", String(over));
    this.input.style.height = "auto";
    const border = this.input.offsetHeight - this.input.clientHeight;
    this.input.style.height = `${this.input.scrollHeight + border}px`;
  }

  #tools() {
    const { words, onPerson, onFinish, onFile } = this.context;
    const person = button("person", words.person, onPerson);
    person.prepend(icon(DRAWINGS.person));
    this.file = set(part("input"), { type: "file", hidden: "", tabindex: "-1", "aria-label": words.attach });
    this.file.addEventListener("change", () => {
      for (const file of this.file.files) onFile(file);
      this.file.value = "";
    });
    this.attach = drawnButton("tool attach", DRAWINGS.clip, words.attach, () => this.file.click());
    set(this.attach, { title: words.attach, hidden: "" }); // until the server says that it takes files
    this.finish = button("tool finish", words.finish, onFinish);
    this.finish.hidden = true;
    return part("div", "tools", [person, this.attach, this.file, this.finish, this.counter]);
  }

  #listen() {
    this.input.addEventListener("input", () => {
      this.refresh();
      this.context.onTyping();
    });
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  #send() {
    const text = this.text;
    this.input.focus();
    if (!text || left(text) < 0) return;
    this.#clear();
    this.context.onPick(text);
  }

  #picked(text) {
    this.#clear();
    this.context.onPick(text);
  }

  #clear() {
    this.input.value = "";
    this.typeAhead.close();
    this.refresh();
  }

  #pressed(event) {
    if (event.isComposing || event.keyCode === COMPOSING || this.typeAhead.pressed(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#send();
  }
}

const left = (text) => LIMIT - [...text].length;
