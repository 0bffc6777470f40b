// One published state: its facts, how it differs from another, and the way back to it.

import { ask } from "../../shared/api.js";
import { field, needed, openForm } from "../../shared/dialog.js";
import { button, element, setBusy } from "../../shared/element.js";
import { toast } from "../../shared/told.js";
import { momentText } from "../../shared/words.js";
import { countsText, whyText } from "../history.js";
import { differenceView, WHAT } from "../review/difference.js";
import { WORDS } from "../review/publishing.js";
import { address } from "../router.js";
import { personText } from "../words.js";

/** Load a snapshot and return what shows it; `history` is the view that it stands in. */
export async function snapshotView(history, number, query) {
  const against = query.get("against");
  const path = `/v1/snapshots/${number}?limit=50${against ? `&against=${encodeURIComponent(against)}` : ""}`;
  const told = await ask("GET", path);
  return [
    element("a", { class: "button small back", href: "#/history" }, "‹ 所有版本"),
    element("h3", {}, `第 ${number} 号版本`),
    facts(told, history.told),
    deeds(history, told),
    compare(history, told),
    element("h4", {}, told.against ? `与第 ${told.against} 号相比` : "全部内容"),
    ...differences(told.differences, told.next, (after) => ask("GET", `${path}&after=${encodeURIComponent(after)}`), history.session),
  ].filter(Boolean);
}

function facts(told, { serving }) {
  const copy = button("复制", () => navigator.clipboard.writeText(told.hash).then(() => toast("已复制校验值。"), () => toast("浏览器不允许复制，请手工选取。")), { class: "small" });
  const rows = [
    ["时间", momentText(told.at)],
    ["谁", personText(told.by, told.by_name)],
    ["为什么", whyText(told)],
    ["改变", countsText(told.counts)],
    ["条目数", String(told.entries)],
    ["状态", told.number === serving ? "正在使用" : "没有使用"],
  ];
  const list = rows.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text)));
  const hash = element("div", { class: "whole" }, element("dt", {}, "校验值（SHA-256）"), element("dd", {}, element("code", {}, told.hash), copy));
  return element("dl", { class: "facts" }, ...list, hash);
}

function deeds(history, told) {
  if (!history.session.may("knowledge:publish") || told.number === history.told.newest) return null;
  return element("div", { class: "review-deeds" }, button(`回滚到第 ${told.number} 号…`, () => openRollback(history, told.number), { class: "danger" }));
}

function compare(history, told) {
  const others = history.told.snapshots.filter(({ number }) => number !== told.number);
  if (!others.length) return null;
  const numbers = new Set([told.against, ...others.map(({ number }) => number)]);
  const sorted = [...numbers].sort((one, other) => other - one);
  const name = (number) => (number ? `第 ${number} 号` : "不比较，看全部内容");
  const choice = element("select", {}, ...sorted.map((number) => element("option", { value: number, selected: number === told.against }, name(number))));
  choice.addEventListener("change", () => history.session.go("history", [String(told.number)], { against: choice.value }));
  return element("div", { class: "compare" }, field("和哪个版本比较", choice));
}

/** Return differing entries, each to be opened, with a button for those that follow. */
function differences(found, next, load, session, names = ["之前", "之后"]) {
  if (!found.length) return [element("p", { class: "quiet" }, "内容相同。")];
  const list = element("div", { class: "diff-list" }, ...found.map((one) => oneDifference(one, names)));
  const more = button("更多", async () => {
    setBusy(more, true);
    try {
      const page = await load(next);
      list.append(...page.differences.map((one) => oneDifference(one, names)));
      next = page.next;
      more.hidden = !next;
    } catch (error) {
      session.fail(error);
    } finally {
      setBusy(more, false);
    }
  });
  more.hidden = !next;
  return [list, element("div", { class: "more" }, more)];
}

function oneDifference(told, names) {
  const summary = element("summary", {}, element("span", { class: "chip" }, WHAT[told.what]), element("span", {}, told.question));
  const link = element("a", { class: "entry", href: address("entries", [told.entry_id, "history"]) }, "条目历史");
  const shown = element("details", { class: "one" }, summary);
  shown.addEventListener("toggle", () => shown.append(differenceView(told, ...names), link), { once: true });
  return shown;
}

/** Show what going back would change, and ask for the reason. */
async function openRollback(history, number) {
  const { session } = history;
  let preview;
  try {
    preview = await ask("GET", `/v1/snapshots/${number}/rollback?base=${history.told.newest}&limit=50`);
  } catch (error) {
    session.fail(error, { ...WORDS, invalid_input: "内容和线上相同，不需要回滚。" });
    if (error.status === 409) history.reload();
    return;
  }
  const reason = element("textarea", { rows: 2, maxlength: 500 });
  const force = element("input", { type: "checkbox" });
  const send = async () => {
    const body = { reason: needed(reason), base: preview.base, force: force.checked };
    const job = await ask("POST", `/v1/snapshots/${number}/rollback`, body);
    history.publishing.follow(job);
  };
  const path = `/v1/snapshots/${number}/rollback?base=${preview.base}&limit=50`;
  const load = (after) => ask("GET", `${path}&after=${encodeURIComponent(after)}`);
  openForm({
    title: `回滚到第 ${number} 号版本`,
    fields: [
      element("p", {}, rollbackText(preview)),
      ...differences(preview.differences, preview.next, load, session, ["现在", "回滚后"]),
      field("为什么回滚（会留在记录里）", reason),
      element("label", { class: "check" }, force, element("span", {}, "检查有错误也回滚", element("span", { class: "quiet" }, "只在紧急时使用"))),
    ],
    action: "回滚",
    dangerous: true,
    words: WORDS,
    send,
  });
}

function rollbackText({ entries, removed, become_drafts: drafts, needs_force: needed_ }) {
  const gone = removed ? `，其中 ${removed} 条会下线` : "";
  const drafted = drafts ? `现在线上较新的 ${drafts} 条会变回草稿，不会丢失。` : "";
  const many = needed_ ? "一次下线的条目很多，需要勾选下面的“检查有错误也回滚”。" : "";
  return `线上会有 ${entries} 条改变${gone}。${drafted}原来的版本都保留，随时可以再回来。${many}`;
}
