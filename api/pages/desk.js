// The agents' desk: puts its parts together.

import { FollowUps, Resolved } from "./desk/afterwards.js";
import { bindSound, ring, showCount } from "./desk/alerts.js";
import { allTickets } from "./desk/all_tickets.js";
import { TicketList } from "./desk/list.js";
import { clearPanel, showPanel } from "./desk/panel.js";
import { Serving } from "./desk/serving.js";
import { bindShortcuts, showShortcuts } from "./desk/shortcuts.js";
import { DeskSocket } from "./desk/socket.js";
import { Store } from "./desk/store.js";
import { Tabs } from "./desk/tabs.js";
import { Talk } from "./desk/talk.js";
import { PROBLEMS } from "./desk/words.js";
import { ask, leaveForSignIn, requireSession, signOut } from "./shared/api.js";
import { button, element } from "./shared/element.js";
import { showPages } from "./shared/pages.js";
import { showLine, toast } from "./shared/told.js";
import { problemText } from "./shared/words.js";

const RELOAD_MS = 400;
const AFTERWARDS_MS = 300_000;
const at = (id) => document.getElementById(id);

const store = new Store();
const talks = new Map(); // whole tickets that were opened, by id
let chosen = null;
let supervises = false;

const followUps = new FollowUps(open, () => store.mark("queues"));
const others = { follow_ups: followUps, resolved: new Resolved(open) };
const list = new TicketList(store, { queues: at("queues"), tickets: at("tickets"), empty: at("no-tickets") }, open, others);
const tabs = new Tabs(store, at("mine"), open);
const serving = new Serving(store, { box: at("available"), load: at("load"), next: at("next") }, {
  queue: () => store.queues.find(({ queue }) => queue === list.queue)?.queue ?? null,
  onTaken: (ticket) => (showView("talk"), show(ticket)),
  onFailure: fail,
});
const socket = new DeskSocket({ onEvent: takeEvent, onState: showLine, onOut: leaveForSignIn });

function fail(error) {
  if (error.status === 401) return leaveForSignIn();
  toast(problemText(error, PROBLEMS));
}

function showView(name) {
  document.body.dataset.view = name;
  for (const one of document.querySelectorAll(".views button")) one.setAttribute("aria-pressed", String(one.dataset.to === name));
}

async function loadTickets() {
  const found = await allTickets();
  list.loaded = true;
  store.replace(found);
}

function watch() {
  const mine = [...talks.values()].map(({ id, transcript }) => [id, transcript.last]);
  socket.send({ type: "watch", tickets: Object.fromEntries(mine.slice(-100)) });
}

/** After each connection: everything may have changed, so ask for all of it. */
async function hello({ queues, presence, agents, off }) {
  for (const [name, value] of Object.entries({ queues, presence, agents, off })) store.set(name, value);
  watch();
  try {
    await loadTickets();
    at("trouble").hidden = true;
    loadAfterwards();
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    const retry = button("重试", () => hello({ queues, presence, agents, off }), { class: "small" });
    at("trouble").replaceChildren(element("p", {}, problemText(error)), retry);
    at("trouble").hidden = false;
  }
}

/** Follow-ups fall due by themselves, and others may have done them. */
function loadAfterwards() {
  const shown = list.queue === "resolved" ? [followUps, others.resolved] : [followUps];
  // A list anew would take the focus from who works in it.
  for (const one of shown) if (!one.node.contains(document.activeElement)) one.load();
}

const takers = {
  hello,
  ticket: ({ ticket }) => takeTicket(ticket),
  gone: ({ ticket }) => store.remove(ticket),
  messages: ({ ticket, messages }) => {
    talks.get(ticket)?.add(messages);
    if (messages.some(({ author }) => author === "customer") && document.hidden) ring();
  },
  typing: ({ ticket }) => talks.get(ticket)?.transcript.showTyping(),
  queues: ({ queues }) => store.set("queues", queues),
  presence: ({ presence, agents }) => {
    store.set("presence", presence);
    store.set("agents", agents);
  },
  off: ({ off }) => store.set("off", off),
};

function takeEvent(event) {
  takers[event.type]?.(event);
}

