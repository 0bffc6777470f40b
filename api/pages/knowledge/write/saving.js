// Saves a draft: at once, when the service is back, or after what both sides wrote is put together.

import { ask, leaveForSignIn } from "../../shared/api.js";
import { setBusy } from "../../shared/element.js";
import { toast } from "../../shared/told.js";
import { problemText } from "../../shared/words.js";
import { conflictNode } from "./conflict.js";
import { textOf, tidied } from "./text.js";

const RETRY_MS = 5000;
const AWAY = ["network", "timeout", "storage", "server"];
const REFUSED = { invalid_content: "有内容无法保存，请看检查结果。", invalid_request: "有内容太长或不合要求。" };

export class Saving {
  /**
   * @param {object} form What is written.
   * @param {object} stored The entry: see stored.js.
   * @param {object} deeds The bar below the form.
   * @param {object} ways `saved(created)` is called after each save, `conflict(node)` shows a conflict in
   *   place of the form, or the form again for null; `choices` of `/v1/entries/choices`.
   */
  constructor(form, stored, deeds, ways) {
    Object.assign(this, { form, stored, deeds, ways, waiting: false });
    this.online = () => this.waiting && this.save();
    addEventListener("online", this.online);
  }

  close() {
    clearTimeout(this.retrying);
    removeEventListener("online", this.online);
  }

  /** Save a draft; false where it is not saved. */
  async save() {
    clearTimeout(this.retrying);
    if (this.saving || this.deeds.node.hidden) return false;
    if (this.stored.view && !this.stored.dirty) {
      this.waiting = false;
      this.deeds.show();
      return true;
    }
    const text = tidied(this.form.text());
    if (!text.question || !text.answer) return this.#tooEarly(text);
    this.saving = true;
    setBusy(this.deeds.save, true);
    try {
      this.#isSaved(await this.#send(text), text);
      return true;
    } catch (error) {
      this.#notSaved(error);
      return false;
    } finally {
      this.saving = false;
      setBusy(this.deeds.save, false);
    }
  }

  #tooEarly(text) {
    toast("先写好问题和答案，才能保存草稿；写了的内容已留在这台电脑上。");
    this.form.controls[text.question ? "answer" : "question"].focus();
    return false;
  }

  #send(text) {
    const { view, base } = this.stored;
    if (!view) return ask("POST", "/v1/entries", { entry: text });
    return ask("PUT", `/v1/entries/${encodeURIComponent(view.id)}`, { entry: text, based_on: base });
  }

  #isSaved(view, text) {
    const created = !this.stored.view;
    this.waiting = false;
    this.stored.take(view, text);
    this.stored.keep(); // what was written while it was sent
    this.ways.saved(created);
  }

  #notSaved(error) {
    this.stored.keep();
    if (error.status === 401) return leaveForSignIn();
    if (error.code === "stale_edit") return this.#conflict(error.detail);
    this.waiting = AWAY.includes(error.code);
    if (this.waiting) this.retrying = setTimeout(() => this.waiting && this.save(), RETRY_MS);
    this.deeds.show(this.waiting ? { waiting: true } : { problem: `没有保存：${problemText(error, REFUSED)}` });
  }

  /** Show both sides of a save that came late. */
  #conflict(detail) {
    const leave = () => this.ways.conflict(null);
    const join = async (values) => {
      leave();
      this.stored.base = detail.revision;
      this.stored.saved = textOf(detail.newest);
      this.form.show({ ...textOf(detail.mine), ...values }, this.stored.view?.related);
      if (await this.save()) toast("已保存合并后的内容。");
    };
    this.ways.conflict(conflictNode(detail, this.ways.choices, join, leave));
  }
}
