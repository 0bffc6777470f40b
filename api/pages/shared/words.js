// What all pages for colleagues call things. Names of queues are those of taxonomy.yaml.

export const ROLES = {
  agent: ["坐席", "接待客户，可查看完整号码（有记录）"],
  supervisor: ["主管", "坐席的全部工作，另可督导、接管、停用自动回答、看报表"],
  editor: ["知识编辑", "编写、发布问答，标注问题"],
  analyst: ["分析员", "看报表，抽检回答，标注问题，决定候选模型"],
  admin: ["管理员", "管理人员和密钥，看审计记录；看不到客户对话"],
};

export const PERMISSIONS = {
  "tickets:work": "接待客户",
  "tickets:supervise": "督导与接管",
  reveal: "查看完整号码",
  "off_switch:set": "停用自动回答",
  "knowledge:write": "编写问答",
  "knowledge:publish": "发布问答",
  "reports:read": "看报表",
  "audits:judge": "抽检并判断回答",
  "candidates:decide": "决定候选模型",
  "labels:write": "标注问题",
  "accounts:manage": "管理人员和密钥",
  "audit:read": "看审计记录",
};

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

export const LEVELS = { 1: "一线", 2: "专家", 3: "资深" };

const PROBLEMS = {
  network: "网络不通或服务没有回应，请稍后再试。",
  timeout: "服务太忙，没有及时回应，请稍后再试。",
  storage: "系统暂时无法读写数据，请稍后再试。",
  not_signed_in: "登录已失效，请重新登录。",
  forbidden: "您没有这项权限，请联系管理员。",
  conflict: "内容刚被别人改过，或与已有的重复，请刷新后再试。",
  too_large: "内容太大，请减少后再试。",
  weak_password: "密码太容易被猜到。请用 10 个字符以上，避开姓名、常见词、连续数字和键盘顺序。",
  wrong_password: "账号或密码不正确，或账号已停用。",
};

/** Say what went wrong and what to do; `own` are a page's own words by code. */
export function problemText(error, own = {}) {
  if (error.code === "too_many") return `操作太频繁，请 ${error.retryAfter || 60} 秒后再试。`;
  return own[error.code] ?? PROBLEMS[error.code] ?? "抱歉，系统出了点问题，请稍后再试。";
}

const MOMENT = new Intl.DateTimeFormat("zh-CN", {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** Return a moment (RFC 3339) in the colleague's own time zone. */
export function momentText(moment) {
  return moment ? MOMENT.format(new Date(moment)) : "";
}