function takeTicket(ticket) {
  const before = store.tickets.get(ticket.id);
  if (!before && ticket.state === "waiting") ring();
  store.put(ticket);
  if (followUps.due.some(({ ticket_id }) => ticket_id === ticket.id)) loadAfterwards();
  const talk = talks.get(ticket.id);
  if (!talk) return;
  const moved = talk.ticket.state !== ticket.state || talk.ticket.assignee !== ticket.assignee;
  const { last_seq, last_message } = ticket.conversation;
  const said = last_seq > talk.ticket.conversation.last_seq && last_message?.author !== "system";
  talk.update(ticket);
  // Whole tickets alone tell a complaint's steps; what nobody wrote may be one.
  if (ticket.id === chosen && (moved || (ticket.complaint && !said))) scheduleReload(talk);
}

function scheduleReload(talk) {
  clearTimeout(talk.timer);
  talk.timer = setTimeout(() => talk.reload().then(panel, fail), RELOAD_MS);
}

function panel(ticket) {
  if (ticket.id !== chosen) return;
  const insert = (text) => {
    talks.get(ticket.id).composer.fill(text);
    showView("talk");
  };
  const onDone = () => talks.get(ticket.id).reload().then(panel);
  showPanel(at("about"), ticket, { insert, supervises, onDone, onFailure: fail });
}

/** Bring a ticket to the front. */
async function open(id) {
  if (!id) return;
  chosen = id;
  list.mark(id);
  showView("talk");
  const known = talks.get(id);
  if (known) return front(known), known.reload().then(panel, fail);
  at("open").replaceChildren(element("p", { class: "empty", role: "status" }, "正在载入对话…"));
  clearPanel(at("about"));
  try {
    const ticket = await ask("GET", `/v1/tickets/${id}`);
    if (chosen === id) show(ticket);
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    const retry = button("重试", () => open(id));
    at("open").replaceChildren(element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error, PROBLEMS)), retry));
  }
}

/** Bring a whole ticket to the front. */
function show(ticket) {
  chosen = ticket.id;
  list.mark(ticket.id);
  store.put(ticket);
  if (talks.has(ticket.id)) talks.get(ticket.id).show(ticket);
  else talks.set(ticket.id, new Talk(ticket, { store, socket, onDone: done, onFailure: fail }));
  watch();
  front(talks.get(ticket.id));
  panel(ticket);
}

function front(talk) {
  at("open").replaceChildren(talk.node);
  talk.transcript.toEnd();
  store.see(talk.id, talk.transcript.last);
  if (!talk.composer.node.hidden && matchMedia("(hover: hover)").matches) talk.composer.area.focus();
}

/** Show what a deed made of the ticket. */
function done(ticket) {
  store.put(ticket);
  talks.get(ticket.id)?.show(ticket);
  panel(ticket);
  const talk = talks.get(ticket.id);
  if (ticket.id === chosen && talk) front(talk);
  if (ticket.state === "resolved") toast(`工单 ${ticket.number} 已解决。`);
  loadAfterwards();
}

function showOff() {
  at("off").hidden = store.off.length === 0;
  at("off").textContent = store.off.length ? `自动回答已停用：${store.off.map(({ notice, scope }) => notice || scope).join("；")}` : "";
}

store.listen((changed) => {
  showCount(tabs.show(chosen));
  if (changed.has("off")) showOff();
});

for (const one of document.querySelectorAll(".views button")) one.addEventListener("click", () => showView(one.dataset.to));
at("help").addEventListener("click", showShortcuts);
at("sign-out").addEventListener("click", () => signOut().catch(fail));
bindSound(at("sound"));
setInterval(loadAfterwards, AFTERWARDS_MS);
bindShortcuts({
  next: () => serving.takeNext(),
  step: (step) => open(list.neighbour(step)),
  write: () => talks.get(chosen)?.composer.area.focus(),
  search: () => (showView("about"), at("knowledge-search")?.focus()),
  deed: (name) => talks.get(chosen)?.do(name),
  suggestion: (index) => talks.get(chosen)?.composer.insert(index),
});

requireSession().then(
  ({ user }) => {
    at("who").textContent = user.display_name;
    supervises = user.permissions.includes("tickets:supervise");
    showPages(at("pages"), user);
    socket.connect();
  },
  (error) => {
    if (error.status === 401) return;
    at("trouble").replaceChildren(element("p", {}, problemText(error)), button("重试", () => location.reload(), { class: "small" }));
    at("trouble").hidden = false;
  },
);
