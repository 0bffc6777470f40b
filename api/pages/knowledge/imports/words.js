// What the views of imports call things.

export const STATES = { faulty: "有问题", new: "新增", changed: "修改", unchanged: "没有变化", skipped: "不导入" };

export const LABELS = {
  id: "编号", question: "标准问题", answer: "回答", short_answer: "简短回答", variants: "相似问法", intent: "类别", kind: "条目种类",
  source: "依据来源", legal_basis: "法律依据", products: "适用产品", channels: "适用渠道", valid_from: "生效日期", valid_to: "失效日期",
  related: "相关条目", revision: "修订号", status: "状态",
};

export const LONG = new Set(["question", "answer", "short_answer", "variants", "legal_basis"]);

export const SEPARATORS = {
  auto: "自动（换行、竖线或分号）", newline: "换行", bar: "竖线 |", semicolon: "分号 ；", comma: "逗号 ，", pause: "顿号 、", slash: "斜线 /",
};

export const UPLOAD_WORDS = {
  unreadable_file: "读不了这个文件。请确认它是 .xlsx、.csv、.jsonl 或 .yaml，没有加密，不超过 10000 行；旧的 .xls 请另存为 .xlsx。",
  invalid_content: "文件内容有格式错误，请检查引号和缩进，或另存为 .xlsx 再传。",
  too_large: "文件太大，请拆成几个文件。",
  invalid_input: "没有确认的导入太多了，请先确认或放弃其中一个。",
};

export const CHANGE_WORDS = {
  conflict: "这次导入刚在别处改过或已经完成，已为您载入最新内容。",
  invalid_input: "这样对应不行：一个内容只能来自一列（相似问法、产品等可以来自几列）。",
};
