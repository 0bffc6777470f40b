// The variants of an entry, one a line: written, pasted, moved and taken away by mouse or keyboard.

import { button, element } from "../../shared/element.js";
import { FindingPlace } from "./findings.js";

const MOST = 300;

export class VariantsEditor {
  /** @param {(variants: string[]) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.rows = [];
    this.list = element("ol", { class: "variants" });
    this.count = element("span", { class: "quiet" });
    this.place = new FindingPlace(null);
    const add = button("＋ 加一个问法", () => this.#insert(this.rows.length, [""], true));
    const hint = element("p", { class: "quiet" }, "一行一个。回车加一行，可一次粘贴多行；Alt+上下键调整顺序。");
    this.node = element("fieldset", { class: "part" },
      element("legend", { class: "legend" }, "问法 ", this.count), hint, this.list, this.place.node, element("div", { class: "tools-row" }, add));
  }

  /** Show other variants. */
  show(variants) {
    this.rows = [];
    this.list.replaceChildren();
    this.#insert(0, variants, false);
  }

  values() {
    return this.rows.map(({ input }) => input.value);
  }

  /** Show findings: those of one variant under it, the others below all. */
  showFindings(findings, nodeOf) {
    for (const [item, row] of this.rows.entries()) {
      const own = findings.filter((one) => one.item === item);
      row.place.show(own.map(nodeOf), own.some(({ severity }) => severity === "error"));
    }
    this.place.show(findings.filter(({ item }) => item === null).map(nodeOf), false);
  }

  focus(item) {
    this.rows[item]?.input.focus();
  }

  remove(text) {
    const place = this.rows.findIndex(({ input }) => input.value === text);
    if (place >= 0) this.#remove(this.rows[place]);
  }

  #insert(at, texts, focus) {
    const made = texts.slice(0, MOST - this.rows.length).map((text) => this.#row(text));
    const next = this.rows[at]?.node ?? null;
    this.rows.splice(at, 0, ...made);
    for (const row of made) this.list.insertBefore(row.node, next);
    this.#renumber();
    if (focus && made.length) made.at(-1).input.focus();
    if (focus) this.#changed();
  }

  #row(text) {
    const input = element("input", { type: "text", maxlength: 500, autocomplete: "off" });
    input.value = text;
    const row = { input, place: new FindingPlace(input) };
    input.addEventListener("input", () => this.#changed());
    input.addEventListener("keydown", (event) => this.#key(event, row));
    input.addEventListener("paste", (event) => this.#paste(event, row));
    const tools = [
      ["↑", "上移", () => this.#move(row, -1)],
      ["↓", "下移", () => this.#move(row, 1)],
      ["✕", "删除", () => this.#remove(row)],
    ].map(([sign, name, act]) => button(sign, act, { class: "small icon", title: name }));
    row.tools = tools;
    row.node = element("li", { class: "variant" }, element("div", { class: "line" }, input, ...tools), row.place.node);
    return row;
  }

  #renumber() {
    for (const [place, { input, tools }] of this.rows.entries()) {
      input.setAttribute("aria-label", `问法 ${place + 1}`);
      for (const one of tools) one.setAttribute("aria-label", `${one.title}问法 ${place + 1}`);
      tools[0].disabled = place === 0;
      tools[1].disabled = place === this.rows.length - 1;
    }
    this.count.textContent = `${this.rows.filter(({ input }) => input.value.trim()).length} 个`;
  }

  #changed() {
    this.#renumber();
    this.onChange(this.values());
  }

  #move(row, step) {
    const from = this.rows.indexOf(row);
    const to = from + step;
    if (to < 0 || to >= this.rows.length) return;
    this.rows.splice(from, 1);
    this.rows.splice(to, 0, row);
    this.list.insertBefore(row.node, this.rows[to + 1]?.node ?? null);
    this.#changed();
    row.input.focus();
  }

  #remove(row) {
    const place = this.rows.indexOf(row);
    this.rows.splice(place, 1);
    row.node.remove();
    this.#changed();
    (this.rows[place] ?? this.rows.at(-1))?.input.focus();
  }

  #key(event, row) {
    const place = this.rows.indexOf(row);
    const plain = !event.ctrlKey && !event.metaKey && !event.isComposing;
    if (event.key === "Enter" && plain && !event.altKey) {
      event.preventDefault();
      this.#insert(place + 1, [""], true);
    } else if (event.key === "Backspace" && !row.input.value && this.rows.length > 1) {
      event.preventDefault();
      this.#remove(row);
    } else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      this.#move(row, event.key === "ArrowUp" ? -1 : 1);
    }
  }

  #paste(event, row) {
    const lines = event.clipboardData.getData("text/plain").split(/[\r\n]+/).map((one) => one.trim()).filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    const place = this.rows.indexOf(row);
    if (!row.input.value.trim()) row.input.value = lines.shift();
    this.#insert(place + 1, lines, true);
  }
}
