// Two editors saved from the same revision: both sides field by field, put together by choice.

import { button, element, freshId } from "../../shared/element.js";
import { valueDifference } from "./difference.js";
import { FIELD_NAMES, valueLines } from "./field_words.js";

const LONG = ["answer", "short_answer", "question"];

/**
 * Return what shows a conflict.
 *
 * @param {object} detail Of the refused save.
 * @param {object} choices Of `/v1/entries/choices`.
 * @param {(values: object) => void} onJoined Gets the chosen value of each field, then saves.
 * @param {() => void} onBack Leaves the form as it was, still based on the older revision.
 */
export function conflictNode(detail, choices, onJoined, onBack) {
  const rows = detail.fields.map((field) => new Choice(field, detail.author_name, choices));
  const heading = element("h3", { tabindex: "-1", id: freshId("conflict") }, "别人先保存了");
  const text = `${detail.author_name}在您编辑期间保存了第 ${detail.revision} 版${detail.retires ? "（停用）" : ""}。两边的改动都在下面，什么都没有丢；逐项选好再保存。`;
  const join = button("保存合并后的内容", () => onJoined(Object.fromEntries(rows.map((row) => [row.name, row.value()]))), { class: "main" });
  const node = element("section", { class: "part conflict", "aria-labelledby": heading.id },
    heading, element("p", {}, text), ...rows.map(({ node: one }) => one),
    element("div", { class: "actions" }, button("先不保存，回去编辑", onBack), join));
  return node;
}

class Choice {
  constructor({ field, base, newest, mine, both }, author, choices) {
    Object.assign(this, { name: field, base, newest, mine });
    const lists = Array.isArray(mine);
    const ways = [["mine", "用我的"], ["newest", `用${author}的`], ...(lists && both ? [["joined", "两边合并"]] : [])];
    const first = both ? (lists ? "joined" : "mine") : JSON.stringify(mine) === JSON.stringify(base) ? "newest" : "mine";
    const group = freshId("choice");
    this.radios = ways.map(([value, name]) => {
      const input = element("input", { type: "radio", name: group, value, checked: value === first, on: { change: () => this.#chosen() } });
      return { input, node: element("label", { class: "check" }, input, name) };
    });
    const sides = element("div", { class: "sides" }, this.#side("我的改动", base, mine, choices), this.#side(`${author}的改动`, base, newest, choices));
    this.edited = LONG.includes(field) ? element("textarea", { rows: field === "answer" ? 6 : 2, "aria-label": `合并后的${FIELD_NAMES[field]}` }) : null;
    const legend = element("legend", { class: "legend" }, FIELD_NAMES[field] ?? field, both ? element("span", { class: "chip off" }, "两边都改了") : null);
    this.node = element("fieldset", { class: "choice field", dataset: { field } }, legend, sides, element("div", { class: "ways" }, ...this.radios.map(({ node }) => node)), this.edited);
    this.#chosen();
  }

  value() {
    return this.edited ? this.edited.value : this.#picked();
  }

  #chosen() {
    if (this.edited) this.edited.value = this.#picked();
  }

  #picked() {
    const way = this.radios.find(({ input }) => input.checked).input.value;
    return way === "joined" ? joined(this.base, this.newest, this.mine) : this[way];
  }

  #side(name, base, value, choices) {
    const [before, after] = [base, value].map((one) => valueLines(this.name, one, choices));
    return element("div", { class: "side", role: "group", "aria-label": name }, element("h4", {}, name), element("p", { class: "changed" }, ...valueDifference(before, after)));
  }
}

/** Return a list with what both sides added, without what either took away. */
function joined(base, newest, mine) {
  const key = (one) => JSON.stringify(one);
  const [was, theirs, ours] = [base, newest, mine].map((list) => new Set(list.map(key)));
  const kept = newest.filter((one) => ours.has(key(one)) || !was.has(key(one)));
  return [...kept, ...mine.filter((one) => !was.has(key(one)) && !theirs.has(key(one)))];
}
