// What the desk calls things, and how it tells time.

export const STATES = { waiting: "等待", taken: "接待中", held: "已挂起", resolved: "已解决" };
export const URGENCIES = { normal: "普通", high: "加急", immediate: "紧急" };
export const CHANNELS = { web: "网页", app: "App", wechat: "微信", phone: "电话", widget: "网站窗口" };
export const ENTITIES = {
  policy_number: "保单号",
  claim_number: "报案号",
  phone: "电话",
  id: "身份证号",
  passport: "护照号",
  bank_card: "银行卡号",
  plate: "车牌号",
  email: "邮箱",
  number: "号码",
  date: "日期",
  amount: "金额",
  product: "产品",
  relation: "关系",
};
export const SOURCES = { law: "法规", contract: "合同", company: "公司规定", practice: "行业惯例" };
export const AUTHORS = { customer: "客户", assistant: "智能助手", agent: "坐席", system: "系统" };
export const DEADLINES = { reply: "回复", resolve: "解决", accept: "受理", decide: "处理", review: "复核" };
export const EVENTS = {
  created: "进入队列",
  further_reason: "又一个转接原因",
  taken: "接入",
  assigned: "分派",
  released: "放回队列",
  transferred: "转队列",
  escalated: "升级",
  overflowed: "溢出到别的队列",
  vanished: "坐席离线，放回队列",
  held: "挂起",
  note: "备注",
  resolve: "解决",
  give_back: "交回智能助手",
  go_back: "客户回到智能助手",
  close: "关闭",
  reopened: "重新打开",
  reveal: "查看完整号码",
};
export const PROBLEMS = {
  hands_full: "您接待的客户已满，请先处理完一位，或挂起一张工单。",
  conflict: "已有同事先处理了这张工单，或它的状态刚变过。",
  not_found: "找不到，可能已离开您的队列。",
  forbidden_wording: "这段话里有不能对客户说的表述，没有发送。",
};
export const PHRASES = [
  "您好，我是人工客服，正在看您的问题，请稍等。",
  "请您提供保单号的后四位，方便我核对。",
  "我需要查一下，大约两分钟，请您不要离开。",
  "您的问题我已记录，处理结果会尽快告诉您。",
  "请问还有其他可以帮您的吗？",
];

/** Return a span of seconds for people: 45 秒, 12 分, 3 小时 5 分, 2 天. */
export function spanText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} 秒`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} 分`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} 小时 ${minutes % 60} 分` : `${hours} 小时`;
  return `${Math.floor(hours / 24)} 天`;
}

/** Return how large a file is: 85 KB, 1.2 MB. */
export function sizeText(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function secondsSince(moment) {
  return (Date.now() - Date.parse(moment)) / 1000;
}

/** Return the deadline that is due next, with how near it is; null where none runs. */
export function nextDeadline(ticket) {
  const running = ticket.deadlines.filter((one) => !one.met_at && !one.paused);
  if (!running.length) return null;
  const first = running.reduce((one, other) => (one.due <= other.due ? one : other));
  const left = -secondsSince(first.due);
  const name = DEADLINES[first.kind] ?? first.kind;
  if (left < 0) return { nearness: "late", text: `${name}超时 ${spanText(-left)}`, basis: first.basis };
  const near = first.near || left < first.within_s * 0.2;
  return { nearness: near ? "near" : "fine", text: `${name}剩 ${spanText(left)}`, basis: first.basis };
}

const CLOCK = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function clockText(moment) {
  return CLOCK.format(new Date(moment));
}

/** Return what a ticket is called: its customer, what it is about, or how it began. */
export function titleOf({ customer, concern_name, intent_name, summary, number }) {
  return customer?.name || concern_name || intent_name || summary.split("\n")[0] || `访客 ${number}`;
}
