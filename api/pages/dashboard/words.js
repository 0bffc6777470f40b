// How figures are said on the dashboard.

export const VERDICTS = {
  met: ["✓", "达标"],
  missed: ["✕", "未达标"],
  unsure: ["？", "尚不能判定"],
  too_few: ["…", "数据太少"],
  untargeted: ["", "无目标"],
  missing: ["—", "无数据"],
};

export const CHANNELS = { web: "网页", app: "App", wechat: "微信" };

export const OUTCOMES = {
  answer: "已回答",
  clarify: "已追问",
  handoff: "转人工",
  decline: "婉拒",
  asked_for_person: "客户要求",
  callback: "要求回电",
  emergency: "紧急",
  fraud: "欺诈",
  privacy: "隐私",
  complaint: "投诉",
  complex_case: "复杂案情",
  attachment: "来件",
  switched_off: "停用自动回答",
  uncertain: "没把握",
  failure: "出错",
  unsolved: "没解决",
  follow_up: "回访",
};

export const channelText = (channel) => CHANNELS[channel] ?? channel;

const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)}%`;

/** Return a figure with its unit; a dash where there is none. */
export function numberText(value, unit) {
  if (value === null || value === undefined) return "—";
  if (unit === "share") return percent(value);
  if (unit === "change") return `${value > 0 ? "+" : ""}${percent(value)}`;
  if (unit === "seconds") return value < 120 ? `${value.toFixed(1)} 秒` : `${(value / 60).toFixed(1)} 分钟`;
  return unit === "messages" ? `${value.toFixed(2)} 条` : value.toFixed(0);
}

/** Return the interval of a figure and how many units it is taken over. */
export function intervalText({ value, low, high, n }, unit) {
  if (value === null) return n ? `样本 ${countText(n)}` : "";
  return `95% 区间 ${numberText(low, unit)}～${numberText(high, unit)} · 样本 ${countText(n)}`;
}

/** Return a target in a few signs. */
export function targetText(target, unit) {
  if (!target) return "不设目标";
  if (target.kind === "always") return "目标：每一件";
  const sign = target.kind === "at_least" ? "≥" : "≤";
  if (unit === "points") return `目标 ${sign} ${target.value}`;
  return `目标 ${sign} ${unit === "seconds" ? `${target.value} 秒` : unit === "change" ? `${target.value > 0 ? "+" : ""}${percent(target.value, 0)}` : percent(target.value, 0)}`;
}

export const countText = (n) => n.toLocaleString("zh-CN");

const CLOCK = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const clockText = (moment) => CLOCK.format(new Date(moment));

export const dayText = (day) => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

/** Say in a sentence how many targets are reached. */
export function standingText(figures) {
  const aimed = figures.filter((one) => one.target);
  const parts = ["met", "missed", "unsure", "too_few", "missing"]
    .map((verdict) => [VERDICTS[verdict][1], aimed.filter((one) => one.verdict === verdict).length])
    .filter(([, count]) => count)
    .map(([name, count]) => `${name} ${count} 项`);
  return `${aimed.length} 项有目标的指标：${parts.join("，")}。`;
}
