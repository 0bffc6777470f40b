// What stands behind a tile: its definition, its days, the rows.

import { ask } from "../shared/api.js";
import { show } from "../shared/dialog.js";
import { element } from "../shared/element.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";
import { momentText } from "../shared/words.js";
import { OUTCOMES, channelText, countText, dayText, intervalText, numberText, targetText } from "./words.js";

const BEHIND = { "-1": "打 0～6 分的", 0: "没有做到的", 1: "计入的", largest: "数值最大的" };

/**
 * Open the details of a figure.
 *
 * @param {object} figure As `/v1/measures` tells it.
 * @param {object} told All of what was told.
 * @param {string} query The question that it answers.
 */
export function showDetails(figure, told, query) {
  const content = [
    element("p", {}, figure.about),
    element("p", { class: "quiet" }, factsText(figure, told)),
    figure.value === null && figure.missing ? element("p", { class: "notice warm" }, figure.missing) : null,
    ...days(figure),
  ];
  const dialog = show(figure.name, content.filter(Boolean));
  dialog.classList.add("wide");
  if (figure.shows) addRows(dialog, figure, query);
}

function factsText(figure, told) {
  const facts = [
    intervalText(figure, figure.unit),
    figure.target ? `${targetText(figure.target, figure.unit)}（${figure.target.basis}）` : "不设目标",
    `不足 ${told.minimum} 个样本不作判定`,
  ];
  return `${facts.filter(Boolean).join("；")}。`;
}

function days(figure) {
  if (!figure.trend.length) return [];
  const rows = [...figure.trend].reverse().map((point) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, dayText(point.day)),
      cell("数值", numberText(point.value, figure.unit)),
      cell("95% 区间", point.value === null ? "—" : `${numberText(point.low, figure.unit)}～${numberText(point.high, figure.unit)}`),
      cell("样本", countText(point.n)),
    ),
  );
  const list = table(`${figure.name}每日`, ["日期", "数值", "95% 区间", "样本"], rows);
  return [element("details", {}, element("summary", {}, "每日数值"), list)];
}

function addRows(dialog, figure, query) {
  const place = element("div", { class: "rows" });
  const heading = element("h3", {}, `明细：${BEHIND[figure.shows]}（最多 100 条，已打码）`);
  dialog.querySelector(".actions").before(element("div", { class: "behind" }, heading, place));
  loadInto(place, async () => {
    const rows = await ask("GET", `/v1/measures/${figure.id}/rows${query}`);
    return rows.length ? [element("ul", { class: "row-list" }, ...rows.map((row) => item(row, figure)))] : [nothing("没有这样的记录。")];
  });
}

function item(row, figure) {
  const facts = [
    momentText(row.at),
    channelText(row.channel ?? ""),
    row.queue,
    row.about,
    OUTCOMES[row.outcome] ?? "",
    row.rating ? `评分 ${row.rating}` : "",
    figure.shows === "largest" ? numberText(figure.unit === "seconds" ? row.value / 100 : row.value, figure.unit) : "",
  ];
  const link = row.ticket && element("a", { href: `/desk#ticket=${row.ticket.id}` }, `工单 ${row.ticket.number}`);
  return element(
    "li",
    {},
    element("p", { class: "row-text" }, row.text || "（没有文字）"),
    row.comment ? element("p", {}, `评语：${row.comment}`) : null,
    element("p", { class: "quiet" }, facts.filter(Boolean).join(" · ")),
    link ?? null,
  );
}
