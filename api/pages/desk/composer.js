// Writing to the customer: canned phrases, suggested replies, and a text that is never lost.

import { ask } from "../shared/api.js";
import { button, element, freshId, setBusy } from "../shared/element.js";
import { problemText } from "../shared/words.js";
import { freshClientId } from "../widget/client_id.js";
import { PHRASES, PROBLEMS, SOURCES } from "./words.js";

const TYPING_MS = 2000;
const COMPOSING = 229; // Safari ends the composition before the Enter that ended it
const DRAFT = "baowen.desk.draft.";

export class Composer {
  /**
   * @param {string} id The ticket.
   * @param {object} hooks `onSent(message)`, `onTyping()`.
   */
  constructor(id, hooks) {
    Object.assign(this, { id, hooks, suggestions: [], used: null, clientId: freshClientId() });
    const field = freshId("reply");
    this.area = element("textarea", { id: field, rows: "3", maxlength: "2000", placeholder: "输入回复，Enter 发送，Shift+Enter 换行" });
    this.area.value = sessionStorage.getItem(DRAFT + id) ?? "";
    this.problem = element("div", { class: "notice alarm", role: "alert", hidden: true });
    this.offered = element("div", { class: "suggestions", role: "group", "aria-label": "建议回复" });
    this.submit = element("button", { type: "submit", class: "button main" }, "发送");
    this.node = element(
      "form",
      { class: "composer", novalidate: true, on: { submit: (event) => this.#send(event) } },
      this.offered,
      this.problem,
      element("label", { class: "unseen", for: field }, "回复客户"),
      this.area,
      element("div", { class: "sending" }, this.#phrases(), this.submit),
    );
    this.area.addEventListener("input", () => this.#typed());
    this.area.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === COMPOSING;
      if (event.key === "Enter" && !event.shiftKey && !composing) this.#send(event);
    });
  }

  /** Load the three best replies; without any the composer is as useful as before. */
  async suggest() {
    this.suggestions = await ask("GET", `/v1/tickets/${this.id}/suggestions`).catch(() => []);
    const made = this.suggestions.slice(0, 3).map((one, index) => {
      const sure = typeof one.confidence === "number" ? `${Math.round(one.confidence * 100)}%` : "";
      return element(
        "button",
        { type: "button", class: "suggestion", "aria-keyshortcuts": `Alt+${index + 1}`, on: { click: () => this.insert(index) } },
        element("kbd", {}, String(index + 1)),
        element("span", { class: "offer" }, one.text),
        element("span", { class: "quiet" }, [one.question, sure, SOURCES[one.source] ?? one.source].filter(Boolean).join(" · ")),
      );
    });
    this.offered.replaceChildren(...made);
  }

  /** Put a suggested reply into the field, where it can be changed before it is sent. */
  insert(index) {
    const chosen = this.suggestions[index];
    if (!chosen) return;
    this.used = chosen.id;
    this.fill(chosen.text);
  }

  fill(text) {
    this.area.value = text;
    this.area.focus();
    this.#keep();
  }

  #phrases() {
    const options = PHRASES.map((text) => element("option", { value: text }, text));
    const pick = element("select", { class: "phrases", "aria-label": "常用语" }, element("option", { value: "" }, "常用语…"), ...options);
    pick.addEventListener("change", () => {
      if (pick.value) this.fill([this.area.value, pick.value].filter(Boolean).join("\n"));
      pick.value = "";
    });
    return pick;
  }

  #typed() {
    this.#keep();
    if (Date.now() - (this.typedAt ?? 0) < TYPING_MS) return;
    this.typedAt = Date.now();
    this.hooks.onTyping();
  }

  #keep() {
    if (this.area.value) sessionStorage.setItem(DRAFT + this.id, this.area.value);
    else sessionStorage.removeItem(DRAFT + this.id);
  }

  async #send(event) {
    event.preventDefault();
    const text = this.area.value.trim();
    if (!text || this.submit.disabled) return;
    setBusy(this.submit, true);
    this.area.readOnly = true;
    this.problem.hidden = true;
    try {
      const body = { text, client_id: this.clientId, ...(this.used ? { suggestion_id: this.used } : {}) };
      this.hooks.onSent(await ask("POST", `/v1/tickets/${this.id}/reply`, body));
      Object.assign(this, { used: null, clientId: freshClientId() });
      this.area.value = "";
      this.#keep();
    } catch (error) {
      this.#refused(error);
    } finally {
      setBusy(this.submit, false);
      this.area.readOnly = false;
      this.area.focus();
    }
  }

  /** Say why it was not sent; the text stays, and sent again it cannot arrive twice. */
  #refused(error) {
    if (error.code === "forbidden_wording") this.clientId = freshClientId();
    const reasons = Array.isArray(error.detail) ? error.detail.filter((one) => typeof one === "string") : [];
    const lines = [problemText(error, PROBLEMS), ...reasons].map((text) => element("p", {}, text));
    this.problem.replaceChildren(...lines);
    this.problem.hidden = false;
  }
}
