// How the columns of an upload are read: each heading with three values and the field it fills.

import { field } from "../../shared/dialog.js";
import { element, freshId } from "../../shared/element.js";
import { LABELS, SEPARATORS } from "./words.js";

export class Columns {
  /** @param {(change: object) => Promise<boolean>} change Reads the upload another way. */
  constructor(change) {
    this.change = change;
    this.summary = element("summary", { class: "button small" });
    this.list = element("div", { class: "columns" });
    this.node = element("details", { class: "panel" }, this.summary, this.list);
  }

  show(upload) {
    const used = upload.columns.filter((one) => one.field).length;
    this.summary.textContent = `列的对应：${upload.columns.length} 列中用 ${used} 列`;
    if (upload.missing.length) this.node.open = true;
    this.upload = upload;
    const focused = this.list.contains(document.activeElement) ? [...this.list.querySelectorAll("select, input")].indexOf(document.activeElement) : -1;
    this.list.replaceChildren(...upload.columns.map((one) => this.#column(one)), this.#separator(), this.#first());
    this.list.querySelectorAll("select, input")[focused]?.focus();
  }

  #column(column) {
    const select = element("select", { id: freshId("column") }, element("option", { value: "" }, "不导入这一列"),
      ...Object.entries(LABELS).map(([value, text]) => element("option", { value }, text)));
    select.value = column.field;
    select.addEventListener("change", () => this.#choose(column.heading, select));
    const samples = column.samples.map((text) => element("li", {}, text));
    return element("div", { class: "field column" },
      element("label", { for: select.id }, column.heading), select, element("ul", { class: "samples quiet", "aria-label": `${column.heading} 的例子` }, ...samples));
  }

  async #choose(heading, select) {
    const mapping = Object.fromEntries(this.upload.columns.map((one) => [one.heading, one.field]));
    const before = mapping[heading];
    mapping[heading] = select.value;
    if (!(await this.change({ mapping }))) select.value = before;
  }

  #separator() {
    const select = element("select", {}, ...Object.entries(SEPARATORS).map(([value, text]) => element("option", { value }, text)));
    select.value = this.upload.separator;
    select.addEventListener("change", () => this.change({ separator: select.value }));
    const node = field("一格里有几个相似问法时，用什么隔开", select);
    node.classList.add("column");
    return node;
  }

  #first() {
    const box = element("input", { type: "checkbox", checked: this.upload.first_sentence });
    box.addEventListener("change", () => this.change({ first_sentence: box.checked }));
    return element("label", { class: "check" }, box, "没有简短回答时，取回答的第一句");
  }
}
