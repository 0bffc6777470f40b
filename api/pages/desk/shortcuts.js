// Keys of the desk. Alt with a letter works while writing, too.

import { show } from "../shared/dialog.js";
import { element } from "../shared/element.js";

const KEYS = [
  ["Alt+1、2、3", "放入第一、二、三条建议回复"],
  ["Enter / Shift+Enter", "发送 / 换行"],
  ["Alt+N", "接入下一位客户"],
  ["Alt+↑ / Alt+↓", "上一张 / 下一张工单"],
  ["Alt+R", "到回复框"],
  ["Alt+K", "搜索知识库"],
  ["Alt+B", "添加备注"],
  ["Alt+T", "转队列"],
  ["Alt+U", "升级"],
  ["Alt+H", "挂起"],
  ["Alt+E", "解决"],
  ["Alt+O", "重新打开已解决的工单"],
  ["?", "看这张表"],
];

export function showShortcuts() {
  const rows = KEYS.flatMap(([keys, what]) => [element("dt", {}, element("kbd", {}, keys)), element("dd", {}, what)]);
  show("快捷键", [element("dl", { class: "pairs keys" }, ...rows)]);
}

/** Call `acts[name]` by its key; keys are told by their place, since Alt changes letters on some systems. */
export function bindShortcuts(acts) {
  const byCode = {
    KeyN: acts.next,
    KeyR: acts.write,
    KeyK: acts.search,
    KeyB: () => acts.deed("note"),
    KeyT: () => acts.deed("transfer"),
    KeyU: () => acts.deed("escalate"),
    KeyH: () => acts.deed("hold"),
    KeyE: () => acts.deed("resolve"),
    KeyO: () => acts.deed("reopen"),
    ArrowUp: () => acts.step(-1),
    ArrowDown: () => acts.step(1),
    Digit1: () => acts.suggestion(0),
    Digit2: () => acts.suggestion(1),
    Digit3: () => acts.suggestion(2),
  };
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("input, textarea, select");
    if (event.key === "?" && !writing) return event.preventDefault(), showShortcuts();
    if (!event.altKey || event.ctrlKey || event.metaKey || !(event.code in byCode)) return;
    event.preventDefault();
    // A key held down goes through the list, but takes no customer after customer.
    if (!event.repeat || event.code.startsWith("Arrow")) byCode[event.code]();
  });
}
