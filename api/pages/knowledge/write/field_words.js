// What fields are called, and their values in words.

import { SOURCES } from "../words.js";

export const FIELD_NAMES = {
  id: "编号", kind: "类型", intent: "意图", question: "问题", variants: "问法", answer: "答案", short_answer: "短答案",
  source: "来源", legal_basis: "法律依据", channels: "渠道", products: "险种", valid_from: "开始日期",
  valid_to: "结束日期", related: "相关条目",
};

/** Return a provision as a customer reads it. */
export function basisText({ law, article, paragraph, version }) {
  return `${law}${article ? `第${article}条` : ""}${paragraph ? `第${paragraph}款` : ""}（${version}）`;
}

/** Return a field's value as lines of text; `choices` name intents and products. */
export function valueLines(name, value, choices) {
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return [];
  if (name === "intent") return [choices.intents.find(({ id }) => id === value)?.name ?? value];
  if (name === "source") return [SOURCES[value] ?? value];
  if (name === "legal_basis") return value.map(basisText);
  if (name === "products") return value.map((one) => choices.products.find(({ id }) => id === one)?.name ?? one);
  if (name === "kind") return [value === "answer" ? "回答" : "转人工时的话术"];
  return Array.isArray(value) ? value : [String(value)];
}
