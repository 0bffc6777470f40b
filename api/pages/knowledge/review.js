// Review: what waits for a second person, its diff beside it, and publishing now or on a day to come.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { loadInto, nothing } from "../shared/loading.js";
import { momentText } from "../shared/words.js";
import { unsentComments } from "./review/comments.js";
import { detailView } from "./review/detail.js";
import { fieldNames, WHAT } from "./review/difference.js";
import { openPublish, openSendBack, Publishing } from "./review/publishing.js";
import { scheduledView } from "./review/scheduled.js";
import { reportView } from "./review/report.js";
import { address } from "./router.js";
import { personText } from "./words.js";

export const REFUSED = {
  own: "您写的，需要另一位同事发布",
  scheduled: "已定时发布",
  forbidden: "您没有发布权限",
};

export async function open(root, session, parameters) {
  const review = new Review(session);
  await review.load();
  root.append(review.root);
  review.show(parameters);
  return {
    close: () => review.close(),
    unsaved: unsentComments,
    update: (changed) => review.show(changed),
  };
}

class Review {
  constructor(session) {
    this.session = session;
    this.leaving = new AbortController();
    this.entries = [];
    this.chosen = new Set();
    this.current = undefined; // nothing was opened yet
    this.publishing = new Publishing(session, this.leaving.signal, () => this.reload());
    this.head = element("div", { class: "queue-head" });
    this.list = element("ul", { class: "queue" });
    this.more = button("更多", () => this.#loadMore());
    this.detail = element("section", { class: "detail", "aria-label": "审核内容" });
    this.scheduled = element("section", { class: "scheduled", "aria-labelledby": "scheduled-title" });
    const queue = element("section", { class: "queue-side", "aria-label": "待审核" }, this.head, this.list, element("div", { class: "more" }, this.more));
    this.root = element(
      "div",
      { class: "stage" },
      element("div", { class: "part-head" }, element("h2", {}, "审核发布"), element("a", { class: "button small", href: "#/check" }, "检查全部")),
      this.publishing.root,
      element("div", { class: "review" }, queue, this.detail),
      this.scheduled,
    );
  }

  close() {
    this.leaving.abort();
  }

  async load() {
    this.#take(await ask("GET", "/v1/review?limit=100"), []);
    loadInto(this.scheduled, () => scheduledView(this.session, () => this.reload()));
  }

  /** Load the lists and what is open again; what is chosen stays chosen where it is still there. */
  async reload() {
    try {
      await this.load();
      await this.#open(this.current ?? null);
    } catch (error) {
      this.session.fail(error);
    }
  }

  /** Open what the address names; who went there by a link is taken to it. */
  async show({ rest: [id = null] }) {
    const moved = this.current !== undefined;
    if (id !== this.current || !id) await this.#open(id);
    if (moved && id) this.detail.querySelector("h3")?.focus();
  }

  async #loadMore() {
    setBusy(this.more, true);
    try {
      this.#take(await ask("GET", `/v1/review?limit=100&after=${this.next}`), this.entries);
    } catch (error) {
      this.session.fail(error);
    } finally {
      setBusy(this.more, false);
    }
  }

  #take(page, before) {
    this.entries = [...before, ...page.entries];
    Object.assign(this, { total: page.total, next: page.next });
    const open = new Set(this.entries.filter((one) => one.may_publish).map(({ id }) => id));
    this.chosen = new Set([...this.chosen].filter((id) => open.has(id)));
    this.more.hidden = !this.next;
    this.list.replaceChildren(...this.entries.map((entry) => this.#row(entry)));
    this.#mark();
  }

  #row(entry) {
    const tick = element("input", {
      type: "checkbox",
      value: entry.id,
      "aria-label": `选择：${entry.question}`,
      disabled: !entry.may_publish,
      checked: this.chosen.has(entry.id),
      on: { change: () => this.#choose(entry.id, tick.checked) },
    });
    const by = `${personText(entry.author, entry.author_name)} · ${momentText(entry.since)}`;
    const fields = entry.what === "changed" ? `修改：${fieldNames(entry.fields) || "无"}` : WHAT[entry.what];
    const refused = entry.refused ? element("span", { class: "note" }, refusalText(entry)) : null;
    const link = element(
      "a",
      { class: "queue-link", href: address("review", [entry.id]), dataset: { entry: entry.id } },
      element("strong", {}, entry.question),
      element("span", { class: "quiet" }, `${fields} · ${by}`),
      entry.comments_count ? element("span", { class: "quiet" }, `${entry.comments_count} 条评论`) : null,
      refused,
    );
    return element("li", {}, element("label", { class: "tick" }, tick), link);
  }

  #choose(id, chosen) {
    if (chosen) this.chosen.add(id);
    else this.chosen.delete(id);
    this.#head();
  }

