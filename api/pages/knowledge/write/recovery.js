// What was written here and never saved, offered again with its time and what it would change.

import { button, element } from "../../shared/element.js";
import { valueDifference } from "./difference.js";
import { FIELD_NAMES, valueLines } from "./field_words.js";

/**
 * Return what offers a local draft.
 *
 * @param {object} draft What is kept: `base`, `text`.
 * @param {object} saved The text as it is saved.
 * @param {string[]} fields Those that differ.
 * @param {object} choices Of `/v1/entries/choices`.
 * @param {object} about `when` in words, `older` than what is saved now, `restore()` and `drop()`.
 */
export function offerNode(draft, saved, fields, choices, { when, older, restore, drop }) {
  const late = older ? "之后别人保存过新的一版；恢复后保存时，会让您把两边合在一起。" : "";
  const text = element("p", {}, `这台电脑上有 ${when} 没保存的内容。${late}`);
  const rows = fields.flatMap((name) => {
    const [before, after] = [saved[name], draft.text[name]].map((one) => valueLines(name, one, choices));
    return [element("dt", {}, FIELD_NAMES[name]), element("dd", { class: "changed" }, ...valueDifference(before, after))];
  });
  const changes = element("details", { class: "why" }, element("summary", {}, "看看改了什么"), element("dl", { class: "changes" }, ...rows));
  const deeds = element("div", { class: "tools-row" }, button("恢复", restore, { class: "small main" }), button("不要了", drop, { class: "small" }));
  return element("div", { class: "notice warm offer", role: "region", "aria-label": "没保存的内容" }, text, deeds, changes);
}
