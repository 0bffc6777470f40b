// Asks a question of what is published and of the same with the draft in place, side by side.

import { ask } from "../../shared/api.js";
import { element, freshId, setBusy } from "../../shared/element.js";
import { problemText } from "../../shared/words.js";
import { percentText } from "../words.js";

const ACTIONS = { answer: "直接回答", clarify: "反问客户", handoff: "转人工", decline: "婉拒" };
const CHANGES = { action: "做法变了", entry: "换了条目", queue: "换了队列", choices: "选项变了", text: "文字变了", confidence: "把握变了" };

export class Tryout {
  /** @param {() => object} draft Returns the draft as `/v1/entries/try` takes it. */
  constructor(draft) {
    this.draft = draft;
    this.input = element("input", { type: "text", id: freshId("try"), maxlength: 2000, autocomplete: "off", placeholder: "像客户那样问一句" });
    this.submit = element("button", { type: "submit", class: "button" }, "试一问");
    this.results = element("ol", { class: "tries", "aria-live": "polite" });
    const form = element("form", { on: { submit: (event) => this.#ask(event) } },
      element("label", { class: "legend", for: this.input.id }, "试一问"),
      element("p", { class: "quiet" }, "看这份草稿发布后，助手的回答会有什么变化。不会留下记录。"),
      element("div", { class: "joined" }, this.input, this.submit));
    this.node = element("section", { class: "part field", "aria-label": "试一问" }, form, this.results);
  }

  async #ask(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text || this.submit.disabled) return this.input.focus();
    setBusy(this.submit, true);
    try {
      const told = await ask("POST", "/v1/entries/try", { ...this.draft(), text });
      this.results.prepend(result(text, told));
      while (this.results.childElementCount > 5) this.results.lastElementChild.remove();
      this.input.select();
    } catch (error) {
      this.results.prepend(element("li", { class: "notice alarm" }, element("p", {}, problemText(error))));
    } finally {
      setBusy(this.submit, false);
    }
  }
}

function result(text, { before, after, changes }) {
  const marks = changes.map((one) => element("span", { class: "chip" }, CHANGES[one]));
  const head = element("p", {}, element("b", {}, text), " ", ...(marks.length ? marks : [element("span", { class: "quiet" }, "没有变化")]));
  return element("li", {}, head, element("div", { class: "sides" }, decision("现在", before), decision("发布草稿后", after)));
}

function decision(name, told) {
  const what = ACTIONS[told.action] + (told.queue_name ? `（${told.queue_name}）` : "");
  const asked = told.action === "clarify" ? told.choices.map((one) => one.text).join(" / ") : told.question;
  const candidates = told.candidates.map((one) => element("li", {}, `${one.question || one.entry_id} · ${percentText(one.confidence)}`));
  return element("div", { class: "side", role: "group", "aria-label": name },
    element("h4", {}, name),
    element("p", {}, `${what} · 把握 ${percentText(told.confidence)}`),
    asked ? element("p", { class: "asked" }, asked) : null,
    element("p", { class: "said" }, told.text),
    element("details", { class: "why" }, element("summary", {}, "候选条目"), element("ol", {}, ...candidates)));
}