  #head() {
    const chosen = this.entries.filter(({ id }) => this.chosen.has(id));
    const text = chosen.length ? `已选 ${chosen.length} 条` : this.total ? `待审核 ${this.total} 条` : "";
    this.head.replaceChildren(element("p", { role: "status" }, text), chosen.length ? this.#deeds(chosen) : this.#chooseAll());
    if (!this.total) this.list.replaceChildren(element("li", {}, nothing("没有待审核的内容。")));
  }

  #chooseAll() {
    const open = this.entries.filter((one) => one.may_publish);
    if (open.length < 2) return "";
    const all = () => {
      for (const { id } of open) this.chosen.add(id);
      this.#tick();
    };
    return element("div", { class: "review-deeds" }, button(`全选可发布的 ${open.length} 条`, all, { class: "small" }));
  }

  #tick() {
    for (const tick of this.list.querySelectorAll("input")) tick.checked = this.chosen.has(tick.value);
    this.#head();
  }

  #deeds(chosen) {
    const begun = (job, entries) => this.publishing.follow(job, entries);
    return element(
      "div",
      { class: "review-deeds" },
      button("发布所选…", () => openPublish(chosen, false, begun), { class: "main small" }),
      button("定时发布所选…", () => openPublish(chosen, true, begun), { class: "small" }),
      button("退回所选…", () => openSendBack(chosen, false, () => this.reload()), { class: "small" }),
      button("所选的报告", () => this.#report(chosen), { class: "small" }),
      button("不选", () => (this.chosen.clear(), this.#tick()), { class: "small" }),
    );
  }

  #report(chosen) {
    this.current = null;
    this.session.keep("review");
    const report = reportView(this.session, chosen.map(({ id }) => id), null, this.leaving.signal);
    this.root.querySelector(".review").dataset.open = "detail";
    this.detail.replaceChildren(back(this.session), element("h3", { tabindex: "-1" }, `所选 ${chosen.length} 条一起发布的报告`), report);
    this.#mark();
  }

  async #open(id) {
    if (id !== this.current) this.detail.replaceChildren(); // nobody acts on what is not in the address any more
    this.current = id;
    this.#mark();
    this.root.querySelector(".review").dataset.open = id ? "detail" : "list";
    if (!id) return this.detail.replaceChildren(element("p", { class: "quiet choose-hint" }, "请在左边选一条查看改动。"));
    await loadInto(this.detail, async () => {
      const entry = await ask("GET", `/v1/review/${encodeURIComponent(id)}`).catch((error) => {
        if (error.status !== 404) throw error;
        return null;
      });
      if (id !== this.current) return [...this.detail.childNodes]; // another one was opened meanwhile
      if (!entry) return [back(this.session), nothing("这一条已经不在待审核里：可能已发布，或被退回。")];
      return [back(this.session), ...detailView(this.session, entry, this)];
    });
  }

  #mark() {
    for (const link of this.list.querySelectorAll(".queue-link")) {
      if (link.dataset.entry === this.current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.#head();
  }
}

/** Say why somebody cannot publish an entry. */
export function refusalText({ refused, scheduled }) {
  return refused === "scheduled" ? `已定于 ${scheduled.due} 发布` : REFUSED[refused];
}

function back(session) {
  return button("‹ 返回列表", () => session.go("review"), { class: "small back" });
}
