// The history of an entry: each revision with who, when, what changed and where it served.

import { ask } from "../shared/api.js";
import { confirmFirst } from "../shared/dialog.js";
import { button, element } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { momentText } from "../shared/words.js";
import { differenceView } from "./review/difference.js";
import { address } from "./router.js";
import { personText, STATUSES } from "./words.js";

const ACTIONS = {
  saved: "保存",
  submitted: "提交审核",
  sent_back: "退回",
  discarded: "还原",
  published: "发布",
  retired: "停用",
  suspended: "暂停",
  rolled_back: "回滚",
};
const SAID_AS_COMMENTS = new Set(["submitted", "sent_back"]);
const STALE = { conflict: "这一条刚被别人改过，请刷新后再恢复。" };

export async function open(root, session, { rest: [id] }) {
  const told = await ask("GET", `/v1/entries/${encodeURIComponent(id)}/history`);
  const comments = Map.groupBy(told.comments, (one) => one.revision);
  root.append(
    element("h2", {}, "条目历史"),
    element("p", { class: "text" }, told.question),
    element(
      "p",
      { class: "links" },
      element("span", { class: "chip", dataset: { status: told.status } }, STATUSES[told.status]),
      element("a", { href: address("entries", [id]) }, "打开条目"),
    ),
    element("ol", { class: "revisions" }, ...told.revisions.map((one) => revision(session, told, one, comments.get(one.revision) ?? []))),
  );
  return {};
}

function revision(session, told, one, comments) {
  const live = one.revision === told.published ? element("span", { class: "chip" }, "线上") : null;
  const newest = one.revision === told.revision ? element("span", { class: "chip warm" }, "最新") : null;
  const restore = one.revision === told.revision ? null : button("恢复为草稿…", () => openRestore(session, told, one), { class: "small" });
  const why = reasonText(one);
  const at = one.at ? ` · ${momentText(one.at)}` : "";
  return element(
    "li",
    { class: "revision" },
    element("h3", {}, `第 ${one.revision} 版 `, live, newest),
    element("p", { class: "quiet" }, `${personText(one.by, one.by_name)}${at}${why}`),
    one.retires ? element("p", {}, "这一版停用条目。") : null,
    one.snapshots.length ? element("p", { class: "links" }, "进入版本：", ...one.snapshots.map(snapshotLink)) : null,
    element("ul", { class: "steps" }, ...one.changes.filter(({ action }) => action !== "saved").map(step)),
    ...comments.map(comment),
    changed(one),
    restore ? element("div", { class: "review-deeds" }, restore) : null,
  );
}

/** Say why; what came with a release says it by who did it. */
function reasonText({ by, reason }) {
  return reason && by !== "release" ? `：${reason}` : "";
}

function snapshotLink(number) {
  return element("a", { href: address("history", [String(number)]) }, `第 ${number} 号`);
}

function step({ action, by, by_name: name, at, reason }) {
  const said = SAID_AS_COMMENTS.has(action) ? "" : reasonText({ by, reason });
  return element("li", { class: "quiet" }, `${ACTIONS[action] ?? action} · ${personText(by, name)} · ${momentText(at)}${said}`);
}

function comment({ by, by_name: name, at, text }) {
  return element("p", { class: "text" }, element("span", { class: "quiet" }, `评论 · ${personText(by, name)} · ${momentText(at)}：`), text);
}

function changed({ revision: number, difference }) {
  const first = difference.what === "added";
  const summary = element("summary", {}, first ? "内容" : `相对第 ${number - 1} 版的改动`);
  const shown = element("details", { class: "one" }, summary);
  shown.addEventListener("toggle", () => shown.append(differenceView(difference, "之前", "之后")), { once: true });
  return shown;
}

function openRestore(session, told, one) {
  const text = `第 ${one.revision} 版的内容会成为一份新草稿，线上不变；现在的第 ${told.revision} 版仍在历史里。`;
  const form = confirmFirst(`恢复第 ${one.revision} 版？`, text, "恢复为草稿", async () => {
    const body = { revision: one.revision, based_on: told.revision };
    try {
      const done = await ask("POST", `/v1/entries/${encodeURIComponent(told.id)}/restore`, body);
      toast(done.unchanged ? "内容和最新的一版相同，没有新建草稿。" : `已恢复为草稿（第 ${done.revision} 版）。`);
    } catch (error) {
      if (error.status !== 409) throw error;
      toast(STALE.conflict);
    }
    session.go("entries", [told.id, "history"]);
  });
  return form;
}
