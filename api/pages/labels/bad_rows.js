// The rows of an uploaded file that cannot be used: all of them, in a list of its own that scrolls.

import { button, element } from "../shared/element.js";

const AT_ONCE = 200;

/** What is wrong, and what to do, by the code of the fault. */
const FAULTS = {
  unreadable: ["这一行读不出来", "JSONL 每行要是一个完整的 {…}；CSV 的引号要成对、列数不多于表头，引号不成对时后面的行要等它改好才能检查；文件请存成 UTF-8。"],
  no_text: ["没有问题文字", "请在 text 一列填上客户的问题，或删掉这一行。"],
  text_too_long: ["问题太长", "请只留下问题本身，不要贴整篇文档。"],
  half_character: ["文字里有残缺的字符", "请把这一行的文字重新输入一遍，文件存成 UTF-8。"],
  history_no_list: ["history 不是一组文字", "请写成文字的列表（表格里用 | 隔开），或不填。"],
  id_too_long: ["id 太长", "请把 id 缩短到 120 个字符以内。"],
  field_too_long: ["channel 或 product 太长", "请缩短到 40 个字符以内。"],
  id_twice: ["id 与前面的行重复", "请给每一行不同的 id，或不填，由系统按行编号。"],
};

/** Return the list of bad rows that a refused file has, or null where it is refused for something else. */
export function badRows(error) {
  const told = (error.code === "invalid_input" && error.detail) || [];
  if (!told.length) return null;
  const list = element("ol", { class: "bad-rows" });
  // A scroller that holds nothing to focus is out of a keyboard's reach, unless it takes the focus itself.
  const place = element("div", { class: "bad", role: "region", "aria-label": `不能用的行，共 ${told.length} 行`, tabindex: "0" }, list);
  const more = button("", () => grow(true), { class: "small" });
  place.append(more);
  let shown = 0;

  function grow(byHand) {
    const next = told.slice(shown, shown + AT_ONCE).map(item);
    shown += next.length;
    list.append(...next);
    more.hidden = shown === told.length;
    more.textContent = `再显示 ${Math.min(AT_ONCE, told.length - shown)} 行（还有 ${told.length - shown} 行）`;
    if (byHand) next[0].focus();
  }

  grow(false);
  return place;
}

function item(line) {
  const [, row, code, said] = /^line (\d+): (\w+): (.*)$/s.exec(line);
  const [what, todo] = FAULTS[code];
  const reason = { unreadable: said, id_twice: `与第 ${/line (\d+); give each its own$/.exec(said)?.[1]} 行相同` }[code];
  return element(
    "li",
    { tabindex: "-1" },
    element("b", {}, `第 ${row} 行`),
    element("span", {}, what, reason ? element("span", { class: "quiet" }, `（${reason}）`) : null),
    element("span", { class: "todo" }, todo),
  );
}
