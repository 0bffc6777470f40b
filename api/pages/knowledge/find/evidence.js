// What the assistant finds for a question, with every score and what speaks for each entry.

import { element, freshId } from "../../shared/element.js";
import { percentText } from "../words.js";
import { entryLink, statusChips } from "./rows.js";

const ACTIONS = { answer: "直接回答", clarify: "请客户选一个意思", handoff: "转人工", decline: "说明不属于业务范围" };

const REASONS = {
  emergency: "像是紧急求助",
  fraud: "像是欺诈举报",
  privacy: "涉及信息安全",
  asked_for_person: "客户要找人工",
  complaint: "像是投诉",
  complex_case: "案情复杂，需要人处理",
  not_insurance: "与保险无关",
  vague: "问得太笼统",
  several_readings: "有几种可能的意思",
  rejected: "客户否定了上一个答复",
  uncertain: "把握不够",
  failure: "助手出错",
};

const MATCHED = { question: "标准问法", variant: "其他问法", example: "训练例句" };

const SCORES = [
  ["dense", "意思", "命中问法与这句话的意思有多近（向量余弦）"],
  ["lexical", "字词", "命中问法与这句话的用词有多合（BM25，折算到 0–1）"],
  ["fused", "综合", "全部证据加权后的检索分，按它排出候选"],
];

const MORE = [
  ["nearness", "它的问法整体有多近"],
  ["support", "附近的问法里属于它的份额"],
  ["centre", "与它全部问法的平均意思有多近"],
  ["document", "与它全部问法的用词有多合"],
];

/** Return what is shown for an answer of GET /v1/entries/search. */
export function evidence(told) {
  const title = element("h3", {}, "助手会怎样回答");
  const line = element("p", { class: "decision", dataset: { action: told.action } }, decisionText(told));
  if (!told.entries.length) return [title, line, element("p", { class: "quiet" }, "线上没有找到合适的条目（筛选也可能把它们去掉了）。")];
  return [title, line, element("ol", { class: "candidates" }, ...told.entries.map(candidate))];
}

function decisionText({ action, reason, confidence, entry_id: id, entries, intents }) {
  const answered = entries.find((one) => one.id === id)?.found.rank;
  const likely = intents.map(({ name, probability }) => `${name} ${percentText(probability)}`).join("，");
  const which = answered ? `用第 ${answered} 条` : "";
  const why = reason === "confident" ? "" : `：${REASONS[reason] ?? reason}`;
  return `会${action === "answer" ? which : ""}${ACTIONS[action] ?? action}${why}（把握 ${percentText(confidence)}）。最可能的意图：${likely}。`;
}

function candidate(entry) {
  const { found } = entry;
  const head = element("div", { class: "head" }, element("span", { class: "rank" }, String(found.rank)), entryLink(entry), statusChips(entry));
  const matched = element("p", { class: "matched" }, `命中${MATCHED[found.matched_kind]}：“${found.matched}”`);
  return element("li", { class: "candidate" }, head, matched, scores(found), reasons(entry));
}

function scores({ scores: told, confidence }) {
  const shown = SCORES.map(([name, title, meaning]) => score(title, told[name], told[name].toFixed(2), meaning));
  return element("dl", { class: "scores" }, ...shown, score("把握", confidence, percentText(confidence), "校准后的概率：它就是正确答案"));
}

function score(title, value, text, meaning) {
  const name = freshId("score");
  const meter = element("meter", { min: 0, max: 1, value: Math.min(1, Math.max(0, value)), "aria-labelledby": name });
  return element("div", { title: meaning }, element("dt", { id: name }, title), element("dd", {}, meter, text));
}

function reasons(entry) {
  const { found } = entry;
  const said = [];
  if (found.same_text) said.push("客户的话与这个问法一字不差。");
  if (found.shared_terms.length) said.push(`共有的字词：${found.shared_terms.join("、")}。`);
  said.push(`这句话有 ${percentText(found.intent_probability)} 的可能是它的意图“${entry.intent_name}”。`);
  const more = MORE.map(([name, text]) => `${text} ${found.scores[name].toFixed(2)}`).join("；");
  const lines = [...said, `${more}。`].map((text) => element("li", {}, text));
  return element("details", { class: "why", open: found.rank === 1 }, element("summary", {}, "为什么"), element("ul", {}, ...lines));
}
