// The supervisor's page: waits, load by agent, deadlines, the off switch, complaints.

import { DeskSocket } from "./desk/socket.js";
import { Store } from "./desk/store.js";
import { ask, leaveForSignIn, requireSession, signOut } from "./shared/api.js";
import { openForm } from "./shared/dialog.js";
import { button, element, freshId } from "./shared/element.js";
import { showLine, toast } from "./shared/told.js";
import { problemText } from "./shared/words.js";
import { changeOff, showOff } from "./supervisor/off_switch.js";
import { agentsTable, complaintsTable, lateTable, queuesTable } from "./supervisor/tables.js";

const CLOCK_MS = 10_000;
const at = (id) => document.getElementById(id);
const store = new Store();
const socket = new DeskSocket({ onEvent, onState: showLine, onOut: leaveForSignIn });

function trouble(error, again) {
  if (error.status === 401) return leaveForSignIn();
  at("trouble").replaceChildren(element("p", {}, problemText(error)), button("重试", again, { class: "small" }));
  at("trouble").hidden = false;
}

async function load() {
  try {
    const found = [];
    let cursor = "";
    do {
      const told = await ask("GET", `/v1/tickets?limit=200&cursor=${encodeURIComponent(cursor)}`);
      found.push(...told.tickets);
      cursor = told.next;
    } while (cursor);
    store.replace(found);
    at("trouble").hidden = true;
  } catch (error) {
    trouble(error, load);
  }
}

async function loadComplaints() {
  try {
    const told = await ask("GET", "/v1/complaints");
    at("complaints").replaceChildren(complaintsTable(Array.isArray(told) ? told : told.complaints));
  } catch (error) {
    at("complaints").replaceChildren(element("p", { class: "quiet" }, problemText(error, { not_found: "投诉列表暂时看不了。" })));
  }
}

function onEvent(event) {
  for (const name of ["queues", "presence", "agents", "off"]) if (name in event) store.set(name, event[name]);
  if (event.type === "hello") load(), loadComplaints();
  if (event.type === "ticket") store.put(event.ticket);
  if (event.type === "gone") store.remove(event.ticket);
}

/** Hand a ticket to an agent, or take it over. */
function assign(ticket) {
  const agents = store.agents.filter(({ here, actor }) => here || actor === store.presence.actor);
  const options = agents.map(({ actor, name, load: held, capacity }) => element("option", { value: actor }, `${name}（${held}/${capacity}）`));
  const agent = element("select", { id: freshId("agent") }, ...options);
  const fields = [element("div", { class: "field" }, element("label", { for: agent.id }, "交给"), agent)];
  const send = async () => {
    store.put(await ask("POST", `/v1/tickets/${ticket.id}/assign`, { agent: agent.value }));
    toast(`工单 ${ticket.number} 已分派。`);
  };
  openForm({ title: `分派工单 ${ticket.number}`, fields, action: "分派", send });
}

function offChanged(off) {
  store.set("off", Array.isArray(off) ? off : off.off);
}

function showLate() {
  if (!at("tickets").contains(document.activeElement)) at("tickets").replaceChildren(lateTable(store.tickets.values(), assign));
}

store.listen((changed) => {
  if (changed.has("queues")) at("queues").replaceChildren(queuesTable(store.queues));
  if (changed.has("agents")) at("agents").replaceChildren(agentsTable(store.agents));
  if (changed.has("off")) showOff(at("off"), store.off, offChanged);
  showLate();
});

setInterval(() => {
  at("queues").replaceChildren(queuesTable(store.queues));
  showLate();
}, CLOCK_MS);

at("off-change").addEventListener("click", () => changeOff(store.off, offChanged));
at("sign-out").addEventListener("click", () => signOut().catch((error) => toast(problemText(error))));

requireSession().then(
  ({ user }) => {
    if (user.permissions.includes("tickets:supervise")) return socket.connect();
    at("line").textContent = "";
    trouble({ code: "forbidden" }, () => location.reload());
  },
  (error) => trouble(error, () => location.reload()),
);
