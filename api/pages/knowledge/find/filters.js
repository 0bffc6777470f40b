// What the list is narrowed down by; each choice says how many entries it holds.

import { button, element } from "../../shared/element.js";
import { field } from "../../shared/dialog.js";
import { DOMAINS, personText, SOURCES, STATUSES, VALIDITIES } from "../words.js";

const ORDERS = { "": "默认顺序", updated: "最近修改在前", uses: "用得多的在前", valid_to: "先到期的在前", id: "按编号" };
const WIDE = matchMedia("(min-width: 60rem)");

const FILTERS = [
  { name: "intent", title: "意图", options: intents },
  { name: "status", title: "状态", options: ({ statuses }) => named(statuses, STATUSES) },
  { name: "product", title: "产品", options: ({ products }) => named(products, { "-": "不限产品" }) },
  { name: "law", title: "法规", options: ({ laws }) => named(laws, { "-": "没有法律依据" }) },
  { name: "validity", title: "有效期", options: ({ validities }) => named(validities, VALIDITIES) },
  { name: "source", title: "依据来源", options: ({ sources }) => named(sources, SOURCES) },
  { name: "editor", title: "修改人", options: ({ editors }) => editors.map((one) => option(one.value, personText(one.value, one.name), one.count)) },
];

function option(value, text, count) {
  return element("option", { value }, `${text}（${count}）`);
}

function named(found, names) {
  return found.map(({ value, name, count }) => option(value, names[value] ?? name, count));
}

function intents({ intents: found }) {
  const domains = [...new Set(found.map(({ domain }) => domain))];
  return domains.map((domain) => {
    const own = found.filter((one) => one.domain === domain);
    const all = own.reduce((sum, { count }) => sum + count, 0);
    const name = DOMAINS[domain] ?? domain;
    return element("optgroup", { label: name }, option(`domain:${domain}`, `${name}：全部`, all), ...named(own, {}));
  });
}

export class Filters {
  /** @param {(changed: object) => void} onChange Gets what was chosen, by name. */
  constructor(onChange) {
    this.query = new URLSearchParams();
    this.selects = FILTERS.map(({ name, title }) => [name, field(title, element("select", {}, element("option", { value: "" }, "全部"))), title]);
    const order = element("select", {}, ...Object.entries(ORDERS).map(([value, text]) => element("option", { value }, text)));
    this.selects.push(["order", field("排序", order)]);
    for (const [name, node] of this.selects) node.querySelector("select").addEventListener("change", ({ target }) => onChange({ [name]: target.value }));
    const none = Object.fromEntries(this.selects.map(([name]) => [name, ""]));
    this.clear = button("清除筛选", () => onChange(none), { class: "small" });
    this.title = element("summary", {}, "筛选");
    this.node = element("details", { class: "filters", open: WIDE.matches }, this.title, element("div", { class: "fields" }, ...this.selects.map(([, node]) => node), this.clear));
  }

  /** How many filters are set. */
  get count() {
    return FILTERS.filter(({ name }) => this.query.get(name)).length;
  }

  show(query) {
    this.query = query;
    for (const [name, node] of this.selects) choose(node.querySelector("select"), query.get(name) ?? "");
    this.title.textContent = this.count ? `筛选（${this.count}）` : "筛选";
    this.clear.hidden = !this.count && !query.get("order");
  }

  fill(overview) {
    for (const { name, options } of FILTERS) {
      const [, node] = this.selects.find(([own]) => own === name);
      const select = node.querySelector("select");
      select.replaceChildren(select.firstElementChild, ...options(overview));
    }
    this.show(this.query);
  }
}

/** Choose a value, also one that has no entries now and so no option of its own. */
function choose(select, value) {
  select.value = value;
  if (select.value === value) return;
  select.append(element("option", { value }, value.replace("domain:", "")));
  select.value = value;
}
