// The reply as the customer will read it, in a phone.

import { ask } from "../../shared/api.js";
import { button, element } from "../../shared/element.js";

export class Preview {
  constructor() {
    Object.assign(this, { told: null, script: "hans", turn: 0 });
    this.screen = element("div", { class: "screen", "aria-live": "off" });
    this.phone = element("div", { class: "phone", role: "group", "aria-label": "客户看到的样子" }, this.screen);
    const toggles = [
      this.#toggle("繁體", (on) => (this.script = on ? "hant" : "hans")),
      this.#toggle("大字", (on) => this.phone.classList.toggle("large", on)),
    ];
    this.problem = element("p", { class: "notice warm", hidden: true });
    this.node = element("section", { class: "part preview", "aria-label": "预览" }, element("div", { class: "part-head" }, element("h3", {}, "客户看到的样子"), ...toggles), this.problem, this.phone);
  }

  /** Ask how a draft looks, and show it. */
  async load(draft) {
    const turn = ++this.turn;
    try {
      const told = await ask("POST", "/v1/entries/preview", draft);
      if (turn !== this.turn) return;
      this.told = told;
      this.#show();
    } catch (error) {
      if (turn === this.turn && error.status !== 401) this.#say("预览暂时没有更新，恢复连接后会再试。");
    }
  }

  #toggle(name, switched) {
    const made = button(name, () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(on));
      switched(on);
      this.#show();
    }, { class: "small toggle", "aria-pressed": "false" });
    return made;
  }

  #say(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  #show() {
    if (!this.told) return;
    const shown = this.told[this.script];
    this.#say(this.told.problem ? "有公司资料里没有的占位符，客户会看到原样。" : this.told.told_today ? "" : "今天不在有效期内，客户现在看不到。");
    const lang = this.script === "hant" ? "zh-Hant" : "zh-CN";
    const basis = shown.citations.flatMap((one) => one.basis);
    const parts = [
      element("p", { class: "from-customer" }, this.told.question[this.script] || "（客户的问题）"),
      element("div", { class: "from-assistant" },
        ...paragraphs(shown.text || "（还没有答案）"),
        basis.length ? element("p", { class: "basis-line" }, `${this.script === "hant" ? "依據" : "依据"}：${basis.join("、")}`) : null),
    ];
    if (shown.related.length) parts.push(element("ul", { class: "chips-line" }, ...shown.related.map(({ text }) => element("li", {}, text))));
    if (shown.also) {
      parts.push(element("p", { class: "quiet" }, "客户可能问的是这条、但不确定时，短答案会接在别的答案后面："));
      parts.push(element("div", { class: "from-assistant" }, ...paragraphs(shown.also)));
    }
    this.screen.lang = lang;
    this.screen.replaceChildren(...parts);
  }
}

function paragraphs(text) {
  return text.split(/\n+/).filter(Boolean).map((line) => element("p", {}, line));
}
