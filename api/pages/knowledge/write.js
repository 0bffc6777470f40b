// Write: one entry, with what stands against it, how it looks, and what it would change.

import { ask, leaveForSignIn } from "../shared/api.js";
import { confirmFirst } from "../shared/dialog.js";
import { button, element, setBusy } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { momentText, problemText } from "../shared/words.js";
import { unsentComments } from "./review/comments.js";
import { conflictNode } from "./write/conflict.js";
import { Form } from "./write/form.js";
import { LocalDraft } from "./write/local_draft.js";
import { Preview } from "./write/preview.js";
import { offerNode } from "./write/recovery.js";
import { remarks } from "./write/remarks.js";
import { showRivals } from "./write/rivals.js";
import { bindShortcuts } from "./write/shortcuts.js";
import { Standing } from "./write/standing.js";
import { EMPTY, differing, sameText, textOf, tidied } from "./write/text.js";
import { Tryout } from "./write/tryout.js";

const CHECK_MS = 600;
const KEEP_MS = 300;
const RETRY_MS = 5000;

/** The fields in the order of the form. */
const ORDER = ["question", "intent", "answer", "short_answer", "variants", "source", "legal_basis", "products", "channels", "valid_from", "valid_to", "related"];

export async function open(root, session, { rest, query }) {
  const id = rest[0] ?? "";
  const [choices, view] = await Promise.all([
    ask("GET", "/v1/entries/choices"),
    id ? ask("GET", `/v1/entries/${encodeURIComponent(id)}`).catch(missing) : null,
  ]);
  if (view === undefined) return showMissing(root, id);
  const writer = new Writer(root, session, choices, view);
  if (query.has("begun")) writer.takeUp();
  return writer;
}

function missing(error) {
  if (error.status === 404) return undefined;
  throw error;
}

function showMissing(root, id) {
  root.append(element("h2", {}, "没有这个条目"), element("p", {}, `编号“${id}”不存在，可能写错了。`), element("a", { class: "button", href: "#/" }, "回到条目"));
  return {};
}

