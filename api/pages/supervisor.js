// The supervisor's page: waits, load by agent, deadlines, the off switch, complaints.

import { allTickets } from "./desk/all_tickets.js";
import { DeskSocket } from "./desk/socket.js";
import { doStep } from "./desk/complaint_steps.js";
import { Store } from "./desk/store.js";
import { ask, download, leaveForSignIn, requireSession, signOut } from "./shared/api.js";
import { field, openForm } from "./shared/dialog.js";
import { button, element, setBusy } from "./shared/element.js";
import { loadInto } from "./shared/loading.js";
import { showPages } from "./shared/pages.js";
import { showLine, toast } from "./shared/told.js";
import { problemText, QUEUES } from "./shared/words.js";
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
    store.replace(await allTickets());
    at("trouble").hidden = true;
  } catch (error) {
    trouble(error, load);
  }
}

function loadComplaints() {
  return loadInto(at("complaints"), async () => [complaintsTable((await ask("GET", "/v1/complaints?limit=100")).complaints, extend)]);
}

function extend(complaint) {
  return doStep(complaint, "extended", async () => {
    await loadComplaints();
    toast(`投诉 ${complaint.number} 的期限已延长，客户已收到通知。`);
  });
}

/** Download what is late in the chosen queue; that is kept in the audit log. */
async function downloadBreaches() {
  setBusy(at("breaches"), true);
  try {
    const queue = at("queue").value;
    await download(`/v1/breaches${queue ? `?queue=${queue}` : ""}`, "text/csv");
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    toast(problemText(error));
  } finally {
    setBusy(at("breaches"), false);
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
  const agent = element("select", {}, ...options);
  const send = async () => {
    store.put(await ask("POST", `/v1/tickets/${ticket.id}/assign`, { agent: agent.value }));
    toast(`工单 ${ticket.number} 已分派。`);
  };
  openForm({ title: `分派工单 ${ticket.number}`, fields: [field("交给", agent)], action: "分派", send });
}

const off = { off: () => store.off, done: (told) => store.set("off", told) };

function showLate() {
  const queue = at("queue").value;
  const shown = [...store.tickets.values()].filter((ticket) => !queue || ticket.queue === queue);
  if (!at("tickets").contains(document.activeElement)) at("tickets").replaceChildren(lateTable(shown, assign));
}

store.listen((changed) => {
  if (changed.has("queues")) at("queues").replaceChildren(queuesTable(store.queues));
  if (changed.has("agents")) at("agents").replaceChildren(agentsTable(store.agents));
  if (changed.has("off")) showOff(at("off"), off);
  showLate();
});

setInterval(() => {
  at("queues").replaceChildren(queuesTable(store.queues));
  showLate();
}, CLOCK_MS);

at("queue").append(...Object.entries(QUEUES).map(([value, name]) => element("option", { value }, name)));
at("queue").addEventListener("change", showLate);
at("breaches").addEventListener("click", downloadBreaches);
at("off-change").addEventListener("click", () => changeOff(off));
at("sign-out").addEventListener("click", () => signOut().catch((error) => toast(problemText(error))));

requireSession().then(
  ({ user }) => {
    showPages(at("pages"), user);
    if (user.permissions.includes("tickets:supervise")) return socket.connect();
    at("line").textContent = "";
    trouble({ code: "forbidden" }, () => location.reload());
  },
  (error) => trouble(error, () => location.reload()),
);
