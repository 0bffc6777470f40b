// The tables of the supervisor's page.

import { button, element } from "../shared/element.js";
import { cell, nothing, table } from "../shared/loading.js";
import { LEVELS } from "../shared/words.js";
import { STATES, nextDeadline, secondsSince, spanText } from "../desk/words.js";

const row = (...cells) => element("tr", {}, ...cells);

function dueMark(next) {
  return next && element("span", { class: "due", dataset: { nearness: next.nearness }, title: next.basis }, next.text);
}

export function queuesTable(queues) {
  const rows = queues.map((one) =>
    row(
      element("th", { scope: "row" }, one.name),
      cell("等待", String(one.waiting)),
      cell("最久", one.oldest_since ? spanText(secondsSince(one.oldest_since)) : "—"),
      cell("接待中", String(one.with_person)),
      cell("服务时间", one.open ? "服务中" : "下班"),
    ),
  );
  return table("队列", ["队列", "等待", "最久", "接待中", "服务时间"], rows);
}

export function agentsTable(agents) {
  if (!agents.length) return nothing("还没有坐席上线。");
  const rows = agents.map((one) => {
    const stand = !one.here ? "离线" : one.available ? "接待中" : "小休";
    return row(
      element("th", { scope: "row" }, one.name),
      cell("状态", stand),
      cell("负荷", element("span", {}, `${one.load}/${one.capacity} `, element("meter", { min: "0", max: String(one.capacity || 1), value: String(one.load), "aria-label": `${one.name}的负荷` }))),
      cell("级别", LEVELS[one.level] ?? String(one.level)),
    );
  });
  return table("坐席", ["坐席", "状态", "负荷", "级别"], rows);
}

/** Tickets that are late or nearly so, the most urgent first; `assign` opens the dialog of one. */
export function lateTable(tickets, assign) {
  const due = [...tickets].map((ticket) => [ticket, nextDeadline(ticket)]);
  const late = due.filter(([, next]) => next && next.nearness !== "fine");
  if (!late.length) return nothing("没有超时或临近时限的工单。");
  late.sort(([, one], [, other]) => one.nearness.localeCompare(other.nearness));
  const rows = late.map(([ticket, next]) =>
    row(
      element("th", { scope: "row" }, ticket.number),
      cell("队列", ticket.queue_name),
      cell("状态", [STATES[ticket.state], ticket.assignee_name].filter(Boolean).join(" · ")),
      cell("时限", dueMark(next)),
      element("td", {}, button("分派", () => assign(ticket), { class: "small", "aria-label": `分派 ${ticket.number}` })),
    ),
  );
  return table("超时与临近时限的工单", ["工单", "队列", "状态", "时限", ""], rows);
}

/** Complaints that are not ended; `extend` opens the dialog of one that may get more time. */
export function complaintsTable(complaints, extend) {
  if (!complaints.length) return nothing("没有进行中的投诉。");
  const rows = complaints.map((one) =>
    row(
      element("th", { scope: "row" }, one.number),
      cell("类别", one.category_name ?? "未分类"),
      cell("步骤", one.step_name),
      cell("时限", one.paused_since ? "计时已暂停" : dueMark(nextDeadline(one))),
      element("td", {}, one.extendable ? button("延长期限", () => extend(one), { class: "small", "aria-label": `延长 ${one.number} 的期限` }) : null),
    ),
  );
  return table("投诉", ["编号", "类别", "步骤", "时限", ""], rows);
}
