// The off switch: for everything or one channel, with the words that customers read.

import { ask } from "../shared/api.js";
import { confirmFirst, field, openForm } from "../shared/dialog.js";
import { button, element } from "../shared/element.js";
import { momentText } from "../shared/words.js";

const SCOPES = { all: "全部渠道", "channel:web": "网页", "channel:app": "App", "channel:wechat": "微信" };

function scopeText(scope) {
  return SCOPES[scope] ?? scope.replace(/^entry:/, "条目 ").replace(/^channel:/, "渠道 ");
}

/**
 * Put what is to be off for a scope (null: nothing) beside what is off elsewhere at that moment:
 * a dialog may have been open while a colleague changed it.
 */
async function put({ off, done }, scope, wanted) {
  const others = off().filter((one) => one.scope !== scope).map((one) => ({ scope: one.scope, notice: one.notice }));
  done(await ask("PUT", "/v1/off-switch", wanted ? [...others, wanted] : others));
}

/**
 * Show what is off in `place`, each with a button to switch it on again.
 *
 * @param {HTMLElement} place
 * @param {{off: () => object[], done: (off: object) => void}} state What is off now, and who takes what is then.
 */
export function showOff(place, state) {
  const lines = state.off().map((one) => {
    const on = () => confirmFirst(`恢复自动回答：${scopeText(one.scope)}？`, "恢复后智能助手立即重新回答客户。", "恢复", () => put(state, one.scope, null));
    const said = `${scopeText(one.scope)}已停用。${one.notice}（${one.actor_name ?? ""} ${momentText(one.at)}）`;
    return element("div", { class: "notice alarm" }, element("p", {}, said), button("恢复", on, { class: "small" }));
  });
  place.replaceChildren(...(lines.length ? lines : [element("p", { class: "quiet" }, "正常回答中，没有停用任何内容。")]));
}

/** Ask what is to be switched off and what customers are told; `state` as of `showOff`. */
export function changeOff(state) {
  const scope = element("select", {}, ...Object.entries(SCOPES).map(([value, text]) => element("option", { value }, text)));
  const notice = element("textarea", { rows: "3", maxlength: "200" });
  const send = () => put(state, scope.value, { scope: scope.value, notice: notice.value.trim() });
  openForm({
    title: "停用自动回答",
    fields: [
      element("p", {}, "停用后智能助手不再回答，客户直接转到人工。"),
      field("范围", scope),
      field("告诉客户的话（可不填）", notice),
    ],
    action: "立即停用",
    dangerous: true,
    send,
  });
}
