// Queues and the list of tickets: rows are made once and only changed where something changed.

import { element } from "../shared/element.js";
import { URGENCIES, STATES, nextDeadline, secondsSince, spanText, titleOf } from "./words.js";

const CLOCK_MS = 5000;

/** Set a text only where it differs: a text that stays costs no layout. */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

class Row {
  constructor(id, choose) {
    this.name = element("span", { class: "name" });
    this.unread = element("span", { class: "unread" });
    this.chip = element("span", { class: "urgency" });
    this.last = element("span", { class: "last" });
    this.state = element("span");
    this.due = element("span", { class: "due" });
    this.button = element(
      "button",
      { type: "button", class: "ticket", dataset: { ticket: id }, on: { click: () => choose(id) } },
      element("span", { class: "first" }, this.chip, this.name, this.unread),
      this.last,
      element("span", { class: "meta" }, this.state, this.due),
    );
    this.node = element("li", {}, this.button);
  }

  show(ticket, unread, chosen, mine) {
    this.ticket = ticket;
    say(this.name, titleOf(ticket));
    say(this.unread, unread ? `${unread} 条新消息` : "");
    say(this.chip, URGENCIES[ticket.urgency] ?? ticket.urgency);
    this.chip.dataset.urgency = ticket.urgency;
    say(this.last, ticket.conversation.last_message?.text || ticket.summary || ticket.reason_text);
    this.button.setAttribute("aria-current", String(chosen));
    this.button.dataset.state = ticket.state;
    this.button.dataset.mine = String(mine);
    this.tick();
  }

  tick() {
    const { state, waiting_since, assignee_name, queue_name } = this.ticket;
    const wait = state === "waiting" ? `已等 ${spanText(secondsSince(waiting_since))}` : STATES[state];
    say(this.state, `${queue_name} · ${wait}${assignee_name ? ` · ${assignee_name}` : ""}`);
    const due = nextDeadline(this.ticket);
    say(this.due, due?.text ?? "");
    this.due.dataset.nearness = due?.nearness ?? "";
    this.due.title = due?.basis ?? "";
  }
}

export class TicketList {
  /**
   * @param {Store} store
   * @param {{queues: HTMLElement, tickets: HTMLElement, empty: HTMLElement}} places
   * @param {(id: string) => void} choose
   * @param {object} others What stands in place of the tickets, by id: `name`, `count`, `node`, `load()`.
   */
  constructor(store, places, choose, others) {
    Object.assign(this, { store, places, choose, others, queue: "", chosen: null, loaded: false });
    for (const { node } of Object.values(others)) places.tickets.after(node);
    this.rows = new Map();
    this.chips = new Map();
    store.listen((changed) => this.#render(changed));
    setInterval(() => this.#tick(), CLOCK_MS);
  }

  mark(id) {
    const before = this.chosen;
    this.chosen = id;
    for (const one of [before, id]) if (one) this.store.mark(one);
  }

  pickQueue(queue) {
    this.queue = queue;
    for (const [id, { node }] of Object.entries(this.others)) node.hidden = id !== queue;
    this.places.tickets.hidden = queue in this.others;
    this.others[queue]?.load();
    this.store.mark("all");
    this.store.mark("queues");
  }

  /** Return the id `step` places away from the chosen ticket. */
  neighbour(step) {
    const ids = this.store.listed(this.queue).map(({ id }) => id);
    const at = ids.indexOf(this.chosen);
    return ids[at < 0 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1)];
  }

  #render(changed) {
    this.#renderQueues();
    const all = changed.has("all") || changed.has("presence");
    const listed = this.store.listed(this.queue);
    const ids = new Set(listed.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      this.rows.delete(id);
    }
    let before = null;
    for (const ticket of listed) {
      let row = this.rows.get(ticket.id);
      if (!row) this.rows.set(ticket.id, (row = new Row(ticket.id, this.choose)));
      if (all || changed.has(ticket.id) || !row.ticket)
        row.show(ticket, this.store.unread(ticket), ticket.id === this.chosen, this.store.isMine(ticket));
      const wanted = before ? before.nextSibling : this.places.tickets.firstChild;
      if (row.node !== wanted) this.#place(row, wanted);
      before = row.node;
    }
    this.places.empty.hidden = listed.length > 0 || this.queue in this.others;
    if (this.loaded) say(this.places.empty, this.queue ? "这里现在没有工单。" : "现在没有客户在等待。");
  }

  /** Move a row without taking the focus from it. */
  #place(row, before) {
    const focused = row.button === document.activeElement;
    this.places.tickets.insertBefore(row.node, before);
    if (focused) row.button.focus({ preventScroll: true });
  }

  #tick() {
    if (document.hidden) return;
    for (const row of this.rows.values()) row.tick();
    this.#renderQueues();
  }

  #renderQueues() {
    const waiting = this.store.queues.reduce((sum, one) => sum + one.waiting, 0);
    this.#chip("", "全部", waiting, "");
    this.#chip("mine", "我的", this.store.mine().length, "");
    for (const [id, { name, count }] of Object.entries(this.others)) this.#chip(id, name, count, "");
    for (const one of this.store.queues) {
      const oldest = one.oldest_since ? `最久 ${spanText(secondsSince(one.oldest_since))}` : "";
      this.#chip(one.queue, one.name, one.waiting, oldest);
    }
  }

  #chip(id, name, count, oldest) {
    let chip = this.chips.get(id);
    if (!chip) {
      const parts = ["b", "span", "small"].map((tag) => element(tag));
      const node = element("button", { type: "button", class: "queue", on: { click: () => this.pickQueue(id) } }, ...parts);
      this.chips.set(id, (chip = { node, parts }));
      this.places.queues.append(node);
    }
    [name, String(count), oldest].forEach((text, index) => say(chip.parts[index], text));
    chip.node.setAttribute("aria-pressed", String(this.queue === id));
  }
}
