// Who changed what of a part, and the way back.

import { ask } from "../../shared/api.js";
import { openForm } from "../../shared/dialog.js";
import { button, element } from "../../shared/element.js";
import { loadInto, nothing } from "../../shared/loading.js";
import { toast } from "../../shared/told.js";
import { momentText } from "../../shared/words.js";

/**
 * Show the history of a part in `place`.
 *
 * @param {HTMLElement} place What shows it.
 * @param {string} path The part's path.
 * @param {object} told The part as it is now.
 * @param {object} how { may: whether one may go back, labels: names by key, session, done(told) }.
 */
export function history(place, path, told, how) {
  return loadInto(place, async () => {
    const { edits } = await ask("GET", `${path}/history`);
    const title = element("h3", {}, "修改记录");
    if (!edits.length) return [title, nothing("还没有在这里改过。")];
    return [title, element("ol", { class: "plain edits" }, ...edits.map((edit) => line(edit, path, told, how)), ...file(path, told, how))];
  });
}

function line(edit, path, told, how) {
  const what = edit.changes.slice(0, 8).map((one) => changeText(one, how.labels));
  const more = edit.changes.length > 8 ? `等 ${edit.changes.length} 处` : "";
  const back = how.may && edit.revision !== told.revision ? button("恢复到这一版", () => goBack(edit, path, told, how), { class: "small", "aria-label": `恢复到第 ${edit.revision} 版` }) : null;
  return element("li", { class: "waiting" },
    element("span", {}, element("strong", {}, `第 ${edit.revision} 版`), ` ${edit.edited_by_name} · ${momentText(edit.edited_at)}`,
      element("span", { class: "quiet block" }, [edit.reason, what.join("；") + more].filter(Boolean).join(" · "))), back);
}

function file(path, told, how) {
  if (!how.may || told.from_file) return [];
  const back = button("恢复为配置文件", () => goBack({ revision: 0 }, path, told, how), { class: "small" });
  return [element("li", { class: "waiting" }, element("span", {}, "配置文件里的内容"), back)];
}

function changeText({ key, before, after }, labels) {
  const name = labels?.[key]?.[0] ?? key;
  const text = (value) => (typeof value === "string" ? value : Array.isArray(value) ? value.join("、") : value?.pattern ?? "");
  if (before === null) return `新增 ${name}${labels || text(after) === key ? "" : `：${text(after)}`}`;
  if (after === null) return `去掉 ${name}`;
  return `${name}：${text(before)} → ${text(after)}`;
}

function goBack(edit, path, told, how) {
  openForm({
    title: edit.revision ? `恢复到第 ${edit.revision} 版？` : "恢复为配置文件？",
    fields: [element("p", {}, "恢复后几秒内生效，现在的内容仍留在记录里。")],
    action: "恢复",
    words: { conflict: "刚有人保存过，请刷新后再恢复。", invalid_content: "那一版现在不能用了，请手工修改。" },
    send: async () => {
      const now = await ask("POST", `${path}/rollback`, { revision: told.revision, to: edit.revision });
      toast("已恢复，几秒内生效");
      how.done(now);
    },
  });
}