class Writer {
  constructor(root, session, choices, view) {
    Object.assign(this, { root, session, choices, view, findings: [], waiting: false, turn: 0, closed: false });
    this.base = view?.revision ?? 0;
    this.saved = view ? textOf(view.entry) : EMPTY;
    this.form = new Form(choices, view?.id ?? "", () => this.#changed());
    this.preview = new Preview();
    this.tryout = new Tryout(() => this.#draft());
    this.local = new LocalDraft(session.user.id, view?.id ?? "", (others) => this.standing.others(others));
    this.#build();
    this.#show(this.saved, view?.related);
    this.#offer();
    this.unbind = bindShortcuts({ save: () => this.save(), submit: () => this.submit(), next: () => this.#nextFinding() });
    this.online = () => this.waiting && this.save();
    addEventListener("online", this.online);
  }

  unsaved() {
    return this.#dirty() || unsentComments();
  }

  close() {
    this.closed = true;
    this.#keep();
    [this.checking, this.keeping, this.retrying].forEach(clearTimeout);
    this.unbind();
    removeEventListener("online", this.online);
    this.local.close();
  }

  #build() {
    this.heading = element("h2", {}, this.view ? "编辑条目" : "新建条目");
    this.standing = new Standing();
    this.notices = element("div", { class: "notices" });
    this.summary = element("p", { class: "summary", role: "status" });
    this.rivalPlace = element("div", {});
    this.thorough = button("全面检查", () => this.#check(true), { class: "small" });
    this.competition = element("section", { class: "part", "aria-label": "检查" },
      element("div", { class: "part-head" }, element("h3", {}, "检查"), this.thorough), this.summary, this.rivalPlace);
    const side = element("div", { class: "beside" }, this.competition, this.preview.node, this.tryout.node, this.view ? remarks(this.session, this.view) : null);
    this.saveButton = button("保存草稿", () => this.save(), { "aria-keyshortcuts": "Control+S" });
    this.submitButton = button("提交审核", () => this.submit(), { class: "main", "aria-keyshortcuts": "Control+Enter" });
    this.retireButton = button("停用", () => this.#retire(), { class: "danger" });
    this.discardButton = button("还原", () => this.#discard());
    this.state = element("p", { class: "state", role: "status" });
    this.deeds = element("div", { class: "deeds" }, this.state, this.retireButton, this.discardButton, this.saveButton, this.submitButton);
    this.body = element("div", { class: "writing" }, this.form.node, side);
    this.root.append(this.heading, this.standing.node, this.notices, this.body, this.deeds);
  }

  /** Put a text into the form. */
  #show(text, related) {
    this.form.show(text, related);
    this.#standing();
    this.#check();
    this.preview.load(this.#draft());
    this.#state();
  }

  #standing() {
    this.standing.show(this.view);
    const status = this.view?.status;
    const drafted = status === "draft" || status === "in_review";
    this.discardButton.hidden = !drafted && !(this.view && this.#dirty());
    this.retireButton.hidden = !this.view || !this.view.published || this.view.retires;
    this.submitButton.hidden = status === "in_review" && !this.#dirty();
  }

  #dirty() {
    return !this.closed && !sameText(this.form.text(), this.saved);
  }

  #draft() {
    return { id: this.view?.id ?? "", revision: this.base, entry: tidied(this.form.text()) };
  }

  #changed() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.#keep(), KEEP_MS);
    clearTimeout(this.checking);
    this.checking = setTimeout(() => {
      this.#check();
      this.preview.load(this.#draft());
    }, CHECK_MS);
    this.#state();
    this.#standing();
  }

  #keep() {
    if (!sameText(this.form.text(), this.saved)) this.kept = this.local.keep(this.base, this.form.text());
    else this.local.forget();
  }

  #state(text) {
    const dirty = this.#dirty();
    const told = this.waiting
      ? "连不上服务：内容已存在这台电脑上，恢复后自动保存。"
      : dirty ? (this.kept === false ? "有改动还没保存，浏览器空间已满，请尽快保存。" : "有改动还没保存，已留在这台电脑上。")
        : this.view ? "已保存。" : "";
    this.state.textContent = text ?? told;
    this.state.dataset.state = this.waiting ? "waiting" : dirty ? "dirty" : "saved";
  }

  // Checks

  async #check(thorough = false) {
    const turn = ++this.turn;
    if (thorough) setBusy(this.thorough, true);
    this.competition.setAttribute("aria-busy", "true");
    this.summary.textContent ||= "正在检查…";
    try {
      // Items keep their places: empty lines are checked as they stand.
      const text = this.form.text();
      const draft = { ...this.#draft(), entry: { ...text, legal_basis: text.legal_basis.filter(({ law }) => law) } };
      const told = await ask("POST", "/v1/entries/check", { ...draft, thorough });
      if (turn !== this.turn) return;
      this.#showChecked(told, thorough);
    } catch (error) {
      if (error.status === 401) return this.#signedOut();
      if (turn === this.turn) this.summary.textContent = `暂时没有检查：${problemText(error)}`;
    } finally {
      if (turn === this.turn) this.competition.removeAttribute("aria-busy");
      if (thorough) setBusy(this.thorough, false);
    }
  }

  #showChecked(told, thorough) {
    const { findings, rivals } = told;
    const asked = this.view ? findings : findings.filter(({ field }) => field !== "id");
    const sorted = [...asked].sort((one, other) => ORDER.indexOf(one.field) - ORDER.indexOf(other.field));
    Object.assign(this, { told, findings: sorted });
    const named = this.#due();
    const focused = document.activeElement;
    this.form.showFindings(named);
    if (focused?.isConnected && focused !== document.activeElement) focused.focus();
    const grave = named.filter(({ severity }) => severity === "error").length;
    const lost = rivals.filter((one) => one.lost).length;
    const unwritten = this.findings.filter(({ severity }) => severity === "error").length > grave;
    const parts = [grave ? `${grave} 处必须改` : unwritten ? "还没有写完，会一边写一边检查" : "没有必须改的地方"];
    if (named.length - grave) parts.push(`${named.length - grave} 条建议`);
    if (lost) parts.push(`${lost} 个条目会抢走问法`);
    this.summary.textContent = `${parts.join("，")}。${thorough ? "已检查相近条目的问法。" : ""}`;
    this.summary.dataset.grave = String(grave > 0);
    const ways = { remove: (variant) => this.form.variants.remove(variant), move: (variant, rival, pressed) => this.#move(variant, rival, pressed) };
    showRivals(this.rivalPlace, rivals, this.form.text(), this.saved, ways);
  }

  /** Return what is worth telling: in a new entry nobody is told off for what is not written yet. */
  #due() {
    if (this.view || this.asked) return this.findings;
    const text = this.form.text();
    return this.findings.filter(({ field }) => text[field]?.length);
  }

  async #move(variant, rival, pressed) {
    setBusy(pressed, true);
    try {
      await ask("POST", "/v1/variants/accept", { entry_id: rival.entry_id, proposed: variant, text: variant });
      this.form.variants.remove(variant);
      toast(`已移到“${rival.question}”的草稿里，那一条也要提交审核。`);
    } catch (error) {
      this.session.fail(error);
    } finally {
      setBusy(pressed, false);
    }
  }

