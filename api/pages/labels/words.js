// What the page of labelling calls things.

export const FIELDS = { action: "动作", intent: "意图", queue: "队列", entry_ids: "问答" };

const ACTIONS = { answer: "回答", clarify: "反问", handoff: "转人工", decline: "婉拒" };

/** Return the short name of an action; its long one says what it means. */
export function actionName({ id, name }) {
  return ACTIONS[id] ?? name;
}

export const SOURCES = { import: "命令导入", upload: "上传", log: "客户提问抽样" };

const PROBLEMS = {
  conflict: "这个问题的标注已经齐了，或刚在别处改过。请看下一个。",
  not_found: "这个问题集已经不在了，请回到列表。",
  too_large: "文件太大，请分成几份，或用命令 baowen label import 导入。",
};

/** Own words for what the API refuses; which rows of a file are bad is listed beside them. */
export function wordsFor(error) {
  if (error.code === "invalid_input" && error.detail?.length) {
    return { ...PROBLEMS, invalid_input: `文件里有 ${error.detail.length} 行不能用，整个文件都没有导入。请照下面改好后重新选择文件，再点“建立”。` };
  }
  return { ...PROBLEMS, invalid_input: "内容不能用，请检查所选的项目和文件（.jsonl、.csv 或 .xlsx，要有 text 一列）。" };
}

/** Return a figure with its interval. */
export function figureText({ value, low, high }) {
  return value === null ? "—" : `${value.toFixed(2)}（${low.toFixed(2)}–${high.toFixed(2)}）`;
}

/** Return the name of one of the options by its id. */
export function nameOf(list, id) {
  return list.find((one) => one.id === id)?.name ?? id;
}
