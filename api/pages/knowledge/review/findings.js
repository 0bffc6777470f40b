// What the checks have against entries, by entry.

import { element } from "../../shared/element.js";
import { address } from "../router.js";
import { FIELD_NAMES } from "../write/field_words.js";
import { findingText } from "../write/finding_words.js";

// Of checks that look at all entries together; those of one entry alone are worded where it is written.
const WORDS = {
  length: () => "太短或太长。",
  variants: ({ found }) => `只有 ${found} 个，太少，不容易被找到。`,
  collision: ({ found, instead }) => `客户问“${found}”时，会先找到条目 ${instead}。`,
  near: ({ found, instead }) => `客户问“${found}”时，条目 ${instead} 几乎一样近。`,
  twins: ({ found, instead }) => `问法“${found}”与条目 ${instead} 的几乎一样。`,
  rivals: ({ found, instead }) => `换个说法问，例如“${found}”，可能先找到条目 ${instead}。`,
  low_share: ({ found }) => `问法能找到自己条目的比例偏低：${found}。`,
  replay_worse: ({ found }) => `回放：${found} 个有标注的问题变差，超过允许的比例。`,
  replay: ({ found }) => `回放：${found} 个问题的回答会改变。`,
  replay_change: ({ found }) => `回放：“${found}”的回答会改变。`,
  certificate: () => "准确率证书不再成立，需要重新标注并校准。",
};

/** Return findings by entry; `questions` are what to call the entries. */
export function findingsView(findings, questions = new Map()) {
  if (!findings.length) return element("p", { class: "quiet" }, "检查没有发现问题。");
  const groups = Map.groupBy(findings, (one) => one.entry_id);
  return element("div", { class: "check-findings" }, ...[...groups].map(([id, found]) => group(id, found, questions)));
}

function group(id, found, questions) {
  const name = questions.get(id) ?? id;
  const title = id ? element("a", { class: "entry", href: address("entries", [id]) }, name) : element("p", {}, "整个知识库");
  const errorsFirst = [...found].sort((one, other) => one.severity.localeCompare(other.severity));
  return element("div", {}, title, element("ul", {}, ...errorsFirst.map(line)));
}

function line(finding) {
  const error = finding.severity === "error";
  const mark = element("span", { class: error ? "chip off" : "chip warm" }, error ? "必须改" : "提醒");
  const field = finding.field ? `${FIELD_NAMES[finding.field] ?? finding.field}：` : "";
  return element("li", {}, mark, ` ${field}${WORDS[finding.code]?.(finding) ?? findingText(finding)}`);
}
