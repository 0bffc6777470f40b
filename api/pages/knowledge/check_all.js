// Check all: what the checks have against all entries as they stand now, drafts too.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { nothing } from "../shared/loading.js";
import { momentText, problemText } from "../shared/words.js";
import { findingsView } from "./review/findings.js";
import { follow, progress } from "./review/jobs.js";

const ABOUT = "检查全部条目现在的内容，包括还没有发布的草稿：字段、措辞、法律依据、个人信息、相关问题，以及会不会互相抢问法。";
const QUICK = "不比对问法，几秒钟就好";
const PROBLEMS = {
  lost: "服务中途重启，检查没有完成，请再检查一次。",
  stopped: "服务中途停止，检查没有完成，请再检查一次。",
  error: "比对问法没有成功，请稍后再试，或先勾选“不比对问法”。",
};

export async function open(root) {
  const leaving = new AbortController();
  const quick = element("input", { type: "checkbox" });
  const start = button("开始检查", () => run(), { class: "main" });
  const place = element("section", { class: "checked-all", "aria-label": "检查结果" });
  root.append(
    element("h2", {}, "检查全部"),
    element("p", { class: "quiet" }, ABOUT),
    element("div", { class: "tools-row" }, start, element("label", { class: "check" }, quick, QUICK)),
    place,
  );

  async function run() {
    setBusy(start, true);
    const bar = progress("正在检查");
    const wait = quick.checked ? "" : element("p", { class: "quiet" }, "要几分钟，可以先做别的：离开这一页，检查也会继续。");
    place.replaceChildren(bar.root, wait);
    try {
      const ended = await follow(await ask("POST", "/v1/entries/validate", { search: !quick.checked }), bar.show, leaving.signal);
      if (ended?.state === "done") place.replaceChildren(...shown(ended.result));
      else if (ended) place.replaceChildren(failed(ended.error));
    } catch (error) {
      place.replaceChildren(failed(error));
    } finally {
      setBusy(start, false);
    }
  }

  return { close: () => leaving.abort() };
}

function failed(error) {
  return element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error, PROBLEMS)));
}

function shown({ entries, errors, warnings, search, findings }) {
  const said = errors + warnings ? `必须改 ${errors} 处，提醒 ${warnings} 处` : "没有发现问题";
  const head = element("p", { role: "status" }, `检查了 ${entries} 个条目：${said}。${age(search)}`);
  if (!findings.length) return [head, nothing("没有发现问题。")];
  const questions = new Map(findings.filter(({ question }) => question).map((one) => [one.entry_id, one.question]));
  const rest = errors + warnings > findings.length ? element("p", { class: "quiet" }, `只列出前 ${findings.length} 处，先列必须改的。`) : null;
  return [head, findingsView(findings, questions), rest].filter(Boolean);
}

/** Say of when the questions are, where that is not now. */
function age(search) {
  if (!search) return "问法没有比对。";
  return search.current ? "" : `问法是 ${momentText(search.made_at)} 比对的，之后有人保存过。`;
}
