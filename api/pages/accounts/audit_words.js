// What the audit log calls things; what is not known is shown as it is.

import { LEVELS, PERMISSIONS, QUEUES, ROLES } from "../shared/words.js";

const ACTIONS = {
  "session.opened": "登录",
  "session.refused": "登录失败",
  "session.closed": "退出",
  "user.added": "新建人员",
  "user.changed": "修改人员",
  "user.password_set": "设置密码",
  "key.added": "新建密钥",
  "key.revoked": "吊销密钥",
  "customer.revealed": "查看完整号码",
  "customer.file_downloaded": "下载客户文件",
  "ticket.taken_over": "接管会话",
  "ticket.assigned": "指派会话",
  "off_switch.set": "停用自动回答",
  "knowledge.published": "发布知识",
  "knowledge.rolled_back": "退回旧版知识",
  "knowledge.scheduled": "定时发布知识",
  "knowledge.not_published": "定时发布没有成功",
  "knowledge.called_off": "取消定时发布",
  "report.exported": "导出报表",
  "labels.exported": "导出标注",
  "labels.deleted": "删除问题集",
  "alarm.seen": "处理漂移告警",
  "candidate.shared": "调整候选模型的流量",
  "candidate.checked": "检查候选模型",
  "candidate.promoted": "启用候选模型",
  "candidate.rejected": "结束候选模型试用",
  "candidate.rolled_back": "退回先前的模型",
};

/** What the log can be narrowed to: the beginning of an action, and its name. */
export const KINDS = [
  ["", "全部"],
  ["session.", "登录与退出"],
  ["session.refused", "登录失败"],
  ["user.", "人员"],
  ["key.", "密钥"],
  ["customer.", "查看客户资料"],
  ["ticket.", "会话"],
  ["off_switch.", "停用自动回答"],
  ["knowledge.", "知识"],
  ["report.", "报表"],
  ["labels.", "标注"],
  ["candidate.", "候选模型"],
  ["alarm.", "漂移告警"],
];

const PARTS = {
  address: "地址",
  provider: "公司账号",
  name: "名称",
  display_name: "姓名",
  roles: "角色",
  scopes: "权限",
  queues: "队列",
  level: "级别",
  capacity: "同时接待",
  disabled: "停用",
  reason: "原因",
  entries: "条数",
  rows: "行数",
  labels: "标注数",
  decided: "裁定数",
  due: "日期",
  scheduled: "定时发布编号",
  forced: "强制",
  problem: "没有成功的原因",
  what: "内容",
  share: "比例",
};

const SOMEBODY = { anonymous: "未登录的人", setup: "一次性链接", provider: "公司账号系统" };

export function actionText(action) {
  return ACTIONS[action] ?? action;
}

export function actorText(name) {
  if (name.startsWith("cli:")) return `命令行 ${name.slice(4)}`;
  return SOMEBODY[name] ?? name;
}

/** Return the detail of a note in words; in what was changed an arrow leads to the new value. */
export function detailText(action, detail) {
  const changed = action.endsWith(".changed");
  return Object.entries(detail)
    .map(([part, value]) => {
      const values = changed && Array.isArray(value) ? value : [value];
      return `${PARTS[part] ?? part}：${values.map((one) => valueText(part, one)).join(" → ")}`;
    })
    .join("；");
}

function valueText(part, value) {
  if (typeof value === "boolean") return value ? "是" : "否";
  if (part === "level") return LEVELS[value] ?? String(value);
  if (!Array.isArray(value)) return value && typeof value === "object" ? JSON.stringify(value) : String(value);
  return value.map((one) => PERMISSIONS[one] ?? QUEUES[one] ?? ROLES[one]?.[0] ?? String(one)).join("、") || "无";
}
