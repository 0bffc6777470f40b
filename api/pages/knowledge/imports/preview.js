// The preview of an upload: how its columns are read, what each row would do, and its confirmation.

import { ask, download } from "../../shared/api.js";
import { confirmFirst } from "../../shared/dialog.js";
import { button, element, setBusy } from "../../shared/element.js";
import { nothing } from "../../shared/loading.js";
import { toast } from "../../shared/told.js";
import { Columns } from "./columns.js";
import { RowCard } from "./row.js";
import { CHANGE_WORDS, LABELS, STATES } from "./words.js";

const PAGE = 30;
const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export class Preview {
  constructor(root, session, id) {
    Object.assign(this, { root, session, path: `/v1/imports/${encodeURIComponent(id)}`, cards: [], shown: null });
    this.notice = element("div", { class: "notice warm", role: "alert", hidden: true }, element("p"));
    this.columns = new Columns((change) => this.change(change));
    this.counts = element("div", { class: "chips lists", role: "group", "aria-label": "按结果查看" });
    this.rows = element("div", { class: "rows" });
    this.more = button("更多", () => this.#more(), { hidden: true });
    this.foot = element("div", { class: "confirm" });
  }

  async open() {
    const [told, choices] = await Promise.all([ask("GET", `${this.path}?limit=1`), ask("GET", "/v1/entries/choices")]);
    this.intents = choices.intents.map(({ name }) => name);
    this.title = element("h2", {}, told.upload.name);
    const back = element("a", { class: "entry", href: "#/import" }, "‹ 导入导出");
    this.root.append(back, this.title, this.notice, this.columns.node, this.counts, this.rows, this.more, this.foot);
    this.#take(told.upload);
    if (told.upload.state === "open") await this.show(this.#first());
  }

  /** Tell whether something was written in a row and not kept yet. */
  unsaved() {
    return this.cards.some((card) => card.dirty());
  }

  #first() {
    const { counts } = this.upload;
    return Object.keys(STATES).find((state) => counts[state]) ?? "new";
  }

  #take(upload) {
    this.upload = upload;
    const open = upload.state === "open";
    for (const one of [this.columns.node, this.counts, this.rows]) one.hidden = !open;
    if (!open) return this.#done();
    this.columns.show(upload);
    this.#showCounts();
    this.#showFoot();
  }

  #showCounts() {
    this.counts.replaceChildren(...Object.entries(STATES).filter(([state]) => this.upload.counts[state] || state === this.shown).map(([state, name]) =>
      button(`${name} ${this.upload.counts[state]}`, () => this.show(state), {
        class: "small tab", "aria-pressed": String(state === this.shown), dataset: { state },
      })));
  }

  async show(state) {
    if (this.unsaved()) return toast("请先保存或撤销这一页改过的内容");
    this.shown = state;
    this.#showCounts();
    this.rows.setAttribute("aria-busy", "true");
    try {
      const told = await this.#page(0);
      this.cards = told.rows.map((row) => this.#card(row));
      const empty = state === "faulty" ? "没有有问题的行了，可以导入。" : "没有这样的行。";
      this.rows.replaceChildren(...(this.cards.length ? this.cards.map((card) => card.node) : [nothing(empty)]));
      if (state === "faulty" && this.cards.length) this.rows.prepend(this.#downloadFaults());
    } catch (error) {
      this.session.fail(error);
    } finally {
      this.rows.removeAttribute("aria-busy");
    }
  }

  async #page(after) {
    const told = await ask("GET", `${this.path}?state=${this.shown}&after=${after}&limit=${PAGE}`);
    Object.assign(this, { next: told.next });
    this.more.hidden = told.next === null;
    return told;
  }

  async #more() {
    setBusy(this.more, true);
    try {
      const told = await this.#page(this.next);
      const cards = told.rows.map((row) => this.#card(row));
      this.cards.push(...cards);
      this.rows.append(...cards.map((card) => card.node));
    } catch (error) {
      this.session.fail(error);
    } finally {
      setBusy(this.more, false);
    }
  }

  #card(row) {
    return new RowCard(row, this.upload.columns, this.intents, (change) => this.change({ rows: [change] }));
  }

  #downloadFaults() {
    const get = button("下载有问题的行", async () => {
      setBusy(get, true);
      await download(`${this.path}/faults`, SHEET).catch((error) => this.session.fail(error));
      setBusy(get, false);
    }, { class: "small" });
    return element("p", { class: "hint" }, element("span", { class: "quiet" }, "可以在这里直接改，也可以下载后在表格里改，再重新导入。"), get);
  }

  /** Change how columns are read, or rows; then show what it would do now. */
  async change(change) {
    this.notice.hidden = true;
    try {
      this.#take(await ask("PATCH", this.path, { revision: this.upload.revision, ...change }));
      this.cards = [];
      await this.show(this.upload.counts[this.shown] || this.shown === "faulty" ? this.shown : this.#first());
      this.#keepFocus();
      return true;
    } catch (error) {
      if (error.status === 409) await this.#reload();
      this.session.fail(error, CHANGE_WORDS);
      return false;
    }
  }

  /** Lead on who works by keyboard, where the row that had the focus is gone: to the next one, or to what is next. */
  #keepFocus() {
    if (document.activeElement !== document.body) return;
    const next = this.rows.querySelector("article :is(input, textarea, select)") ?? this.foot.querySelector("button.main:enabled") ?? this.title;
    next.focus();
  }

  async #reload() {
    const told = await ask("GET", `${this.path}?limit=1`);
    this.#take(told.upload);
    this.cards = [];
    if (told.upload.state === "open") await this.show(this.#first());
  }

  #showFoot() {
    const { counts, missing } = this.upload;
    const count = counts.new + counts.changed;
    const submit = element("input", { type: "checkbox", checked: true });
    const ready = !missing.length && !counts.faulty && count > 0;
    const go = button(`导入 ${count} 条`, () => this.#confirm(go, submit.checked), { class: "main", disabled: !ready });
    const drop = button("放弃", () => this.#drop());
    const why = missing.length
      ? `还没有哪一列对应“${missing.map((name) => LABELS[name]).join("”“")}”。`
      : counts.faulty
        ? `还有 ${counts.faulty} 行有问题，请改好或选择不导入。`
        : count ? "" : "没有要导入的内容。";
    this.foot.replaceChildren(
      element("p", { class: "quiet", role: "status" }, why || `新增 ${counts.new} 条，修改 ${counts.changed} 条。导入后是草稿，审核发布后客户才会看到。`),
      element("label", { class: "check" }, submit, "同时提交审核"),
      element("div", { class: "actions" }, drop, go),
    );
  }

  async #confirm(pressed, submit) {
    if (this.unsaved()) return toast("请先保存或撤销这一页改过的内容");
    setBusy(pressed, true);
    try {
      const told = await ask("POST", `${this.path}/confirm`, { revision: this.upload.revision, submit });
      this.#take(told);
      this.title.focus();
    } catch (error) {
      if (error.status !== 409) return this.session.fail(error);
      await this.#reload();
      this.notice.firstChild.textContent = "您预览之后，有人改过其中的条目，所以还没有导入。差异已经更新，请再看一遍后导入。";
      this.notice.hidden = false;
      this.notice.scrollIntoView({ block: "center" });
      if (this.upload.counts.changed) await this.show("changed");
    } finally {
      setBusy(pressed, false);
    }
  }

  #drop() {
    confirmFirst(`放弃“${this.upload.name}”？`, "上传的内容和改过的行都会删除，已有的条目不变。", "放弃", async () => {
      await ask("DELETE", this.path);
      this.cards = [];
      this.session.go("import");
    });
  }

  #done() {
    const { new: added, changed, submitted } = this.upload.result;
    this.more.hidden = true;
    this.foot.replaceChildren(
      element("p", { role: "status" }, `已导入：新增 ${added.length} 条，修改 ${changed.length} 条，${submitted ? "已提交审核，等第二位同事发布" : "存为草稿"}。`),
      element("div", { class: "actions" }, element("a", { class: "button", href: "#/import" }, "继续导入"), element("a", { class: "button main", href: "#/" }, "查看条目")),
    );
  }
}
