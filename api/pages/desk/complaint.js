// A complaint in the panel: what it is about, its clock, its steps with time and person, and the next ones.

import { button, element, setBusy } from "../shared/element.js";
import { momentText } from "../shared/words.js";
import { PAUSES, STEPS, WAY, doStep } from "./complaint_steps.js";
import { DEADLINES, nextDeadline } from "./words.js";

const WANTED = { what: "经过", happened: "发生时间", wanted: "诉求" };
/** Behind which step of the way a complaint goes on. */
const GOES_ON_AFTER = { reopened: "received", review: "investigated" };

function clock(complaint) {
  if (complaint.paused_since) {
    const why = PAUSES[complaint.pause_reason] ?? "";
    return [element("p", { class: "due", dataset: { nearness: "near" } }, `计时已暂停：等待${why}，自 ${momentText(complaint.paused_since)} 起，恢复后期限顺延。`)];
  }
  return complaint.deadlines.filter(({ met_at }) => !met_at).map((one) => {
    const { text, nearness } = nextDeadline({ deadlines: [one] });
    const left = element("span", { class: "due", dataset: { nearness } }, text);
    return element("p", { title: one.basis }, `${DEADLINES[one.kind]}期限：${momentText(one.due)} `, left);
  });
}

function ahead({ step }) {
  const at = WAY.indexOf(GOES_ON_AFTER[step] ?? step);
  return at < 0 ? [] : WAY.slice(at + 1);
}

function steps(complaint) {
  const done = complaint.steps.map(({ step, at, actor, actor_name, note }) => {
    const who = actor === "customer" ? "客户" : (actor_name ?? "");
    const head = element("b", {}, STEPS[step] ?? step);
    const when = element("span", { class: "quiet" }, ` ${momentText(at)} ${who}`);
    return element("li", { dataset: { done: "true" } }, head, when, note ? element("p", { class: "text" }, note) : null);
  });
  const open = ahead(complaint).map((step) => element("li", { class: "quiet" }, STEPS[step], element("span", { class: "unseen" }, "（未完成）")));
  return element("ol", { class: "steps", "aria-label": "投诉办理步骤" }, ...done, ...open);
}

/** Return the names of what may be done now, the next step first. */
function deeds(complaint, supervises) {
  if (complaint.paused_since) return ["resumed", ...complaint.next_steps.filter((step) => step === "withdrawn")];
  const along = WAY.filter((step) => complaint.next_steps.includes(step));
  const aside = complaint.next_steps.filter((step) => !along.includes(step));
  return [...along, complaint.running ? "paused" : null, supervises && complaint.extendable ? "extended" : null, ...aside].filter(Boolean);
}

function deedButton(complaint, step, first, hooks) {
  const act = async () => {
    setBusy(made, true);
    try {
      const dialog = await doStep(complaint, step, hooks.onDone);
      dialog.addEventListener("close", focusAgain);
    } catch (error) {
      hooks.onFailure(error);
    } finally {
      setBusy(made, false);
    }
  };
  const made = button(STEPS[step], act, { class: first ? "small main" : "small", "data-step": step });
  return made;
}

/** The button that opened the dialog is gone after a step: go on at its place. */
function focusAgain() {
  if (document.activeElement === document.body) document.querySelector(".complaint .deeds button")?.focus();
}

/** Return the facts of a complaint as pairs of a name and a text. */
export function complaintFacts(complaint) {
  const told = Object.entries(WANTED).map(([key, name]) => [name, complaint[key] || "客户还没有说明"]);
  const satisfied = { true: "满意", false: "不满意" }[complaint.satisfied];
  return [
    ["编号", complaint.number],
    ["类别", complaint.category_name],
    ["原因", complaint.cause_name],
    ...told,
    ["情况", complaint.complex ? "复杂" : "一般"],
    ["延期", complaint.extended ? "已延长一次" : ""],
    ["重新办理", complaint.reopened ? `${complaint.reopened} 次` : ""],
    ["满意度", satisfied],
  ];
}

/**
 * Return clock, steps and buttons of a complaint.
 *
 * @param {object} complaint As the API tells it.
 * @param {object} hooks `supervises`, `onDone(complaint)`, `onFailure(error)`.
 */
export function complaintWay(complaint, hooks) {
  const made = deeds(complaint, hooks.supervises).map((step, index) => deedButton(complaint, step, index === 0, hooks));
  const hint = complaint.extendable && !hooks.supervises ? element("p", { class: "quiet" }, "需要延期时，请没有经办这件投诉的主管批准。") : null;
  return [...clock(complaint), steps(complaint), element("div", { class: "deeds", role: "group", "aria-label": "办理投诉" }, ...made), hint];
}
