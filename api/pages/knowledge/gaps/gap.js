// One gap: how often, whether it grows, what was asked, which entries are near, what can be done.

import { button, element } from "../../shared/element.js";
import { address } from "../router.js";

const KINDS = { no_entry: "坐席说没有条目", bad_rating: "评价差", rejected: "客户说不对", unanswered: "转了人工", clarified: "反问了客户" };
const TRENDS = { new: "新出现", rising: "在增加", steady: "平稳", falling: "在减少" };
const THERE = 0.85; // cosine from which on the answer is most likely there already

/**
 * Return what shows a gap.
 *
 * @param {object} gap As `GET /v1/gaps` tells it.
 * @param {object} deeds `create(gap)`, `extend(gap, entry, texts)`, `dismiss(gap)`, `restore(gap)`; false for
 *   who only reads.
 */
export function gapNode(gap, deeds) {
  const kinds = Object.entries(gap.kinds).map(([kind, count]) => `${KINDS[kind]} ${count}`).join("，");
  const near = gap.nearest.map((entry) => nearNode(gap, entry, deeds));
  const others = gap.examples.slice(1);
  return element(
    "section",
    { class: "panel gap", "aria-label": gap.question },
    element("h3", {}, gap.question),
    element("p", { class: "chips" },
      element("span", { class: "chip" }, `${gap.size} 次，${gap.conversations} 个会话`),
      element("span", { class: "chip", dataset: { trend: gap.trend.direction } }, trendText(gap.trend)),
      element("span", { class: "chip" }, gap.intent_name)),
    element("p", { class: "quiet" }, `占没答好的 ${percent(gap.share.value)}（${percent(gap.share.low)}–${percent(gap.share.high)}）：${kinds}。`),
    others.length ? element("details", {}, element("summary", {}, `还有这样问的（${others.length}）`), element("ul", {}, ...others.map((text) => element("li", {}, text)))) : null,
    near.length ? element("h4", {}, gap.nearest[0].score >= THERE ? "已有相近的条目，可能只缺问法" : "最接近的条目") : null,
    element("ul", { class: "gap-near" }, ...near),
    deeds && element("div", { class: "gap-deeds" },
      button("新建条目", () => deeds.create(gap), { class: "main" }),
      gap.dismissed ? button("恢复", () => deeds.restore(gap)) : button("忽略", () => deeds.dismiss(gap))),
  );
}

function nearNode(gap, entry, deeds) {
  const score = element("span", { class: "quiet" }, `相似度 ${entry.score.toFixed(2)}`);
  if (!deeds) return element("li", {}, element("span", {}, entry.question), score);
  const link = element("a", { class: "entry", href: address("entries", [entry.entry_id]) }, entry.question);
  const add = button("加为问法", () => deeds.extend(gap, entry, gap.examples), { class: "small", "aria-label": `加为问法：${entry.question}` });
  return element("li", {}, link, score, add);
}

function trendText({ direction, ratio, before }) {
  if (direction === "new") return `${TRENDS.new}（上期 0）`;
  const times = ratio === null ? "" : `，是上期的 ${ratio.toFixed(1)} 倍`;
  return `${TRENDS[direction]}（上期 ${before}${times}）`;
}

function percent(share) {
  return `${(share * 100).toFixed(1)}%`;
}
