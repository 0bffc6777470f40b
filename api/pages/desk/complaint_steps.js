// The steps of a complaint and what is done besides: each asks for what it needs in a dialog.

import { ask } from "../shared/api.js";
import { EMPTY, field, needed, openForm } from "../shared/dialog.js";
import { element } from "../shared/element.js";
import { PROBLEMS } from "./words.js";

/** The steps in their order, as agents call them. */
export const WAY = ["received", "classified", "investigated", "decided", "told", "satisfaction_asked", "closed"];
export const STEPS = {
  received: "收到投诉",
  classified: "受理并分类",
  investigated: "调查核实",
  decided: "作出处理决定",
  told: "告知客户决定",
  satisfaction_asked: "征询满意度",
  closed: "结案",
  reopened: "重新办理",
  review: "上级核查",
  withdrawn: "客户撤回",
  paused: "暂停计时",
  resumed: "恢复计时",
  extended: "延长期限",
};
export const PAUSES = { appraisal: "鉴定、检测或评估", mediation: "调解" };

const REASONED = { decided: "处理决定", reopened: "新的事实或理由", review: "客户申请核查的理由", withdrawn: "撤回的情况", extended: "延期的原因" };
const NOTES = { investigated: "调查情况", told: "告知的方式和内容", satisfaction_asked: "征询的方式" };
const REFUSED = {
  extended: "您经办过这件投诉，请没有经办的主管批准延期。",
  decided: "核查须由没有作出原决定的同事完成。",
};

let choices = null; // of categories and causes, the same for all complaints

async function loadChoices() {
  choices ??= await ask("GET", "/v1/complaints?limit=1");
  return choices;
}

function select(options, value, label = "请选择") {
  const made = options.map(({ id, name }) => element("option", { value: id, selected: id === value }, name));
  return element("select", {}, element("option", { value: "" }, label), ...made);
}

function pairsOf(names) {
  return Object.entries(names).map(([id, name]) => ({ id, name }));
}

/** What a step asks for: `fields` to show, and `read()` for what was filled in. */
const FORMS = {
  async classified(complaint) {
    const { categories, causes } = await loadChoices();
    const [category, cause] = [select(categories, complaint.category), select(causes, complaint.cause)];
    const complex = element("input", { type: "checkbox", checked: complaint.complex });
    const fields = [field("类别", category), field("原因", cause), element("label", { class: "check" }, complex, "情况复杂，期限延长到 30 日")];
    return { fields, read: () => ({ category: needed(category), cause: needed(cause), complex: complex.checked }) };
  },
  async paused() {
    const reason = select(pairsOf(PAUSES), "");
    return { fields: [field("等待什么", reason)], read: () => ({ reason: needed(reason) }) };
  },
  async closed() {
    const said = select(pairsOf({ yes: "满意", no: "不满意" }), "", "没有表示");
    const read = () => (said.value ? { satisfied: said.value === "yes" } : {});
    return { fields: [field("客户的意见", said)], read };
  },
};

/**
 * Ask what a step needs, and do it.
 *
 * @param {object} complaint As the API tells it.
 * @param {string} step A step or deed.
 * @param {(complaint: object) => Promise<void>|void} done Gets the complaint as it is then.
 */
export async function doStep(complaint, step, done) {
  const form = (await FORMS[step]?.(complaint)) ?? { fields: [], read: () => ({}) };
  const note = element("textarea", { rows: "3", maxlength: "2000" });
  const label = REASONED[step] ?? `${NOTES[step] ?? "说明"}（可不填）`;
  const send = async () => {
    const body = { step, ...form.read(), note: REASONED[step] ? needed(note) : note.value.trim() };
    await done(await ask("POST", `/v1/complaints/${complaint.number}/step`, body));
  };
  const words = { ...PROBLEMS, conflict: "同事已先处理了一步，请看最新的进展。", empty: EMPTY, invalid_input: REFUSED[step] };
  return openForm({ title: `${STEPS[step]}：${complaint.number}`, fields: [...form.fields, field(label, note)], action: STEPS[step], words, send });
}
