// The reports of months and quarters: what was written, to download.

import { ask, download } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText, problemText } from "../shared/words.js";

const SPANS = { month: "月报", quarter: "季报" };
const TYPES = { html: ["网页", "text/html"], xlsx: ["Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] };

/** Show the reports that can be downloaded. */
export function showReports(place) {
  const list = element("div", { class: "panel" });
  place.replaceChildren(element("h2", {}, "月报和季报"), list);
  loadInto(list, async () => told(await ask("GET", "/v1/reports")));
}

function told({ every, after_days: days, reports }) {
  const written = every.map((one) => SPANS[one]).join("、");
  const how = written
    ? `${written}在期满 ${days} 天后自动写好（那时首次解决率才算得全）。`
    : "没有设定自动报告。请技术人员设置 BAOWEN_REPORT_EVERY，或运行 baowen report month。";
  const rows = reports.map((one) =>
    element("tr", {}, element("th", { scope: "row" }, titleOf(one)), cell("写成时间", momentText(one.written_at)), element("td", { class: "act" }, ...buttons(one))),
  );
  return [element("p", { class: "quiet" }, how), rows.length ? table("月报和季报", ["报告", "写成时间", ""], rows) : nothing("还没有报告。")];
}

function titleOf({ span, of }) {
  const [year, part] = of.split("-");
  return `${year} 年${span === "month" ? `${Number(part)} 月` : `第 ${part.slice(1)} 季度`}${SPANS[span]}`;
}

function buttons(one) {
  return Object.entries(TYPES)
    .filter(([kind]) => one.files[kind])
    .map(([kind, [name, type]]) => {
      const label = { class: "small", "aria-label": `下载${titleOf(one)}（${name}）` };
      return button(`下载${name}`, (event) => save(event.currentTarget, `/v1/reports/${one.name}?format=${kind}`, type), label);
    });
}

async function save(pressed, path, type) {
  setBusy(pressed, true);
  try {
    await download(path, type);
  } catch (error) {
    toast(problemText(error));
  } finally {
    setBusy(pressed, false);
  }
}
