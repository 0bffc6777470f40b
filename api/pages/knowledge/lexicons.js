// The lexicons: own words, synonyms, protected names and wording rules; tried before they are saved.

import { ask } from "../shared/api.js";
import { field } from "../shared/dialog.js";
import { button, element, freshId, setBusy } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { Draft } from "./own/draft.js";
import { history } from "./own/history.js";
import { LEXICONS } from "./own/lexicon_kinds.js";
import { savedText, SAVE_WORDS } from "./own/words.js";
import { address } from "./router.js";

export async function open(root, session, { rest }) {
  const name = LEXICONS[rest[0]] ? rest[0] : "terms";
  return new LexiconView(root, session, name, await ask("GET", `/v1/lexicons/${name}`));
}

class LexiconView {
  constructor(root, session, name, told) {
    Object.assign(this, { session, name, kind: LEXICONS[name], path: `/v1/lexicons/${name}`, may: session.may("knowledge:publish") });
    this.draft = new Draft(`lexicon.${name}`);
    this.about = element("p", { class: "quiet", role: "status" });
    this.area = element("textarea", { class: "lines", rows: 10, spellcheck: "false", readonly: !this.may, on: { input: () => this.#typed() } });
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.save = button("保存并生效", () => this.#save(), { class: "main", disabled: true });
    this.undo = button("撤销", () => this.#undo(), { hidden: true });
    this.history = element("section", { class: "panel" });
    this.shipped = element("div", { class: "shipped quiet" });
    root.append(
      element("h2", {}, "词库"), this.#tabs(),
      element("section", { class: "panel" }, element("p", {}, this.kind.about), this.about, field(this.kind.label, this.area), this.problem,
        this.may ? element("div", { class: "actions start" }, this.save, this.undo) : null),
      this.#trial(),
      element("details", { class: "panel" }, element("summary", { class: "button small" }, "系统自带的"), this.shipped),
      this.history,
    );
    this.#show(told, this.draft.read(told.revision));
  }

  unsaved() {
    return this.may && this.#dirty();
  }

  #tabs() {
    const links = Object.entries(LEXICONS).map(([name, { title }]) =>
      element("a", { class: "button small tab", href: address("lexicons", [name]), "aria-current": name === this.name ? "page" : null }, title));
    return element("nav", { class: "chips", "aria-label": "词库种类" }, ...links);
  }

  #show(told, kept = null) {
    this.told = told;
    this.saved = this.kind.write(told.value);
    this.area.value = kept ?? this.saved;
    this.about.textContent = savedText(told);
    this.shipped.textContent = this.kind.shipped(told.shipped);
    history(this.history, this.path, told, { may: this.may, labels: null, session: this.session, done: (now) => this.#show(now) });
    this.#typed();
  }

  #dirty() {
    return this.area.value.trim() !== this.saved.trim();
  }

  #typed() {
    const dirty = this.#dirty();
    this.save.disabled = !dirty;
    this.undo.hidden = !dirty;
    this.problem.hidden = true;
    this.area.setAttribute("aria-invalid", "false");
    if (dirty) this.draft.keep(this.told.revision, this.area.value);
    else this.draft.drop();
  }

  #undo() {
    this.area.value = this.saved;
    this.#typed();
  }

  #trial() {
    const input = element("input", { type: "text", id: freshId("try"), maxlength: 500, placeholder: this.kind.example });
    const result = element("p", { class: "tried", role: "status" });
    const go = element("button", { type: "submit", class: "button" }, "试一试");
    const form = element("form", { on: { submit: (event) => {
      event.preventDefault();
      this.#try(input.value || this.kind.example, result, go);
    } } }, element("div", { class: "field" }, element("label", { for: input.id }, this.kind.trial), element("div", { class: "joined" }, input, go)), result);
    return element("section", { class: "panel" }, element("h3", {}, "试一试"), form);
  }

  async #try(text, result, pressed) {
    setBusy(pressed, true);
    try {
      const value = this.#dirty() ? this.kind.read(this.area.value) : null;
      result.textContent = this.kind.told(await ask("POST", `${this.path}/try`, { text, value }));
    } catch (error) {
      this.#refused(error);
    } finally {
      setBusy(pressed, false);
    }
  }

  async #save() {
    setBusy(this.save, true);
    try {
      const value = this.kind.read(this.area.value);
      const told = await ask("PUT", this.path, { revision: this.told.revision, value });
      this.draft.drop();
      this.#show(told);
      toast("已保存，几秒内生效");
    } catch (error) {
      if (error.code === "conflict") await this.#conflict();
      else this.#refused(error);
    } finally {
      setBusy(this.save, false);
      this.save.disabled = !this.#dirty();
    }
  }

  /** Somebody saved first: their lines are put under what was written here, none twice. */
  async #conflict() {
    const mine = this.area.value;
    const newest = await ask("GET", this.path);
    const known = new Set(mine.split("\n").map((line) => line.trim()));
    const theirs = this.kind.write(newest.value).split("\n").filter((line) => line.trim() && !known.has(line.trim()) && !this.saved.includes(line));
    this.#show(newest, [mine.trimEnd(), ...theirs].join("\n"));
    this.#say(`刚有${newest.edited_by_name}保存过。您写的还在，对方新加的 ${theirs.length} 行接在后面，请看一遍再保存。`);
  }

  #refused(error) {
    if (error.code !== "invalid_content" && !(error instanceof SyntaxError)) return this.session.fail(error);
    const [item, code] = (error.detail?.[0] ?? "").split(": ");
    this.#say(error instanceof SyntaxError ? error.message : `${item ? `“${item}”：` : ""}${SAVE_WORDS[code] ?? "写得不对，请检查。"}`);
    this.area.setAttribute("aria-invalid", "true");
    this.area.focus();
  }

  #say(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
  }
}
