// What the views of company profile and lexicons call things.

import { momentText } from "../../shared/words.js";

export const COMPANY = {
  name: ["公司全称", "写在 {company} 处也是它"],
  short_name: ["公司简称", ""],
  hotline: ["客服热线", ""],
  claims_line: ["理赔电话", ""],
  complaint_line: ["投诉电话", ""],
  complaint_email: ["投诉邮箱", ""],
  app: ["应用名称", ""],
  wechat: ["微信公众号", ""],
  website: ["网站", ""],
  service_hours: ["电话服务时间", ""],
  desk_hours: ["人工服务时间", ""],
};

export const SAVE_WORDS = {
  too_long: "太长了，请写短一些。",
  too_many: "数量太多了，请减少一些。",
  characters: "里面有不能用的字符，请去掉。",
  phone: "请填写电话号码，只用数字和横线。",
  email: "请填写邮箱地址，例如 tousu@example.com。",
  string_too_short: "不能留空。",
  missing: "不能留空。",
  twice: "重复了：这个词已经在另一行里，请去掉一处。",
  rule: "规则写得不对，请检查括号，并填写编号、匹配和改写建议。",
  nested: "匹配里有重复套重复的写法，长句子会很慢，请改写。",
  everything: "这个匹配会命中所有句子，请写得具体些。",
};

/** Say where a part comes from, and who saved it. */
export function savedText({ from_file: file, edited_by_name: by, edited_at: at, serving }) {
  const where = file ? (at ? `${by} 于 ${momentText(at)} 恢复为配置文件里的内容` : "现在用的是配置文件里的内容") : `${by} 于 ${momentText(at)} 保存`;
  return serving ? `${where}，已生效。` : `${where}，正在生效…`;
}
