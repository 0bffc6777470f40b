// Everything the page itself says to customers. Answers come from the server.

export const PERSON = "转人工";

// Questions of shipped entries, so that each of them gets an answer.
export const SAMPLES = [
  "出险了怎么报案？",
  "理赔需要准备哪些材料？",
  "退保多久到账？",
  "怎么变更受益人？",
  "保费发票怎么开？",
];

export const LABELS = {
  customer: "您说：",
  assistant: "智能助手说：",
  samples: "大家常问",
  choices: "请选一项",
  related: "相关问题",
  basis: "依据",
  entry: "知识条目",
  retry: "重试",
  waiting: "正在回复",
  slow: "还在处理，请稍候…",
  unsent: "未发送成功",
};

// What an answer rests on, by `citations[].source`.
export const SOURCES = {
  law: "法律法规和监管规定",
  contract: "保险合同约定",
  company: "本公司规定",
  practice: "行业通行做法",
};

// The human queues of taxonomy.yaml; a browser test holds the two together.
export const QUEUES = {
  presale: "投保顾问",
  underwriting: "核保",
  policy_service: "保全",
  billing: "收付费",
  claims: "理赔",
  complaints: "投诉专席",
  risk_security: "风控与信息安全",
  emergency: "紧急服务",
  general: "综合人工",
};

// A customer who reaches nobody here must hear of the telephone.
const URGENT = "急事请打保单上的客服电话；有人身危险请先拨 110 或 120。";

export const PROBLEMS = {
  network: `网络不通或服务没有回应，您的问题还在，请点“重试”。${URGENT}`,
  slow: `等了太久还没有回复，您的问题还在，请点“重试”。${URGENT}`,
  server: `抱歉，系统暂时出了点问题，您的问题还在，请稍后点“重试”。${URGENT}`,
  busy: "现在问的人比较多，请等几秒再点“重试”。",
  unreadable: "抱歉，这条消息里没有能识别的文字，请用文字写下您的问题。",
};

export const OFFLINE = "网络断开了。已有的对话不受影响，连上网后可以接着问。";

/** Say how many characters are left, or how many there are too many. */
export function lengthNote(left) {
  return left < 0 ? `超出 ${-left} 个字，请删减后发送` : `还可输入 ${left} 字`;
}

/** Name where a conversation was handed to. */
export function handoffNote(queue, urgent) {
  const name = QUEUES[queue];
  return (urgent ? "紧急 · " : "") + PERSON + (name ? ` · ${name}` : "");
}
