// The lists of entries that want attention, as links with how many they hold.

import { element } from "../../shared/element.js";
import { address } from "../router.js";

const LISTS = [
  ["", "全部"],
  ["bad_ratings", "评价差"],
  ["collisions", "冲突"],
  ["expiring", "即将到期"],
  ["unused", "从未用到"],
];

/** What each list holds, in words; docs/knowledge.md has the same. */
export const MEANINGS = {
  bad_ratings: "近 90 天里，用它回答过的对话被评 1–2 分或“没有解决”，或客户当场说“不是这个”。",
  collisions: "与别的条目抢问法：照原问法提问会找到别的条目，或只差一点；或者好些问法换个说法，就会先找到同一个别的条目。",
  expiring: "90 天内到期的条目，最早到期的在前。",
  unused: "已发布，近 90 天没有一次用它回答。",
};

export class Lists {
  constructor() {
    this.links = LISTS.map(([name, title]) => {
      const count = element("span", { class: "count" });
      return { name, count, link: element("a", { class: "list-link", dataset: { list: name } }, title, count) };
    });
    this.meaning = element("p", { class: "quiet", hidden: true });
    const nav = element("nav", { class: "lists", "aria-label": "清单" }, ...this.links.map(({ link }) => link));
    this.node = element("div", {}, nav, this.meaning);
  }

  /** Mark the list that is shown; the filters stay where another is chosen. */
  show(query) {
    const shown = query.get("list") ?? "";
    for (const { name, link } of this.links) {
      const wanted = new URLSearchParams(query);
      name ? wanted.set("list", name) : wanted.delete("list");
      wanted.delete("order");
      link.href = address("", [], Object.fromEntries(wanted));
      if (name === shown) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.meaning.textContent = MEANINGS[shown] ?? "";
    this.meaning.hidden = !shown;
  }

  fill({ total, lists }) {
    for (const { name, count } of this.links) count.textContent = String((name ? lists[name] : total) ?? "");
  }
}
