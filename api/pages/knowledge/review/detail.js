// One entry in review: what changed, what the checks say, what colleagues said, and what may be done.

import { button, element } from "../../shared/element.js";
import { momentText } from "../../shared/words.js";
import { address } from "../router.js";
import { personText } from "../words.js";
import { commentsView } from "./comments.js";
import { differenceView, WHAT } from "./difference.js";
import { findingsView } from "./findings.js";
import { openPublish, openSendBack } from "./publishing.js";
import { reportView } from "./report.js";

const WHY = {
  own: "这一版是您写的。为了双人复核，需要另一位同事看过后发布；您可以撤回继续修改。",
  forbidden: "您没有发布权限，可以评论或退回。",
};

/** Return what shows an entry; `review` is the view that it stands in. */
export function detailView(session, entry, review) {
  return [
    element("h3", { tabindex: "-1" }, entry.question),
    about(entry),
    refusal(entry),
    deeds(entry, review),
    section("改动", differenceView(entry.difference)),
    section("检查", findingsView(entry.findings, new Map([[entry.id, entry.question]]))),
    section("评论", commentsView(session, entry.id, entry.revision, entry.comments)),
    section("回放报告", reportView(session, [entry.id], entry.replay, review.leaving.signal)),
  ].filter(Boolean);
}

function about(entry) {
  const written = `${personText(entry.author, entry.author_name)} 写 · ${personText(entry.submitted_by, entry.submitted_by_name)} 于 ${momentText(entry.since)} 提交 · 第 ${entry.revision} 版 · ${entry.intent_name}`;
  return element(
    "div",
    { class: "about" },
    element("p", { class: "quiet" }, element("span", { class: "chip" }, WHAT[entry.what]), ` ${written}`),
    element(
      "p",
      { class: "links" },
      element("a", { href: address("entries", [entry.id]) }, "打开条目"),
      element("a", { href: address("entries", [entry.id, "history"]) }, "全部历史"),
    ),
  );
}

function refusal({ refused, scheduled }) {
  if (!refused) return null;
  const text = refused === "scheduled" ? `已定于 ${scheduled.due} 发布。要改动请先在下面取消定时发布。` : WHY[refused];
  return element("div", { class: "notice warm" }, element("p", {}, text));
}

function deeds(entry, review) {
  const begun = (job, entries) => review.publishing.follow(job, entries);
  const own = entry.refused === "own";
  const publish = entry.may_publish
    ? [
        button("立即发布…", () => openPublish([entry], false, begun), { class: "main" }),
        button("定时发布…", () => openPublish([entry], true, begun)),
      ]
    : [];
  const back = button(own ? "撤回修改…" : "退回修改…", () => openSendBack([entry], own, () => review.reload()));
  return element("div", { class: "review-deeds" }, ...publish, entry.refused === "scheduled" ? null : back);
}

function section(title, content) {
  return element("section", { class: "review-part" }, element("h4", { class: "part-title" }, title), content);
}
