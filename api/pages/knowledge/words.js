// What the knowledge pages call things. Names of intents and products come from the server.

import { momentText } from "../shared/words.js";

export const STATUSES = { draft: "草稿", in_review: "待审核", published: "已发布", retired: "已停用" };

export const SOURCES = { law: "法律法规", contract: "合同条款", company: "公司规定", practice: "行业惯例" };

export const VALIDITIES = {
  in_force: "有效",
  not_yet: "尚未生效",
  expired: "已过期",
  expiring_30: "30 天内到期",
  expiring_90: "90 天内到期",
};

export const DOMAINS = {
  presale: "投保前",
  policy: "保单",
  payment: "收付费",
  claims: "理赔",
  service: "服务",
  complaint: "投诉",
  risk: "风险与求助",
  other: "其他",
};

/** Say from when to when an entry may be given. */
export function validityText({ valid_from: from, valid_to: to }) {
  if (!from && !to) return "长期";
  if (!to) return `${from} 起`;
  return from ? `${from} 至 ${to}` : `至 ${to}`;
}

/** Return what to call who did something: an account's name, or what did it by itself. */
export function personText(actor, name) {
  if (actor === "release") return "随版本提供";
  if (actor === "law watch") return "法规变更";
  return actor.startsWith("cli:") ? `命令行 ${actor.slice(4)}` : name;
}

/** Return the day of a moment in the reader's own time zone. */
export function dayText(moment) {
  return momentText(moment).split(" ")[0];
}

/** Return a share as whole percents, never 0 or 100 where it is not. */
export function percentText(share) {
  if (share > 0 && share < 0.01) return "不到 1%";
  if (share < 1 && share > 0.99) return "99%";
  return `${Math.round(share * 100)}%`;
}
