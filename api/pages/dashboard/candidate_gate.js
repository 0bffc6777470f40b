// The gate before a candidate: whether it was checked, what each line says, and the way through.

import { button, element } from "../shared/element.js";
import { cell, nothing, table } from "../shared/loading.js";
import { momentText, problemText } from "../shared/words.js";
import { countText, numberText } from "./words.js";

const WORDS = {
  bundle: "候选模型的文件不完整，或不在原来的位置。请联系技术人员。",
  conflict: "候选模型在试用开始后被改动过，请重新开始试用。",
  stopped: "服务重启了，请再检查一次。",
};

/** Return the panel; `deeds` are `check` and `promote`. */
export function gatePanel({ gate, bound }, may, deeds) {
  const { verdict } = gate;
  const running = gate.state === "running";
  const passed = gate.state === "done" && verdict.passed;
  const buttons = [
    button(running ? "正在检查…" : verdict ? "再检查一次" : "运行检查", deeds.check, { disabled: running }),
    passed && !bound ? button("启用…", deeds.promote, { class: "main" }) : null,
  ];
  return element(
    "section",
    { class: "panel", "aria-label": "启用前的检查" },
    element("h3", {}, "启用前的检查"),
    element("p", { class: "quiet" }, "用标注题分别问两个模型，再看真实咨询；没有一项明显变差才能启用。结果一天内有效，检查要一两分钟，不影响客户。"),
    ...standing(gate),
    verdict ? lines(verdict) : null,
    bound ? element("p", { class: "notice warm" }, "模型由 BAOWEN_BUNDLE 指定，不能在这里更换。") : null,
    may ? element("div", { class: "filter-buttons" }, ...buttons.filter(Boolean)) : null,
  );
}

function standing(gate) {
  if (gate.state === "none") return [nothing("还没有检查。")];
  if (gate.state === "failed") return [element("p", { class: "notice alarm", role: "alert" }, `检查没有做完：${problemText(gate.error ?? {}, WORDS)}`)];
  if (gate.state === "running") {
    const done = gate.total ? `：${gate.stage === "candidate" ? "候选" : "在用"} ${countText(gate.done)} / ${countText(gate.total)}` : "";
    return [element("p", { role: "status" }, `正在检查${done}`)];
  }
  const { passed, lines: all } = gate.verdict;
  const closed = all.filter((one) => !one.passed).length;
  const mark = element("span", { class: "verdict", dataset: { verdict: passed ? "met" : "missed" } }, passed ? "✓ 通过" : `✕ ${closed} 项没有通过`);
  return [element("p", {}, mark, ` ${momentText(gate.at)} 检查，标注题 ${countText(gate.verdict.rows)} 条。`)];
}

function lines({ lines: all }) {
  const rows = all.map((one) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, one.name),
      cell("在用", one.count === undefined ? numberText(one.first, "share") : "—"),
      cell("候选", one.count === undefined ? numberText(one.second, "share") : `${countText(one.count)} 条`),
      cell("结果", one.passed ? "✓ 通过" : "✕ 没有通过"),
    ),
  );
  return table("检查的各项", ["项目", "在用", "候选", "结果"], rows);
}
