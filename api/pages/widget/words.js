// Everything the widget itself says to customers. Answers and notices come from the server.

import { traditional } from "./traditional.js";

// A customer who reaches nobody here must hear of the telephone.
const urgent = (line) => `急事请打${line ? `客服电话 ${line}` : "保单上的客服电话"}；有人身危险请先拨 110 或 120。`;

const WORDS = {
  assistant: "智能助手",
  robot: "自动回复，可随时转人工",
  open: "在线客服",
  openIt: "打开在线客服",
  shrink: "收起",
  large: "大字",
  script: "繁",
  scriptName: "切换为繁体字",
  welcome: (name) => `您好，我是${name}智能助手，由程序自动回复。投保、保单、缴费、理赔、退保方面的问题，直接打字问我就好。`,
  careful: "回答供参考，以保险合同为准。请不要发送证件号、银行卡号、密码或验证码。",
  log: "对话记录",
  scroll: "对话",
  customerSays: "您说：",
  assistantSays: "智能助手说：",
  agentSays: (name) => `客服${name ?? ""}：`,
  agent: "人工客服",
  samples: "大家常问",
  choices: "请选一项",
  related: "相关问题",
  basis: "依据：",
  more: "出处",
  entry: (id, revision) => `知识条目 ${id}，第 ${revision} 版`,
  asOf: (day) => `内容截至 ${day}`,
  also: "也可能是这个问题",
  person: "转人工",
  back: "返回智能助手",
  finish: "结束对话",
  attach: "发送图片或 PDF",
  download: "下载",
  question: "您的问题",
  placeholder: "请输入您的问题",
  placeholderPerson: "请输入要对客服说的话",
  send: "发送",
  hint: "按 Enter 发送，Shift + Enter 换行",
  suggestions: "相关问题",
  suggested: (count) => `有 ${count} 个相关问题，可按上下键选择`,
  newer: "有新消息",
  unread: (count) => `${count} 条未读消息`,
  typing: "正在回复",
  agentTyping: "客服正在输入",
  slow: "还在处理，请稍候…",
  unsent: "未发送成功，会自动重发",
  held: "已存好，恢复后处理",
  unsentFile: "没有发送成功，请点“重试”。",
  sending: (share) => `正在发送 ${share}%`,
  retry: "重试",
  drop: "取消",
  lost: {
    network: "网络断开了。已有的对话不受影响，连上网后会自动接上。",
    server: "暂时连不上服务。已有的对话不受影响，恢复后会自动接上。",
  },
  queue: (queue) => `正在等待人工：${queue}`,
  place: (place) => `您排在第 ${place} 位`,
  wait: (minutes) => `预计等待约 ${minutes} 分钟`,
  soon: "预计马上接入",
  level: ["", "", "专家", "资深专家"],
  withAgent: (name) => `${name ? `客服 ${name}` : "人工客服"} 正在为您服务`,
  closedNow: (when) => `现在不在服务时间，下次服务从 ${when} 开始。您可以留下电话，同事上班后给您回电。`,
  leavePhone: "留下电话",
  callback: "请人工给我回电",
  phone: "电话号码",
  when: "方便接听的时间（可不填）",
  note: "想咨询什么（可不填）",
  submit: "提交",
  cancel: "取消",
  badPhone: "请填写能打通的电话号码，如 13800000000。",
  rate: "评价本次服务",
  solved: "问题解决了吗？",
  yes: "解决了",
  no: "没有解决",
  score: "服务打几分？",
  scores: ["很不满意", "不满意", "一般", "满意", "很满意"],
  points: (score) => `${score} 分`,
  comment: "还想说的话（可不填）",
  incomplete: "请先选是否解决，再打分。",
  thanks: "感谢您的评价。",
  oneMore: "感谢您的评价。还有一个问题，可以跳过。",
  recommend: (name) => `您愿意向亲友推荐${name || "我们"}吗？`,
  unlikely: "完全不愿意",
  likely: "非常愿意",
  noRecommendation: "请选一个分数，或点“跳过”。",
  skip: "跳过",
  complaint: (number) => `投诉编号 ${number}`,
  progress: "查看进度",
  certificate: "未经本机构真实流量认证",
  sources: {
    law: "法律法规和监管规定",
    contract: "保险合同约定",
    company: "本公司规定",
    practice: "行业通行做法",
  },
  handoff: (queue, isUrgent) => `${isUrgent ? "紧急 · " : ""}转人工${queue ? ` · ${queue}` : ""}`,
  // The human queues of taxonomy.yaml; a browser test holds the two together.
  queues: {
    presale: "投保顾问",
    underwriting: "核保",
    policy_service: "保全",
    billing: "收付费",
    claims: "理赔",
    complaints: "投诉专席",
    risk_security: "风控与信息安全",
    emergency: "紧急服务",
    general: "综合人工",
  },
  problems: {
    network: (line) => `网络不通或服务没有回应，您写的内容还在，会自动重发，也可以点“重试”。${urgent(line)}`,
    slow: (line) => `等了太久还没有回复，您写的内容还在，会自动重发，也可以点“重试”。${urgent(line)}`,
    server: (line) => `抱歉，系统暂时出了点问题，您写的内容还在，会自动重发，也可以点“重试”。${urgent(line)}`,
    busy: "现在问的人比较多，请等几秒，会自动重发。",
    unreadable: "抱歉，这条消息里没有能识别的文字，请用文字写下您的问题。",
    gone: (line) => `抱歉，之前的对话已经失效，请再试一次。${urgent(line)}`,
    too_large: (line, most) => `文件太大，请发送 ${most} 以内的文件。`,
    type: (line, most, kinds) => `只能发送 ${kinds} 文件。`,
    empty: "这个文件是空的，请换一个。",
  },
  undone: {
    network: (line) => `网络不通或服务没有回应，没有成功，请点“重试”。${urgent(line)}`,
    slow: (line) => `等了太久还没有回复，请点“重试”。${urgent(line)}`,
    server: (line) => `抱歉，系统暂时出了点问题，没有成功，请点“重试”。${urgent(line)}`,
    busy: "现在问的人比较多，请等几秒再点“重试”。",
  },
  left: (left) => (left < 0 ? `超出 ${-left} 个字，请删减后发送` : `还可输入 ${left} 字`),
};

const TRADITIONAL = { ...converted(WORDS), script: "简", scriptName: "切換為簡體字" };

/** Return the words for a locale: traditional ones for zh-TW, zh-HK, zh-Hant. */
export const wordsFor = (locale) => (isTraditional(locale) ? TRADITIONAL : WORDS);

/** Whether a locale is written in traditional script. */
export const isTraditional = (locale) => /^zh-(tw|hk|mo|hant)/i.test(locale);

function converted(words) {
  if (typeof words === "string") return traditional(words);
  if (typeof words === "function") return (...given) => around(words, given);
  if (Array.isArray(words)) return words.map(converted);
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [name, converted(value)]));
}

// What is filled in, as the name of an agent, stays as it is.
function around(words, given) {
  const marked = given.map((value, index) => (typeof value === "string" && value ? String.fromCharCode(0xe000 + index) : value));
  return traditional(words(...marked)).replace(/[\ue000-\ue00f]/g, (mark) => given[mark.charCodeAt(0) - 0xe000]);
}
