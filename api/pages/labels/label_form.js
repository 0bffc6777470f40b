// The form of one label: action, intent, queue, entries, note; by keyboard too.

import { element, freshId } from "../shared/element.js";
import { field } from "../shared/dialog.js";
import { EntriesField } from "./entries_field.js";
import { IntentField } from "./intent_field.js";
import { actionName } from "./words.js";

const NONE = { action: "", intent: "", queue: null, entry_ids: [], note: "" };

export class LabelForm {
  /**
   * @param {object} options Actions, intents and queues.
   * @param {() => void} onChange
   */
  constructor(options, onChange) {
    this.options = options;
    this.onChange = onChange;
    const name = freshId("action");
    this.boxes = options.actions.map(({ id }) => element("input", { type: "radio", name, value: id, on: { change: () => this.#changed() } }));
    const picks = options.actions.map((action, index) => element("label", { class: "pick", title: action.name }, this.boxes[index], actionName(action), " ", element("kbd", {}, String(index + 1))));
    this.intent = new IntentField(options.intents, () => this.#intentChosen());
    this.queue = element("select", { on: { change: () => this.#changed() } }, element("option", { value: "" }, "任何队列"), ...options.queues.map((one) => element("option", { value: one.id }, one.name)));
    this.entries = new EntriesField(() => this.#changed());
    this.note = element("textarea", { rows: "2", maxlength: "500", on: { input: () => this.#changed() } });
    this.queueField = field("应转到的队列", this.queue);
    const legend = element("legend", { class: "legend" }, "应该怎么处理");
    this.node = element("div", { class: "stack" }, element("fieldset", {}, legend, element("div", { class: "picks" }, ...picks)), this.intent.node, this.queueField, this.entries.node, field("备注（可不填）", this.note));
    this.set(NONE);
  }

  /** Return what is filled in. */
  get value() {
    const action = this.boxes.find((box) => box.checked)?.value ?? "";
    return { action, intent: this.intent.value, queue: this.queue.value || null, entry_ids: this.entries.value, note: this.note.value.trim() };
  }

  /** Fill in a label; null empties the form. */
  set(label) {
    const { action, intent, queue, entry_ids: entries, note } = label ?? NONE;
    for (const box of this.boxes) box.checked = box.value === action;
    this.intent.set(intent);
    this.queue.value = queue ?? "";
    this.entries.set(entries);
    this.note.value = note;
    this.#fit();
  }

  /** Return what is still missing, in words, or "". */
  get missing() {
    const { action, intent } = this.value;
    if (!action) return "请选择应该怎么处理。";
    if (!intent && action !== "clarify") return "请选择意图；只有需要反问的问题可以没有意图。";
    return "";
  }

  /** Do what a key means while nothing is being typed; returns whether it means something. */
  key(key) {
    const box = this.boxes[Number(key) - 1];
    if (box) {
      box.checked = true;
      box.focus();
      this.#changed();
      return true;
    }
    const target = { i: this.intent.input, e: this.entries.node.hidden ? null : this.entries.input }[key.toLowerCase()];
    target?.focus();
    return Boolean(target);
  }

  #intentChosen() {
    const chosen = this.options.intents.find((one) => one.id === this.intent.value);
    if (chosen && !this.queue.value) this.queue.value = chosen.queue;
    this.#changed();
  }

  #changed() {
    this.#fit();
    this.onChange();
  }

  #fit() {
    const { action } = this.value;
    this.queueField.hidden = action !== "handoff";
    this.entries.node.hidden = action !== "answer";
  }
}

/** Let single keys reach a form while nothing is being typed; returns what stops that. */
export function bindKeys({ form, save }) {
  const listen = (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
      return;
    }
    const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (form.key(event.key)) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
