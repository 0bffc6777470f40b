// The provisions that an answer rests on: law and version from the list, article and paragraph.

import { button, element } from "../../shared/element.js";
import { FindingPlace } from "./findings.js";

export class BasisEditor {
  /**
   * @param {object[]} laws Of `/v1/entries/choices`.
   * @param {(basis: object[]) => void} onChange
   */
  constructor(laws, onChange) {
    Object.assign(this, { laws, onChange, rows: [] });
    this.list = element("ol", { class: "bases" });
    this.place = new FindingPlace(null);
    const add = button("＋ 加一条法律依据", () => {
      this.#add({ law: "", version: "", article: "", paragraph: "" });
      this.rows.at(-1).select.focus();
    });
    this.node = element("fieldset", { class: "part" }, element("legend", { class: "legend" }, "法律依据"), this.list, this.place.node, element("div", { class: "tools-row" }, add));
  }

  show(basis) {
    this.rows = [];
    this.list.replaceChildren();
    basis.forEach((one) => this.#add(one));
  }

  values() {
    return this.rows.map(({ select, article, paragraph }) => {
      const [law = "", version = ""] = select.value.split("|");
      return { law, version, article: article.value.trim(), paragraph: paragraph.value.trim() };
    });
  }

  showFindings(findings, nodeOf) {
    for (const [item, row] of this.rows.entries()) {
      const own = findings.filter((one) => one.item === item);
      row.place.show(own.map(nodeOf), own.length > 0);
    }
    this.place.show(findings.filter(({ item }) => item === null).map(nodeOf), false);
  }

  #add(basis) {
    const select = element("select", {}, element("option", { value: "" }, "请选择法规"), ...this.#options(basis));
    select.value = basis.law ? `${basis.law}|${basis.version}` : "";
    const article = element("input", { type: "text", inputmode: "numeric", maxlength: 20 });
    const paragraph = element("input", { type: "text", inputmode: "numeric", maxlength: 20 });
    [article.value, paragraph.value] = [basis.article ?? "", basis.paragraph ?? ""];
    const about = element("p", { class: "quiet" });
    const row = { select, article, paragraph, about, place: new FindingPlace(select) };
    const changed = () => {
      this.#describe(row);
      this.onChange(this.values());
    };
    [select, article, paragraph].forEach((one) => one.addEventListener("input", changed));
    const remove = button("✕", () => {
      this.rows.splice(this.rows.indexOf(row), 1);
      row.node.remove();
      this.#renumber();
      this.onChange(this.values());
    }, { class: "small icon", title: "删除" });
    row.remove = remove;
    const numbers = element("span", { class: "provision" }, "第", article, "条 第", paragraph, "款", remove);
    row.node = element("li", { class: "basis" }, select, numbers, about, row.place.node);
    this.rows.push(row);
    this.list.append(row.node);
    this.#describe(row);
    this.#renumber();
  }

  #options(basis) {
    const known = this.laws.map((law) =>
      element("option", { value: `${law.id}|${law.version}` }, `${law.id}（${law.version}）${law.in_force ? "" : " · 已失效"}`),
    );
    const listed = this.laws.some(({ id, version }) => id === basis.law && version === basis.version);
    if (!basis.law || listed) return known;
    return [element("option", { value: `${basis.law}|${basis.version}` }, `${basis.law}（${basis.version}） · 法规库里没有`), ...known];
  }

  #describe({ select, about }) {
    const law = this.laws.find(({ id, version }) => `${id}|${version}` === select.value);
    const until = law?.in_force_to ? ` 至 ${law.in_force_to}` : " 起施行";
    about.textContent = law ? `${law.name} · ${law.in_force_from}${until}` : "";
  }

  #renumber() {
    for (const [place, { select, article, paragraph, remove }] of this.rows.entries()) {
      select.setAttribute("aria-label", `法规 ${place + 1}`);
      article.setAttribute("aria-label", `第几条 ${place + 1}`);
      paragraph.setAttribute("aria-label", `第几款 ${place + 1}`);
      remove.setAttribute("aria-label", `删除法律依据 ${place + 1}`);
    }
  }
}
