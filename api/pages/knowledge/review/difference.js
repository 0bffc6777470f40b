// Shows what differs between two texts of an entry: what went is struck out, what came is underlined.

import { element } from "../../shared/element.js";
import { FIELD_NAMES } from "../write/field_words.js";

export const WHAT = { added: "新增", changed: "修改", removed: "停用" };

/** Return the names of fields in a row. */
export function fieldNames(fields) {
  return fields.map((field) => FIELD_NAMES[field] ?? field).join("、");
}

/** Return the fields of a difference as the API tells it; `before` and `after` are what to call both. */
export function differenceView({ what, fields }, before = "现在", after = "改后") {
  if (!fields.length) return element("p", { class: "quiet" }, "文字没有变化。");
  const sections = fields.map((field) => section(field, what, before, after));
  return element("div", { class: "difference" }, ...sections);
}

function section(told, what, before, after) {
  const title = element("h4", {}, FIELD_NAMES[told.field] ?? told.field);
  const body = told.items ? items(told.items) : sides(told.pieces, what, before, after);
  return element("section", {}, title, body);
}

function sides(pieces, what, before, after) {
  const old = side(before, pieces, "removed");
  const now = side(after, pieces, "added");
  if (what === "added") return element("div", { class: "diff-sides one" }, now);
  if (what === "removed") return element("div", { class: "diff-sides one" }, old);
  return element("div", { class: "diff-sides" }, old, now);
}

function side(name, pieces, kind) {
  const shown = pieces.filter((piece) => piece.kind === "same" || piece.kind === kind);
  const text = shown.length ? shown.map(marked) : [element("span", { class: "quiet" }, "（空）")];
  return element("div", { class: "diff-side" }, element("p", { class: "quiet" }, name), element("p", { class: "text" }, ...text));
}

/** Return a piece of text, marked where it went or came; screen readers are told in words. */
function marked({ kind, text }) {
  if (kind === "same") return document.createTextNode(text);
  const removed = kind === "removed";
  const said = element("span", { class: "unseen" }, removed ? "〔删去〕" : "〔加上〕");
  return element(removed ? "del" : "ins", {}, said, text);
}

function items(all) {
  const same = all.filter((item) => item.length === 1 && item[0].kind === "same");
  const others = all.filter((item) => !same.includes(item));
  const list = element("ul", { class: "items" }, ...others.map(row));
  if (!same.length) return list;
  const rest = element("ul", { class: "items" }, ...same.map((item) => element("li", {}, element("span", {}, item[0].text))));
  const kept = element("details", { class: "kept" }, element("summary", {}, `另有 ${same.length} 项不变`), rest);
  return element("div", {}, list, kept);
}

function row(item) {
  const kinds = new Set(item.map((piece) => piece.kind));
  const word = kinds.size > 1 ? "改" : kinds.has("added") ? "加" : "删";
  return element("li", {}, element("span", { class: "mark", "aria-hidden": "true" }, word), element("span", {}, ...item.map(marked)));
}
