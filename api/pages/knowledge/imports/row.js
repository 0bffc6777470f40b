// One row of an upload: what is wrong with it, what it changes, and fields to mend it.

import { button, element, freshId, setBusy } from "../../shared/element.js";
import { SOURCES } from "../words.js";
import { LABELS, LONG } from "./words.js";

export class RowCard {
  /**
   * @param {object} row As the API tells it.
   * @param {object[]} columns The columns of the upload.
   * @param {string[]} intents The names that a row's intent may have.
   * @param {(change: object) => Promise<boolean>} change Mends the row, or leaves it out.
   */
  constructor(row, columns, intents, change) {
    const offered = { intent: ["留空，由系统判断", intents], source: ["留空", Object.values(SOURCES)] };
    Object.assign(this, { row, change, offered, inputs: new Map() });
    const faulty = row.faults.map((fault) => fault.field).filter(Boolean);
    this.faulty = [...new Set(faulty)];
    const used = columns.map((column) => column.field).filter((name) => name && !this.faulty.includes(name));
    this.others = [...new Set(["question", "answer", ...used])].filter((name) => !this.faulty.includes(name));
    this.save = button("保存这一行", () => this.#save(), { class: "main small", disabled: true });
    this.undo = button("撤销", () => this.#undo(), { class: "small", hidden: true });
    this.node = this.#card();
  }

  /** Tell whether something was written and not kept yet. */
  dirty() {
    return [...this.inputs].some(([name, input]) => input.value !== (this.row.values[name] ?? ""));
  }

  #card() {
    const { row } = this;
    const heading = element("h3", {}, element("span", { class: "quiet" }, `第 ${row.line} 行 `), row.values.question || "（没有问题）");
    const id = row.entry_id ? element("span", { class: "quiet" }, row.entry_id) : null;
    const card = element("article", { class: "panel import-row", dataset: { state: row.state } }, heading, id, ...this.#findings());
    if (row.diff.length) card.append(difference(row.diff));
    if (row.filled.length && row.state !== "faulty") card.append(filledIn(row));
    if (row.state === "skipped") return this.#skipped(card);
    card.append(...this.faulty.map((name) => this.#field(name)), this.#further(), this.#actions());
    return card;
  }

  #findings() {
    const list = (found, kind) =>
      found.length ? element("ul", { class: `findings ${kind}` }, ...found.map((one) => element("li", {}, one.text))) : null;
    return [list(this.row.faults, "alarm"), list(this.row.warnings, "warm")].filter(Boolean);
  }

  #field(name) {
    const input = this.#control(name);
    input.id = freshId("cell");
    input.value = this.row.values[name] ?? "";
    if (this.faulty.includes(name)) input.setAttribute("aria-invalid", "true");
    input.addEventListener("input", () => this.#typed());
    this.inputs.set(name, input);
    return element("div", { class: "field" }, element("label", { for: input.id }, LABELS[name]), input);
  }

  #control(name) {
    if (this.offered[name]) return choice(this.row.values[name] ?? "", ...this.offered[name]);
    return LONG.has(name) ? element("textarea", { rows: name === "answer" ? 5 : 2 }) : element("input", { type: "text" });
  }

  #further() {
    return element("details", {}, element("summary", { class: "button small" }, this.faulty.length ? "其他内容" : "查看和修改"),
      element("div", { class: "fields" }, ...this.others.map((name) => this.#field(name))));
  }

  #typed() {
    const dirty = this.dirty();
    this.save.disabled = !dirty;
    this.undo.hidden = !dirty;
  }

  #actions() {
    const skip = button("不导入这一行", () => this.#send(skip, { skip: true }), { class: "small" });
    return element("div", { class: "actions start" }, this.save, this.undo, skip);
  }

  #skipped(card) {
    const back = button("还是导入", () => this.#send(back, { skip: false }), { class: "small" });
    card.append(element("div", { class: "actions start" }, back));
    return card;
  }

  #undo() {
    for (const [name, input] of this.inputs) input.value = this.row.values[name] ?? "";
    this.#typed();
  }

  #save() {
    const changed = [...this.inputs].filter(([name, input]) => input.value !== (this.row.values[name] ?? ""));
    this.#send(this.save, { fields: Object.fromEntries(changed.map(([name, input]) => [name, input.value])) });
  }

  async #send(pressed, change) {
    setBusy(pressed, true);
    await this.change({ number: this.row.number, ...change });
    setBusy(pressed, false);
    if (pressed === this.save) this.#typed();
  }
}

/** Return a list to choose from that keeps what the file says, even where that is none of the names. */
function choice(value, empty, names) {
  const own = value && !names.includes(value) ? [element("option", { value }, `${value}（文件里的）`)] : [];
  const options = names.map((name) => element("option", { value: name }, name));
  return element("select", {}, element("option", { value: "" }, empty), ...own, ...options);
}

function filledIn(row) {
  const told = row.filled.map((name) => `${LABELS[name]}：${row.values[name]}`).join("；");
  return element("p", { class: "quiet" }, `文件里没有、由系统补上的，请核对：${told}`);
}

function difference(fields) {
  const rows = fields.map(({ field, before, after }) =>
    element("div", { class: "changed" }, element("dt", {}, LABELS[field]),
      element("dd", {}, element("del", {}, before || "（空）"), element("ins", {}, after || "（空）"))));
  return element("dl", { class: "differences" }, ...rows);
}

