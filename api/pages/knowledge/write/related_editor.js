// The entries that are offered below the answer: searched for, picked, ordered as they were picked.

import { ask } from "../../shared/api.js";
import { button, element, freshId } from "../../shared/element.js";
import { FindingPlace } from "./findings.js";

const TYPING_MS = 300;
const SHOWN = 6;

export class RelatedEditor {
  /**
   * @param {string} own The entry's own id, which is never offered.
   * @param {(ids: string[]) => void} onChange
   */
  constructor(own, onChange) {
    Object.assign(this, { own, onChange, ids: [], names: new Map(), timer: 0, turn: 0 });
    this.list = element("ul", { class: "picked" });
    this.found = element("ul", { class: "offered", "aria-label": "可选的条目" });
    this.state = element("p", { class: "quiet", role: "status" });
    this.input = element("input", { type: "search", id: freshId("related"), autocomplete: "off", maxlength: 200, placeholder: "搜索要关联的条目", on: { input: () => this.#typed() } });
    this.place = new FindingPlace(this.input);
    this.node = element("fieldset", { class: "part field" },
      element("legend", { class: "legend" }, "相关条目"), this.list,
      element("label", { class: "unseen", for: this.input.id }, "搜索相关条目"), this.input, this.state, this.found, this.place.node);
  }

  /** Show other ids; `known` names some of them. */
  show(ids, known = []) {
    known.forEach(({ id, question }) => question && this.names.set(id, question));
    this.ids = [...ids];
    this.#list();
    this.#nameUnknown();
  }

  values() {
    return [...this.ids];
  }

  showFindings(findings, nodeOf) {
    this.place.show(findings.map(nodeOf), findings.length > 0);
  }

  #list() {
    this.list.replaceChildren(
      ...this.ids.map((id) => {
        const name = this.names.get(id) ?? id;
        const remove = button("✕", () => this.#set(this.ids.filter((one) => one !== id)), { class: "small icon", "aria-label": `移除 ${name}` });
        return element("li", {}, element("span", {}, name), remove);
      }),
    );
  }

  #set(ids) {
    this.ids = ids;
    this.#list();
    this.onChange(this.values());
  }

  #typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#search(), TYPING_MS);
  }

  async #search() {
    const turn = ++this.turn;
    const text = this.input.value.trim();
    this.state.textContent = "";
    if (!text) return this.found.replaceChildren();
    try {
      const { entries } = await ask("GET", `/v1/entries?${new URLSearchParams({ q: text, status: "published", limit: SHOWN + 1 })}`);
      if (turn !== this.turn) return;
      const offered = entries.filter(({ id }) => id !== this.own && !this.ids.includes(id)).slice(0, SHOWN);
      this.state.textContent = offered.length ? "" : "没有找到已发布的条目。";
      this.found.replaceChildren(...offered.map((one) => element("li", {}, button(one.question, () => this.#pick(one), { class: "small" }))));
    } catch {
      if (turn === this.turn) this.state.textContent = "没有查到，请稍后再试。";
    }
  }

  #pick({ id, question }) {
    this.names.set(id, question);
    this.input.value = "";
    this.found.replaceChildren();
    this.#set([...this.ids, id]);
    this.input.focus();
  }

  async #nameUnknown() {
    for (const id of this.ids.filter((one) => !this.names.has(one))) {
      const view = await ask("GET", `/v1/entries/${encodeURIComponent(id)}`).catch(() => null);
      if (view) this.names.set(id, view.entry.question);
    }
    this.#list();
  }
}
