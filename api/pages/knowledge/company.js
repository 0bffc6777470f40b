// The company profile: every value that answers use, where each is used, and an answer as it would read.

import { ask } from "../shared/api.js";
import { button, element, freshId, setBusy } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { Draft } from "./own/draft.js";
import { history } from "./own/history.js";
import { COMPANY, savedText, SAVE_WORDS } from "./own/words.js";

const PATH = "/v1/company/profile";
const PREVIEW_MS = 400;

export async function open(root, session) {
  const view = new CompanyView(root, session, await ask("GET", PATH));
  return view;
}

class CompanyView {
  constructor(root, session, told) {
    Object.assign(this, { session, may: session.may("knowledge:publish"), inputs: new Map(), timer: 0 });
    this.draft = new Draft("company");
    this.about = element("p", { class: "quiet", role: "status" });
    this.fields = element("div", { class: "own-fields" });
    this.answer = element("div", { class: "answer", "aria-live": "polite" });
    this.save = button("保存并生效", () => this.#save(), { class: "main", disabled: true });
    this.undo = button("撤销", () => this.#undo(), { hidden: true });
    this.history = element("section", { class: "panel" });
    const actions = this.may ? element("div", { class: "actions start" }, this.save, this.undo) : null;
    root.append(
      element("h2", {}, "公司资料"),
      element("p", {}, "回答里写成 {hotline} 这样的地方，客户看到的就是这里的内容。保存后几秒内，所有回答都会更新。"),
      element("section", { class: "panel" }, this.about, this.fields, actions),
      element("section", { class: "panel" }, element("h3", {}, "客户看到的样子"), this.answer),
      this.history,
    );
    this.#show(told, this.draft.read(told.revision));
  }

  close() {
    clearTimeout(this.timer);
  }

  unsaved() {
    return this.may && this.#dirty();
  }

  #dirty() {
    return [...this.inputs].some(([name, input]) => input.value.trim() !== this.told.value[name]);
  }

  #value() {
    return Object.fromEntries([...this.inputs].map(([name, input]) => [name, input.value.trim()]));
  }

  #show(told, kept = null) {
    this.told = told;
    this.about.textContent = savedText(told);
    this.inputs.clear();
    this.fields.replaceChildren(...Object.keys(COMPANY).map((name) => this.#field(name, kept?.[name] ?? told.value[name])));
    history(this.history, PATH, told, { may: this.may, labels: COMPANY, session: this.session, done: (now) => this.#show(now) });
    this.#typed();
  }

  #field(name, value) {
    const [label, hint] = COMPANY[name];
    const input = element("input", { type: "text", id: freshId("company"), maxlength: 120, readonly: !this.may });
    input.value = value;
    input.addEventListener("input", () => this.#typed(input));
    this.inputs.set(name, input);
    const used = this.told.used[name];
    const about = `{${name}} · ${used ? `${used} 条回答用到` : "暂无回答用到"}${hint ? ` · ${hint}` : ""}`;
    const problem = element("span", { class: "problem", id: `${input.id}-problem`, hidden: true });
    input.setAttribute("aria-describedby", problem.id);
    return element("div", { class: "field" }, element("label", { for: input.id }, label), input, element("span", { class: "quiet" }, about), problem);
  }

  #typed(input) {
    if (input) this.#problem(input, "");
    const dirty = this.#dirty();
    this.save.disabled = !dirty;
    this.undo.hidden = !dirty;
    if (dirty) this.draft.keep(this.told.revision, this.#value());
    else this.draft.drop();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#preview(), PREVIEW_MS);
  }

  #problem(input, text) {
    const place = document.getElementById(`${input.id}-problem`);
    input.setAttribute("aria-invalid", String(Boolean(text)));
    if (place) Object.assign(place, { textContent: text, hidden: !text });
  }

  async #preview() {
    try {
      const told = await ask("POST", `${PATH}/preview`, { value: this.#value() });
      this.answer.replaceChildren(element("p", { class: "asked" }, told.question), element("p", { class: "told" }, told.answer));
    } catch (error) {
      if (error.status === 401) this.session.fail(error);
      else this.answer.replaceChildren(element("p", { class: "quiet" }, "有一项填得不对，暂时看不到预览。"));
    }
  }

  #undo() {
    for (const [name, input] of this.inputs) {
      input.value = this.told.value[name];
      this.#problem(input, "");
    }
    this.#typed();
  }

  async #save() {
    setBusy(this.save, true);
    try {
      const told = await ask("PUT", PATH, { revision: this.told.revision, value: this.#value() });
      this.draft.drop();
      this.#show(told);
      toast("已保存，几秒内生效");
    } catch (error) {
      await this.#refused(error);
    } finally {
      setBusy(this.save, false);
      this.save.disabled = !this.#dirty();
    }
  }

  async #refused(error) {
    if (error.code === "invalid_content") {
      for (const line of error.detail ?? []) {
        const [name, code] = line.split(": ");
        if (this.inputs.has(name)) this.#problem(this.inputs.get(name), SAVE_WORDS[code] ?? "这样填不行，请检查。");
      }
      document.querySelector("[aria-invalid='true']")?.focus();
      return;
    }
    if (error.code === "conflict") await this.#merge();
    else this.session.fail(error);
  }

  /** Somebody saved first: keep what was written here, over what they saved. */
  async #merge() {
    const mine = this.#value();
    const before = this.told.value;
    const newest = await ask("GET", PATH);
    const changed = Object.keys(COMPANY).filter((name) => mine[name] !== before[name]);
    const clash = changed.filter((name) => newest.value[name] !== before[name] && newest.value[name] !== mine[name]);
    this.#show(newest, { ...newest.value, ...Object.fromEntries(changed.map((name) => [name, mine[name]])) });
    for (const name of clash) this.#problem(this.inputs.get(name), `${newest.edited_by_name}刚改成“${newest.value[name]}”，请确认用哪个。`);
    toast("刚有人保存过。您改的内容还在，请看一遍再保存。");
  }
}
