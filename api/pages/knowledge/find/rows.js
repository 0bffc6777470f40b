// An entry as a row of the list.

import { element } from "../../shared/element.js";
import { cell } from "../../shared/loading.js";
import { momentText } from "../../shared/words.js";
import { address } from "../router.js";
import { dayText, percentText, personText, STATUSES, validityText } from "../words.js";

export const COLUMNS = ["问题", "意图", "状态", "产品", "有效期", "修改", "近 90 天使用"];

/** Return the link that opens an entry. */
export function entryLink(entry) {
  return element("a", { class: "entry", href: address("entries", [entry.id]), dataset: { entry: entry.id } }, entry.question);
}

/** Return where an entry stands; a draft beside a published revision says so. */
export function statusChips({ status, revision, live_revision: live }) {
  const chip = element("span", { class: "chip", dataset: { status } }, STATUSES[status]);
  const beside = live && live !== revision ? element("span", { class: "quiet" }, `线上为第 ${live} 版`) : null;
  return element("span", { class: "standing" }, chip, beside);
}

export function row(entry, list) {
  const by = personText(entry.updated_by, entry.updated_by_name);
  const at = element("time", { datetime: entry.updated_at, title: momentText(entry.updated_at) }, dayText(entry.updated_at));
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, entryLink(entry), element("span", { class: "quiet code" }, entry.id), ...notes(entry, list)),
    cell("意图", entry.intent_name || "未定意图"),
    cell("状态", statusChips(entry)),
    cell("产品", productsText(entry.products)),
    cell("有效期", validityText(entry)),
    cell("修改", element("span", {}, `${by} `, at)),
    cell("近 90 天使用", entry.uses === null ? "…" : `${entry.uses} 次`),
  );
}

function productsText(products) {
  if (!products.length) return "不限";
  return products.length > 3 ? `${products.slice(0, 3).join("、")} 等 ${products.length} 种` : products.join("、");
}

/** Say why an entry stands in a list. */
function notes(entry, list) {
  if (list === "bad_ratings") return [element("span", { class: "note" }, badText(entry))];
  if (list === "collisions") return (entry.collisions ?? []).map((one) => element("span", { class: "note" }, collisionText(one), collisionLink(one)));
  return [];
}

function badText({ bad, rated, bad_interval: interval, turned_down: turnedDown }) {
  const said = [];
  if (bad) said.push(`评价过的 ${rated} 次对话中 ${bad} 次评价差（${percentText(bad / rated)}，95% 区间 ${interval.map(percentText).join("–")}）`);
  if (turnedDown) said.push(`客户 ${turnedDown} 次说“不是这个”`);
  return said.join("；");
}

// Whose question it is: this entry's own, or the other one's.
const KINDS = {
  lost: ["照原问法问“Q”会找到：", "抢了别的条目的问法“Q”："],
  close: ["照原问法问“Q”，差一点就会找到：", "差一点就抢了别的条目的问法“Q”："],
  twins: ["问法“Q”与“R”几乎相同，后者属于：", "问法“R”与“Q”几乎相同，后者属于："],
  rivalry: ["换个说法问（N 个问法，如“Q”）会先找到：", "别的条目换个说法问（N 个问法，如“Q”）会先找到这条："],
};

function collisionText({ kind, own, question, rival_question: other, count }) {
  return KINDS[kind][own ? 0 : 1].replace("Q", question).replace("R", other).replace("N", count);
}

function collisionLink({ other_id: id, other_question: question }) {
  return element("a", { href: address("entries", [id]) }, question);
}
