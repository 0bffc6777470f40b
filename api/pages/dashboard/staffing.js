// What-if: how many people a handoff rate needs, and what the assistant saves.

import { ask } from "../shared/api.js";
import { field } from "../shared/dialog.js";
import { element } from "../shared/element.js";
import { cell, loadInto, table } from "../shared/loading.js";
import { queryOf } from "./filters.js";
import { countText, numberText } from "./words.js";

const hoursText = (hours) => `${countText(Math.round(hours))} 小时`;
const share = (value) => numberText(value, "share");
let made = null;

/** Show the form, and what the measured handoff rate needs. */
export function showStaffing(place) {
  made ??= build(place);
  made.load();
}

function build(place) {
  const controls = {
    handoff: number({ min: "0.1", max: "100", step: "0.1", placeholder: "实测值" }),
    within: number({ min: "0", max: "3600", value: "30", required: true }),
    share: number({ min: "50", max: "99", value: "90", required: true }),
    at_once: number({ min: "1", max: "10", value: "1", required: true }),
  };
  const form = element(
    "form",
    { class: "filters", "aria-label": "人力测算" },
    field("转人工率（%）", controls.handoff),
    field("等待不超过（秒）", controls.within),
    field("这样的客户占（%）", controls.share),
    field("一人同时接待", controls.at_once),
    element("button", { type: "submit", class: "button main" }, "测算"),
  );
  const result = element("div", { class: "panel", "aria-live": "polite" });
  place.replaceChildren(element("section", { "aria-label": "人力测算" }, intro(), form, result));
  const load = () => loadInto(result, async () => told(await ask("GET", `/v1/measures/staffing${questionOf(controls)}`)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    load();
  });
  return { load };
}

function intro() {
  const text =
    "按“指标”页所选时间和渠道内实际的来访时刻和工单处理时长，模拟先到先接的排队；只算综合人工的服务时间，" +
    "不考虑客户等不及离开，因此偏保守。括号内为埃尔朗 C 公式的结果，供核对。";
  return element("p", { class: "quiet" }, text);
}

function number(properties) {
  return element("input", { type: "number", inputmode: "decimal", ...properties });
}

function questionOf(controls) {
  const given = new URLSearchParams(queryOf(location.search));
  for (const name of ["product", "intent"]) given.delete(name);
  if (controls.handoff.value) given.set("handoff", String(Number(controls.handoff.value) / 100));
  given.set("within", controls.within.value);
  given.set("share", String(Number(controls.share.value) / 100));
  given.set("at_once", controls.at_once.value);
  return `?${given}`;
}

function told({ plans, handling, handoff, visits, handed, days, saved }) {
  const { asked, without } = plans;
  const busiest = `转人工率 ${share(asked.handoff)} 时，最忙的一小时要 ${asked.most} 人，全天 ${hoursText(asked.person_hours)} 人工。`;
  const spared = without.person_hours - plans.now.person_hours;
  const facts = [
    element("p", { class: "headline" }, busiest),
    element("p", { class: "headline" }, `没有助手、全部由人工接待，最忙时要 ${without.most} 人；按实测转人工率，助手每个工作日省下 ${hoursText(spared)} 人工。`),
    element("p", { class: "quiet" }, `依据：${countText(visits)} 次到访，其中 ${countText(handed)} 次转人工（服务时间内 ${share(handoff)}），${days} 个工作日；平均处理 ${numberText(handling.mean, "seconds")}（95% 区间 ${numberText(handling.low, "seconds")}～${numberText(handling.high, "seconds")}，${countText(handling.n)} 张工单）。`),
    element("p", { class: "quiet" }, `所选时间内未转人工的到访如由人工处理，要 ${hoursText(saved.mean)}（95% 区间 ${hoursText(saved.low)}～${hoursText(saved.high)}）。`),
  ];
  const rows = asked.hours.map((hour, index) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, `${hour.hour}:00–${hour.hour + 1}:00`),
      cell("每小时转人工", hour.arrivals.toFixed(1)),
      cell("需要", `${hour.people} 人（${hour.erlang}）`),
      cell("等待达到要求的", share(hour.reached)),
      cell("平均等待", numberText(hour.mean_wait, "seconds")),
      cell("没有助手时", `${without.hours[index].people} 人`),
    ),
  );
  const titles = ["时段", "每小时转人工", "需要", "等待达到要求的", "平均等待", "没有助手时"];
  return [...facts, table("各时段需要的人数", titles, rows)];
}
