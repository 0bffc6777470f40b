// Drift: what is watched, what was found to have changed, and what to do about it.

import { DOMAINS } from "../knowledge/words.js";
import { ask } from "../shared/api.js";
import { field, openForm } from "../shared/dialog.js";
import { button, element } from "../shared/element.js";
import { loadInto, nothing } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText } from "../shared/words.js";
import { numberText } from "./words.js";

const KINDS = { traffic: "咨询变了", certificate: "准确率证书失效", answers: "答错变多" };
const WHAT = { confidence: "助手的把握", "mix of intents": "咨询的构成" };
const STEPS = {
  traffic: "看看是否有新产品、新活动、停电断网一类的事；再到“知识缺口”看多出来的问题，补条目或问法；把握明显下降时，抽检最近的回答。",
  certificate: "助手已自动改用更严格的阈值，转人工会增加。请抽检最近的回答，导出校准数据，运行 baowen calibrate 重新认证。",
  answers: "到“抽检”看最近判错的回答，改正条目，或请技术人员把阈值调严；改完再抽检一批。",
};
const VOIDED = {
  traffic: "现在的咨询与认证时用的题目已经不同（助手的把握或咨询的构成变了），证书不再成立。",
  answers: "抽检发现答错的比例高于证书承诺的，证书不再成立。",
};
const WATCH = {
  nothing: "还没有咨询可比。",
  collecting: "正在积累参照：头两周的咨询会作为以后比较的依据。",
  watching: "正在监测：每天、每周的咨询与参照期相比。",
};
const share = (value) => numberText(value, "share");
const dayOf = (moment) => momentText(moment).slice(0, 10);

/** Show the alarms of the service. */
export function showAlarms(place) {
  const panel = element("div", { class: "panel" });
  const list = element("div", { class: "cards" });
  place.replaceChildren(element("h2", {}, "漂移告警"), panel, list);
  const load = () =>
    loadInto(list, async () => {
      const told = await ask("GET", "/v1/drift");
      panel.replaceChildren(...watchOf(told.watch));
      return told.alarms.length ? told.alarms.map((one) => card(one, load)) : [nothing("没有告警：没有发现咨询与参照期不同。")];
    });
  load();
}

function watchOf({ state, reference_since: since, reference_until: until }) {
  const span = state === "nothing" ? "" : `参照期 ${dayOf(since)} 至 ${dayOf(until)}。`;
  return [
    element("p", {}, WATCH[state] + span),
    element("p", { class: "quiet" }, "没有变化时也报警的可能，在一个参照期内总共不超过 1%，看多少次都一样。"),
  ];
}

function card(alarm, load) {
  const open = !alarm.seen_at;
  const state = element("span", { class: "verdict", dataset: { verdict: open ? "missed" : "untargeted" } }, open ? "待处理" : "已处理");
  return element(
    "section",
    { class: "panel alarm-card", "aria-label": `${KINDS[alarm.kind] ?? alarm.kind} ${momentText(alarm.found_at)}` },
    element("div", { class: "tile-head" }, element("h3", {}, KINDS[alarm.kind] ?? alarm.kind), state),
    element("p", { class: "quiet" }, `${momentText(alarm.found_at)} 发现，大约从 ${momentText(alarm.changed_at)} 开始。`),
    ...changeOf(alarm),
    open ? element("p", {}, element("strong", {}, "怎么办："), STEPS[alarm.kind] ?? "") : null,
    open ? button("标为已处理…", () => settle(alarm, load), { class: "small" }) : element("p", { class: "quiet" }, seenText(alarm)),
  );
}

// From what to what: the means, then the kinds of questions whose share moved most.
function changeOf({ kind, detail, reason }) {
  if (kind === "traffic" && detail.confidence) return trafficOf(detail);
  if (kind === "answers" && detail.audited) return [element("p", {}, `最近抽检的 ${detail.audited} 条自动回答里有 ${detail.wrong} 条错，高于目标允许的 ${share(detail.allowed)}。`)];
  if (kind === "certificate" && VOIDED[detail.cause]) return [element("p", {}, VOIDED[detail.cause])];
  return [element("p", { class: "quiet", lang: "en" }, reason)];
}

function trafficOf({ block, finding, confidence, groups }) {
  const [before, now] = confidence;
  const span = block.days === 1 ? "这一天" : "这一周";
  const rows = groups.map(({ group, before: was, now: is }) => element("li", {}, `${DOMAINS[group] ?? (group || "其他")}：${share(was)} → ${share(is)}`));
  return [
    element("p", {}, `${span}（${dayOf(block.since)} 起）${WHAT[finding.what] ?? finding.what}与参照期不同。平均把握 ${share(before)} → ${share(now)}；各类咨询占比：`),
    element("ul", { class: "moves" }, ...rows),
  ];
}

function seenText({ seen_at: at, seen_by_name: name, note }) {
  return `${name ?? ""} ${momentText(at)} 处理${note ? `：${note}` : "。"}`;
}

function settle(alarm, load) {
  const note = element("textarea", { rows: "3", maxlength: "500" });
  openForm({
    title: "标为已处理",
    fields: [field("原因和做了什么（可不填）", note)],
    action: "标为已处理",
    send: async () => {
      await ask("PUT", `/v1/drift/alarms/${alarm.id}/seen`, { note: note.value.trim() });
      toast("已记下。");
      load();
    },
  });
}
