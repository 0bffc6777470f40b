// All about the ticket in front: summary, customer, what was recognised and answered, notes, knowledge.

import { ask } from "../shared/api.js";
import { button, element } from "../shared/element.js";
import { momentText, problemText, QUEUES, LEVELS } from "../shared/words.js";
import { complaintFacts, complaintWay } from "./complaint.js";
import { search } from "./knowledge.js";
import { CHANNELS, ENTITIES, EVENTS, PROBLEMS, nextDeadline } from "./words.js";

function part(title, ...content) {
  const shown = content.filter(Boolean);
  return shown.length ? element("section", { class: "part" }, element("h2", {}, title), ...shown) : null;
}

function pairs(entries) {
  const made = entries.filter(([, value]) => value).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return made.length ? element("dl", { class: "pairs" }, ...made) : null;
}

function list(items) {
  return items.length ? element("ul", { class: "plain" }, ...items.map((one) => element("li", {}, ...[one].flat()))) : null;
}

/** Ask for what is masked; that is kept in the audit log. */
export async function reveal(ticketId, what, place) {
  try {
    const told = await ask("POST", `/v1/tickets/${ticketId}/reveal`, { what });
    place.textContent = told.value;
  } catch (error) {
    place.textContent = `${place.textContent}（${problemText(error, PROBLEMS)}）`;
  }
}

function entity(ticket, { kind, masked, valid }, index) {
  const value = element("span", {}, masked);
  const open = button("查看", () => reveal(ticket.id, `entity:${index}`, value), { class: "small", "aria-label": `查看完整的${ENTITIES[kind] ?? kind}` });
  return [`${ENTITIES[kind] ?? kind} `, value, valid === false ? "（校验不通过）" : "", " ", open];
}

async function history(customer, place) {
  const told = await ask("GET", `/v1/customers/${customer.id}/history`).catch(() => null);
  const lines = (told?.conversations ?? []).map((one) => {
    const about = one.tickets.map(({ queue_name, summary }) => `${queue_name} ${summary}`).join("；");
    return element("p", { class: "clamp" }, `${momentText(one.created_at)} ${about || "由智能助手回答"}`);
  });
  place.replaceChildren(list(lines) ?? element("p", { class: "quiet" }, "没有更早的对话。"));
}

function event({ at, actor_name, kind, detail }) {
  const why = kind === "created" || kind === "further_reason" ? null : detail.reason; // these name a code
  const what = [detail.text, why, QUEUES[detail.queue]].filter((one) => typeof one === "string" && one);
  return [element("span", { class: "quiet" }, `${momentText(at)} ${actor_name === "system" ? "系统" : (actor_name ?? "")} `), `${EVENTS[kind] ?? kind}${what.length ? `：${what.join("，")}` : ""}`];
}

function customerOf(ticket) {
  const { customer, conversation } = ticket;
  const earlier = element("div");
  if (customer) history(customer, earlier);
  const known = customer ? [["姓名", customer.name], ["来自", customer.site], ["首次", momentText(customer.since)]] : [["身份", "未验证的访客"]];
  return part("客户", pairs([...known, ["渠道", CHANNELS[conversation.channel] ?? conversation.channel], ["客群", conversation.segment]]), customer ? earlier : null);
}

function knowledgeOf(insert) {
  const knowledge = search((entry) => insert(entry.text), "放入回复");
  knowledge.input.id = "knowledge-search";
  knowledge.node.querySelector("label").htmlFor = "knowledge-search";
  return part("知识库", knowledge.node);
}

function complaintOf({ complaint }, hooks) {
  const made = complaint && part("投诉", pairs(complaintFacts(complaint)), ...complaintWay(complaint, hooks));
  made?.classList.add("complaint");
  return made;
}

/** Show nothing: what stands there must not be taken for the ticket that is loading. */
export function clearPanel(place) {
  delete place.dataset.ticket;
  place.replaceChildren();
}

/**
 * Show a ticket in `place`; of the same ticket only the facts change, and a search stays.
 *
 * @param {HTMLElement} place
 * @param {object} ticket A whole one.
 * @param {object} hooks `insert(text)` puts an answer into the composer; those of a complaint.
 */
export function showPanel(place, ticket, hooks) {
  if (place.dataset.ticket !== ticket.id) {
    place.dataset.ticket = ticket.id;
    place.replaceChildren(element("div"), knowledgeOf(hooks.insert));
  }
  place.firstElementChild.replaceChildren(...facts(ticket, hooks));
}

function facts(ticket, hooks) {
  const due = nextDeadline(ticket);
  const candidates = ticket.candidates.map(({ entry_id, question, confidence }) => `${question ?? entry_id}（${Math.round(confidence * 100)}%）`);
  const parts = [
    part("摘要", ticket.summary ? element("p", { class: "text" }, ticket.summary) : null, pairs([
      ["工单", ticket.number],
      ["转接原因", ticket.reason_text],
      ["意图", ticket.concern_name ?? ticket.intent_name],
      ["级别", LEVELS[ticket.level] ?? String(ticket.level)],
      ["时限", due ? `${due.text}（${due.basis}）` : ""],
    ])),
    complaintOf(ticket, hooks),
    customerOf(ticket),
    part("识别到的信息", list(ticket.entities.map((one, index) => entity(ticket, one, index)))),
    part("回电", ticket.callback && pairs([["电话", ticket.callback.phone], ["时间", ticket.callback.when], ["说明", ticket.callback.note]])),
    part("助手已答过", list(ticket.answered.map(({ question, entry_id }) => question ?? entry_id))),
    part("可能的条目", list(candidates)),
    part("经过与备注", list(ticket.events.map(event))),
  ];
  return parts.filter(Boolean);
}
