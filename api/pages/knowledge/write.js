// Write: one entry, with what stands against it, how it looks, and what it would change.

import { ask } from "../shared/api.js";
import { element, setBusy } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { momentText } from "../shared/words.js";
import { unsentComments } from "./review/comments.js";
import { Checks } from "./write/checks.js";
import { Deeds } from "./write/deeds.js";
import { Form } from "./write/form.js";
import { Preview } from "./write/preview.js";
import { offerNode } from "./write/recovery.js";
import { remarks } from "./write/remarks.js";
import { Saving } from "./write/saving.js";
import { bindShortcuts } from "./write/shortcuts.js";
import { Standing } from "./write/standing.js";
import { Stored } from "./write/stored.js";
import { differing, sameText, textOf } from "./write/text.js";
import { Tryout } from "./write/tryout.js";

const CHECK_MS = 600;
const KEEP_MS = 300;
const PATIENCE_MS = 1500;

export async function open(root, session, { rest, query }) {
  const id = rest[0] ?? "";
  const [choices, view] = await Promise.all([
    ask("GET", "/v1/entries/choices"),
    id ? ask("GET", `/v1/entries/${encodeURIComponent(id)}`).catch(missing) : null,
  ]);
  if (view === undefined) return showMissing(root, id);
  const writer = new Writer(root, session, choices, view);
  if (query.has("begun")) writer.takeUp();
  await writer.settled();
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
    Object.assign(this, { root, session, choices });
    this.standing = new Standing();
    this.form = new Form(choices, view?.id ?? "", () => this.#changed());
    this.stored = new Stored(session.user.id, view, () => this.form.text(), (others) => this.standing.others(others));
    this.checks = new Checks(session, this.form, this.stored);
    this.preview = new Preview();
    this.deeds = new Deeds(this.stored, { save: () => this.saving.save(), submit: () => this.submit(), reload: () => this.#reload() });
    this.saving = new Saving(this.form, this.stored, this.deeds, { choices, saved: (created) => this.#isSaved(created), conflict: (node) => this.#conflict(node) });
    this.#build(view);
    this.#show(this.stored.saved, view?.related);
    this.#offer();
    this.unbind = bindShortcuts({ save: () => this.saving.save(), submit: () => this.submit(), next: () => this.checks.next() });
  }

  /** Wait until what is loaded besides is there, so that nothing moves afterwards; not for long. */
  settled() {
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    return Promise.race([Promise.all([this.loading, this.remarks?.loaded]), patience]);
  }

  unsaved() {
    return this.stored.dirty || unsentComments();
  }

  close() {
    [this.checking, this.keeping].forEach(clearTimeout);
    this.unbind();
    this.saving.close();
    this.stored.close();
  }

  #build(view) {
    this.heading = element("h2", {}, view ? "编辑条目" : "新建条目");
    this.notices = element("div", { class: "notices" });
    this.remarks = view ? remarks(this.session, view) : null;
    const tryout = new Tryout(() => this.stored.draft());
    const side = element("div", { class: "beside" }, this.checks.node, this.preview.node, tryout.node, this.remarks?.node);
    this.body = element("div", { class: "writing" }, this.form.node, side);
    this.root.append(this.heading, this.standing.node, this.notices, this.body, this.deeds.node);
  }

  /** Put a text into the form. */
  #show(text, related) {
    this.form.show(text, related);
    this.standing.show(this.stored.view);
    this.deeds.show();
    this.loading = this.#look();
  }

  /** Have the text checked, and its preview made. */
  #look() {
    return Promise.all([this.checks.run(), this.preview.load(this.stored.draft())]);
  }

  #changed() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.stored.keep(), KEEP_MS);
    clearTimeout(this.checking);
    this.checking = setTimeout(() => this.#look(), CHECK_MS);
    this.deeds.show({ waiting: this.saving.waiting });
  }

  #isSaved(created) {
    const { view } = this.stored;
    if (created) {
      this.heading.textContent = "编辑条目";
      this.session.keep("entries", [view.id]);
    }
    this.notices.replaceChildren();
    this.standing.show(view);
    this.deeds.show();
    this.checks.run(true);
  }

  /** Show a conflict in place of the form, or the form again: one way on. */
  #conflict(node) {
    this.root.querySelector(".conflict")?.remove();
    this.body.hidden = this.deeds.node.hidden = Boolean(node);
    if (!node) return;
    this.body.before(node);
    node.querySelector("h3").focus();
  }

  async submit() {
    const grave = this.checks.grave();
    if (grave) {
      toast("还有必须改的地方，改好再提交。");
      return this.form.point(grave);
    }
    if (this.deeds.submit.disabled) return; // under way
    setBusy(this.deeds.submit, true);
    try {
      if (!(await this.saving.save())) return;
      await ask("POST", "/v1/entries/submit", { ids: [this.stored.view.id] });
      toast("已提交，等另一位同事审核发布。");
      await this.#reload();
    } catch (error) {
      this.session.fail(error, { invalid_input: "这一条现在不能提交：没有草稿，或已经在审核。" });
    } finally {
      setBusy(this.deeds.submit, false);
    }
  }

  async #reload() {
    this.stored.take(await ask("GET", `/v1/entries/${encodeURIComponent(this.stored.view.id)}`));
    this.#show(this.stored.saved, this.stored.view.related);
  }

  // What was left in this browser

  /** Go on with the newest text that is kept here, which another view has begun. */
  takeUp() {
    const { local } = this.stored;
    const [draft] = local.found();
    if (!draft) return;
    local.drop(draft);
    this.#offer();
    this.#show(textOf(draft.text));
    this.stored.keep();
  }

  #offer() {
    const drafts = this.stored.local.found().filter(({ text }) => !sameText(textOf(text), this.stored.saved));
    this.notices.replaceChildren(...drafts.map((draft) => this.#offered(draft)));
  }

  #offered(draft) {
    const { view, saved, local } = this.stored;
    const text = textOf(draft.text);
    const drop = () => {
      node.remove();
      local.drop(draft);
    };
    const restore = () => {
      drop();
      this.stored.base = draft.base || this.stored.base;
      this.#show(text, view?.related);
      this.stored.keep();
    };
    const older = Boolean(view) && draft.base < view.revision;
    const node = offerNode(draft, saved, differing(saved, text), this.choices, { when: momentText(draft.at), older, restore, drop });
    return node;
  }
}