  #nextFinding() {
    const order = [...this.findings].sort((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1));
    if (!order.length) return;
    this.at = ((this.at ?? -1) + 1) % order.length;
    this.form.point(order[this.at]);
  }

  // Deeds

  /** Save a draft; false where it is not saved. */
  async save() {
    clearTimeout(this.retrying);
    if (this.saving || this.deeds.hidden) return false;
    if (this.view && !this.#dirty()) {
      this.waiting = false;
      this.#state();
      return true;
    }
    const text = tidied(this.form.text());
    if (!text.question || !text.answer) {
      toast("先写好问题和答案，才能保存草稿；写了的内容已留在这台电脑上。");
      this.form.controls[text.question ? "answer" : "question"].focus();
      return false;
    }
    this.saving = true;
    setBusy(this.saveButton, true);
    try {
      const view = this.view
        ? await ask("PUT", `/v1/entries/${encodeURIComponent(this.view.id)}`, { entry: text, based_on: this.base })
        : await ask("POST", "/v1/entries", { entry: text });
      this.#isSaved(view, text);
      return true;
    } catch (error) {
      this.#notSaved(error);
      return false;
    } finally {
      this.saving = false;
      setBusy(this.saveButton, false);
    }
  }

  #isSaved(view, text) {
    const created = !this.view;
    this.waiting = false;
    this.local.forget();
    Object.assign(this, { view, base: view.revision, saved: text });
    if (created) {
      this.local.close();
      this.local = new LocalDraft(this.session.user.id, view.id, (others) => this.standing.others(others));
      this.heading.textContent = "编辑条目";
      this.session.keep("entries", [view.id]);
    }
    this.notices.replaceChildren();
    this.#standing();
    this.#keep();
    this.#state();
    this.#check(true);
  }

  #notSaved(error) {
    this.#keep();
    if (error.status === 401) return this.#signedOut();
    if (error.code === "stale_edit") return this.#conflict(error.detail);
    this.waiting = ["network", "timeout", "storage", "server"].includes(error.code);
    if (this.waiting) this.retrying = setTimeout(() => this.waiting && this.save(), RETRY_MS);
    this.#state();
    if (!this.waiting) this.#state(`没有保存：${problemText(error, { invalid_content: "有内容无法保存，请看检查结果。", invalid_request: "有内容太长或不合要求。" })}`);
  }

  #signedOut() {
    this.#keep();
    leaveForSignIn();
  }

  /** Show both sides of a save that came late. */
  #conflict(detail) {
    const leave = () => {
      node.remove();
      this.body.hidden = this.deeds.hidden = false;
    };
    const join = async (values) => {
      leave();
      this.base = detail.revision;
      this.saved = textOf(detail.newest);
      this.form.show({ ...textOf(detail.mine), ...values }, this.view?.related);
      if (await this.save()) toast("已保存合并后的内容。");
    };
    const node = conflictNode(detail, this.choices, join, leave);
    this.root.querySelector(".conflict")?.remove();
    this.body.hidden = this.deeds.hidden = true; // one way on: what both wrote is put together, or edited further
    this.body.before(node);
    node.querySelector("h3").focus();
  }

  async submit() {
    if (this.submitting) return;
    if (!this.asked) {
      this.asked = true;
      if (this.told) this.#showChecked(this.told, false);
    }
    const grave = this.findings.find(({ severity }) => severity === "error");
    if (grave) {
      toast("还有必须改的地方，改好再提交。");
      return this.form.point(grave);
    }
    this.submitting = true;
    setBusy(this.submitButton, true);
    try {
      if (!(await this.save())) return;
      await ask("POST", "/v1/entries/submit", { ids: [this.view.id] });
      toast("已提交，等另一位同事审核发布。");
      await this.#reload();
    } catch (error) {
      this.session.fail(error, { invalid_input: "这一条现在不能提交：没有草稿，或已经在审核。" });
    } finally {
      this.submitting = false;
      setBusy(this.submitButton, false);
    }
  }

  async #reload() {
    this.view = await ask("GET", `/v1/entries/${encodeURIComponent(this.view.id)}`);
    Object.assign(this, { base: this.view.revision, saved: textOf(this.view.entry) });
    this.local.forget();
    this.#show(this.saved, this.view.related);
  }

  #retire() {
    const text = "会存成一份停用的草稿；提交审核、由另一位同事发布之后，客户就不会再得到这个回答。没有保存的改动会丢掉。";
    confirmFirst("停用这一条？", text, "停用", () => this.#deed("retire", "已存成停用的草稿，提交审核后生效。"));
  }

  #discard() {
    const drafted = ["draft", "in_review"].includes(this.view?.status);
    if (!drafted) return confirmFirst("放弃改动？", "没有保存的改动会丢掉。", "放弃", async () => this.#reload());
    const back = this.view.published ? "内容回到现在发布的样子" : "这一条还没有发布过，会归到“已停用”";
    const text = `草稿和没有保存的改动都不要了，${back}。写过的各版仍在历史里。`;
    return confirmFirst("还原？", text, "还原", () => this.#deed("discard", "已还原。"));
  }

  async #deed(name, done) {
    try {
      await ask("POST", `/v1/entries/${encodeURIComponent(this.view.id)}/${name}`, { based_on: this.base });
    } catch (error) {
      if (error.code !== "stale_edit") throw error;
      throw Object.assign(error, { code: "conflict" });
    }
    await this.#reload();
    toast(done);
  }

  // What was left in this browser

  /** Go on with the newest text that is kept here, which another view has begun. */
  takeUp() {
    const [draft] = this.local.found();
    if (!draft) return;
    this.local.drop(draft);
    this.#offer();
    this.#show(textOf(draft.text));
    this.#keep();
  }

  #offer() {
    const drafts = this.local.found().filter(({ text }) => !sameText(textOf(text), this.saved));
    const nodes = drafts.map((draft) => {
      const text = textOf(draft.text);
      const node = offerNode(draft, this.saved, differing(this.saved, text), this.choices, {
        when: momentText(draft.at),
        older: Boolean(this.view) && draft.base < this.view.revision,
        restore: () => {
          node.remove();
          this.base = draft.base || this.base;
          this.local.drop(draft);
          this.#show(text, this.view?.related);
          this.#keep();
        },
        drop: () => {
          node.remove();
          this.local.drop(draft);
        },
      });
      return node;
    });
    this.notices.replaceChildren(...nodes);
  }
}

