// Where an entry stands: its state, its revision, what is published, what waits.

import { element } from "../../shared/element.js";
import { momentText } from "../../shared/words.js";
import { address } from "../router.js";
import { STATUSES, personText } from "../words.js";

export class Standing {
  constructor() {
    this.line = element("p", { class: "standing" });
    this.notes = element("div", { class: "notes" });
    this.elsewhere = element("p", { class: "notice warm", role: "status", hidden: true });
    this.node = element("div", { class: "where" }, this.line, this.notes, this.elsewhere);
  }

  /** Show where `view` stands; null for a new entry. */
  show(view) {
    if (!view) return this.line.replaceChildren(element("span", { class: "quiet" }, "还没有保存。编号在第一次保存时按意图和问题生成。"));
    const status = element("span", { class: "chip", dataset: { status: view.status } }, STATUSES[view.status]);
    const who = `第 ${view.revision} 版 · ${personText(view.author, view.author_name)} · ${momentText(view.changed_at)}`;
    this.line.replaceChildren(status, element("code", { class: "code" }, view.id), element("span", { class: "quiet" }, who),
      element("a", { class: "entry", href: address("entries", [view.id, "history"]) }, "历史和意见"));
    this.notes.replaceChildren(...notes(view).map((text) => element("p", { class: "quiet" }, text)));
  }

  /** Say how many other windows have the entry open. */
  others(count) {
    this.elsewhere.textContent = count ? "这一条在另一个窗口也打开着。两边都保存时，后保存的会看到两边的改动再合并。" : "";
    this.elsewhere.hidden = !count;
  }
}

function notes(view) {
  const told = [];
  if (view.retires) told.push("这份草稿是停用：发布之后，客户不会再得到这个回答。保存改动就不再停用。");
  if (view.published && view.status !== "published") told.push(`客户现在看到的是第 ${view.published.revision} 版。`);
  if (view.status === "in_review") told.push("正在等待审核。保存改动会退回草稿，要重新提交。");
  if (view.scheduled) told.push(`第 ${view.scheduled.revision} 版定于 ${view.scheduled.due} 发布。`);
  return told;
}
