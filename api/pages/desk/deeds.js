// What an agent does with a ticket besides writing: each asks for what it needs in a dialog.

import { ask } from "../shared/api.js";
import { EMPTY, field, needed, openForm } from "../shared/dialog.js";
import { element, freshId } from "../shared/element.js";
import { QUEUES } from "../shared/words.js";
import { search } from "./knowledge.js";
import { PROBLEMS } from "./words.js";

function deed(ticket, name, body) {
  return ask("POST", `/v1/tickets/${ticket.id}/${name}`, body);
}

const WORDS = { ...PROBLEMS, empty: EMPTY };

function reasoned(title, action, ticket, name, done, { others = [], more = () => ({}), words = {} } = {}) {
  const reason = element("textarea", { rows: "3", maxlength: "500" });
  const send = async () => done(await deed(ticket, name, { reason: needed(reason), ...more() }));
  openForm({ title, fields: [...others, field("原因", reason)], action, words: { ...WORDS, ...words }, send });
}

export function transfer(ticket, done) {
  const options = Object.entries(QUEUES)
    .filter(([queue]) => queue !== ticket.queue)
    .map(([queue, name]) => element("option", { value: queue }, name));
  const queue = element("select", {}, ...options);
  reasoned("转给其他队列", "转队列", ticket, "transfer", done, {
    others: [field("队列", queue)],
    more: () => ({ queue: queue.value }),
  });
}

export function reopen(ticket, done) {
  const words = { conflict: "客户已有一张没有解决的工单，请在那一张里处理。" };
  reasoned(`重新打开工单 ${ticket.number}`, "重新打开", ticket, "reopen", done, { words });
}

export const escalate = (ticket, done) => reasoned("升级到上一级", "升级", ticket, "escalate", done);
export const hold = (ticket, done) => reasoned("挂起工单", "挂起", ticket, "hold", done);
export const resume = async (ticket, done) => done(await deed(ticket, "resume", { reason: "继续处理" }));
export const take = async (ticket, done) => done(await deed(ticket, "take"));
export const release = async (ticket, done) => done(await deed(ticket, "release"));
export const giveBack = async (ticket, done) => done(await deed(ticket, "give-back"));

export function note(ticket, done) {
  const text = element("textarea", { rows: "4", maxlength: "2000" });
  const send = async () => done(await deed(ticket, "note", { text: needed(text) }));
  openForm({ title: "添加备注（客户看不到）", fields: [field("备注", text)], action: "保存备注", words: WORDS, send });
}

/** Close a ticket: which entry would have answered, found among the candidates or by a search, or none. */
export function resolve(ticket, done) {
  const group = freshId("entry");
  const box = element("fieldset", { class: "choices" }, element("legend", { class: "legend" }, "正确的知识条目"));
  const choice = (value, text) => {
    const radio = element("input", { type: "radio", name: group, value });
    box.append(element("label", { class: "check" }, radio, element("span", {}, text)));
    return radio;
  };
  choice("no_entry", "知识库里没有合适的条目");
  choice("unlabelled", "不适用（不是知识类问题）");
  const known = new Set();
  const offer = ({ entry_id, question }) => {
    if (known.has(entry_id)) return;
    known.add(entry_id);
    return choice(`entry:${entry_id}`, question ?? entry_id);
  };
  for (const one of [...(ticket.candidates ?? []), ...(ticket.answered ?? [])]) offer(one);
  const { node } = search((entry) => {
    const radio = offer(entry) ?? box.querySelector(`input[value="entry:${CSS.escape(entry.entry_id)}"]`);
    radio.checked = true;
  }, "选为正确条目");
  const text = element("textarea", { rows: "2", maxlength: "500" });
  const send = async () => {
    const chosen = box.querySelector("input:checked")?.value;
    if (!chosen) throw Object.assign(new Error("empty"), { code: "unchosen" });
    const entry = chosen.startsWith("entry:") ? chosen.slice(6) : null;
    const body = { entry_id: entry, label: entry ? "answered" : chosen, note: text.value.trim() };
    done(await deed(ticket, "resolve", body));
  };
  const words = { ...WORDS, unchosen: "请选择正确的知识条目，或选“没有合适的条目”。" };
  openForm({ title: `解决工单 ${ticket.number}`, fields: [box, node, field("说明（可不填）", text)], action: "解决", words, send });
}
