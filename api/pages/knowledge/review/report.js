// The report on publishing entries: checks, decisions that change, and what becomes of the certificate.

import { ask } from "../../shared/api.js";
import { button, element } from "../../shared/element.js";
import { problemText, QUEUES } from "../../shared/words.js";
import { percentText } from "../words.js";
import { findingsView } from "./findings.js";
import { follow, progress } from "./jobs.js";

const VERDICTS = {
  worse: ["变差", "原来对，改后错"],
  better: ["变好", "原来错，改后对"],
  unlabelled: ["改变", "客户问过的话，没有标注，请您判断"],
  neither: ["改变", "前后都对，或前后都错"],
};
const PROBLEMS = { lost: "服务中途重启，报告没有完成，请重新生成。", stopped: "服务中途停止，报告没有完成，请重新生成。" };

/**
 * Return the place of a report, which makes one when asked.
 *
 * @param {object} session See Session in stage.js.
 * @param {string[]} ids Entries in review.
 * @param {object|null} job The report that was made or begun before.
 * @param {AbortSignal} left Ends following.
 */
export function reportView(session, ids, job, left) {
  const root = element("div", { class: "report" });
  const start = async () => {
    try {
      await run(await ask("POST", "/v1/review/replay", { ids }));
    } catch (error) {
      offer(problemText(error));
    }
  };
  const run = async (begun) => {
    const bar = progress("正在生成报告");
    if (begun.state === "running") root.replaceChildren(bar.root);
    const ended = await follow(begun, bar.show, left);
    if (!ended) return;
    if (ended.state === "done") root.replaceChildren(...shown(ended.result));
    else offer(problemText(ended.error, PROBLEMS));
  };
  const offer = (problem) => {
    const why = element("p", { class: "quiet" }, "用客户最近问过的话和有标注的问题，比较发布前后的回答。需要几秒到一分钟。");
    const said = problem ? element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problem)) : why;
    root.replaceChildren(said, button("生成报告", start));
  };
  if (job && job.state !== "failed") run(job).catch((error) => session.fail(error));
  else offer("");
  return root;
}

function shown({ findings, questions = {}, replay, certificate }) {
  const lost = "发布后，准确率证书不再成立：系统会改用更严格的阈值，更多问题转人工，直到重新标注、校准。";
  return [
    certificate.lost ? element("div", { class: "notice warm" }, element("p", {}, lost)) : null,
    element("dl", { class: "counts" }, ...counts(replay)),
    replay.changes.length ? changesView(replay) : element("p", { class: "quiet" }, "没有问题的回答会改变。"),
    element("h4", {}, "检查"),
    findingsView(findings, new Map(Object.entries(questions))),
  ].filter(Boolean);
}

function counts(replay) {
  const others = replay.changed - replay.better.count - replay.worse.count;
  return [
    count("变好", replay.better.count, share(replay.better)),
    count("变差", replay.worse.count, share(replay.worse)),
    count("其他改变", others, ""),
    count("问了", replay.n, `其中有标注 ${replay.labelled}`),
  ];
}

function count(name, number, note) {
  return element("div", {}, element("dt", {}, name), element("dd", {}, `${number}`, note ? element("span", { class: "quiet" }, note) : null));
}

function share({ value, low, high }) {
  return value === null ? "" : `占有标注的 ${percentText(value)}（95% 区间 ${percentText(low)}–${percentText(high)}）`;
}

function changesView({ changes, changed }) {
  const list = element("ul", { class: "decisions" }, ...changes.map(change));
  const rest = changed > changes.length ? element("p", { class: "quiet" }, `只列出前 ${changes.length} 个。`) : null;
  return element("div", {}, list, rest);
}

function change({ text, verdict, before, after }) {
  const [word, why] = VERDICTS[verdict];
  const chip = element("span", { class: verdict === "worse" ? "chip off" : "chip", title: why }, word);
  return element(
    "li",
    {},
    element("p", {}, chip, ` ${text}`),
    element("p", { class: "quiet" }, "现在：", decision(before)),
    element("p", { class: "quiet" }, "改后：", decision(after)),
  );
}

function decision({ action, question, entry_id: id, queue, choices }) {
  if (action === "answer") return `回答“${question ?? id}”`;
  if (action === "handoff") return `转人工（${QUEUES[queue] ?? queue ?? "综合人工"}）`;
  if (action === "clarify") return `请客户选择：${choices.join(" / ")}`;
  return "说明不属于保险业务";
}
