// Tiles: made once, then only their figures change, so that nothing moves while one reads.

import { button, element } from "../shared/element.js";
import { lineChart } from "./charts.js";
import { showDetails } from "./details.js";
import { VERDICTS, dayText, intervalText, numberText, targetText } from "./words.js";

export class Tiles {
  #place;
  #query;
  #tiles = new Map();

  /** `query` returns the question that the figures answer, for the rows behind them. */
  constructor(place, query) {
    this.#place = place;
    this.#query = query;
  }

  /** Show figures as `/v1/measures` tells them. */
  show(told) {
    if (!this.#tiles.size) this.#build(told);
    for (const figure of told.figures) this.#tiles.get(figure.id)?.show(figure, told);
  }

  #build({ groups, figures }) {
    const sections = Object.entries(groups).map(([group, name]) => {
      const tiles = figures.filter((one) => one.group === group).map(({ id }) => this.#tile(id));
      const heading = element("h2", { id: `group-${group}` }, name);
      return element("section", { class: "group", "aria-labelledby": heading.id }, heading, element("div", { class: "tiles" }, ...tiles));
    });
    this.#place.replaceChildren(...sections);
  }

  #tile(id) {
    const tile = new Tile(id, this.#query);
    this.#tiles.set(id, tile);
    return tile.element;
  }
}

class Tile {
  #figure = null;
  #told = null;
  #parts;

  constructor(id, query) {
    const name = element("h3", { id: `tile-${id}` });
    const verdict = element("p", { class: "verdict" });
    const value = element("p", { class: "value" });
    const interval = element("p", { class: "interval quiet" });
    const target = element("p", { class: "target quiet" });
    const chart = element("div", { class: "chart-place" });
    const more = button("定义与明细", () => showDetails(this.#figure, this.#told, query()), { class: "small" });
    this.#parts = { name, verdict, value, interval, target, chart, more };
    this.element = element(
      "article",
      { class: "tile", "aria-labelledby": name.id, dataset: { measure: id } },
      element("div", { class: "tile-head" }, name, verdict),
      value,
      interval,
      target,
      chart,
      more,
    );
  }

  show(figure, told) {
    this.#figure = figure;
    this.#told = told;
    const parts = this.#parts;
    const [sign, word] = VERDICTS[figure.verdict];
    parts.name.textContent = figure.name;
    parts.verdict.textContent = `${sign} ${word}`.trim();
    parts.verdict.dataset.verdict = figure.verdict;
    parts.value.textContent = numberText(figure.value, figure.unit);
    parts.interval.textContent = intervalText(figure, figure.unit) || (figure.missing && "尚无数据，点开看原因");
    parts.target.textContent = targetText(figure.target, figure.unit);
    parts.more.setAttribute("aria-label", `${figure.name}：定义与明细`);
    parts.chart.replaceChildren(chartOf(figure, told.period.days));
  }
}

/** Return the trend of a figure. */
export function chartOf(figure, days) {
  const known = figure.trend.filter(({ value }) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  const label = known.length
    ? `${figure.name}每日走势：${dayText(first.day)} ${numberText(first.value, figure.unit)}，${dayText(last.day)} ${numberText(last.value, figure.unit)}`
    : `${figure.name}没有每日数据`;
  const tell = (point) => `${dayText(point.day)} ${numberText(point.value, figure.unit)}（样本 ${point.n}）`;
  const aim = figure.target?.kind === "always" ? 1 : (figure.target?.value ?? null);
  return lineChart({ label, days, points: figure.trend, target: aim, tell });
}
