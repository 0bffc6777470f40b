// Finds the entries that would answer a question, by search.

import { ask, leaveForSignIn } from "../shared/api.js";
import { button, element, freshId, setBusy } from "../shared/element.js";
import { problemText } from "../shared/words.js";

export class EntriesField {
  /** @param {() => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.chosen = new Map(); // id to question
    const id = freshId("entries");
    this.input = element("input", { id, type: "search", autocomplete: "off", on: { keydown: (event) => this.#key(event) } });
    this.press = button("搜索", () => this.#search());
    this.list = element("div", { class: "checks wide", role: "group", "aria-label": "能回答的问答" });
    this.said = element("p", { class: "quiet", role: "status" });
    this.node = element(
      "div",
      { class: "field" },
      element("label", { for: id }, "能回答的问答（可多选；都不合适就不选） ", element("kbd", {}, "E")),
      element("div", { class: "joined" }, this.input, this.press),
      this.said,
      this.list,
    );
  }

  get value() {
    return [...this.chosen.keys()];
  }

  /** Set the chosen entries by their ids. */
  set(ids) {
    const known = this.chosen;
    this.chosen = new Map(ids.map((id) => [id, known.get(id) ?? id]));
    this.input.value = "";
    this.said.textContent = "";
    this.#show([]);
  }

  #key(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.isComposing) return;
    event.preventDefault();
    this.#search();
  }

  async #search() {
    const words = this.input.value.trim();
    if (!words || this.press.disabled) return;
    setBusy(this.press, true);
    this.said.textContent = "正在搜索…";
    try {
      const found = await ask("GET", `/v1/label-entries?q=${encodeURIComponent(words)}`);
      this.said.textContent = found.length ? "" : "没有找到，换个说法试试。";
      this.#show(found.map(({ entry_id: id, question, text }) => ({ id, question, text })));
    } catch (error) {
      if (error.status === 401) return leaveForSignIn();
      this.said.textContent = problemText(error);
    } finally {
      setBusy(this.press, false);
    }
  }

  #show(found) {
    const kept = [...this.chosen].filter(([id]) => !found.some((one) => one.id === id)).map(([id, question]) => ({ id, question, text: "" }));
    this.list.replaceChildren(...[...kept, ...found].map((one) => this.#check(one)));
  }

  #check({ id, question, text }) {
    const box = element("input", { type: "checkbox" });
    box.checked = this.chosen.has(id);
    box.addEventListener("change", () => {
      if (box.checked) this.chosen.set(id, question);
      else this.chosen.delete(id);
      this.onChange();
    });
    const about = element("span", {}, question, element("span", { class: "quiet" }, text ? text.slice(0, 90) : id));
    return element("label", { class: "check" }, box, about);
  }
}
