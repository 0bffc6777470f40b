// What the desk knows: tickets by id, queues, presence. Changes are shown together, once a frame.

const OPEN = new Set(["waiting", "taken", "held"]);

export class Store {
  constructor() {
    this.tickets = new Map();
    this.queues = [];
    this.agents = [];
    this.presence = null;
    this.off = [];
    this.seen = new Map(); // ticket id -> the last number that was on the screen
    this.listeners = [];
    this.changed = new Set();
  }

  /** Call `listener` with the names of what changed (ids of tickets, "queues"...), at most once a frame. */
  listen(listener) {
    this.listeners.push(listener);
  }

  mark(name) {
    this.changed.add(name);
    if (this.changed.size > 1) return;
    requestAnimationFrame(() => {
      const changed = this.changed;
      this.changed = new Set();
      for (const listener of this.listeners) listener(changed);
    });
  }

  /** Take a ticket as lists and events tell it; what is resolved leaves the list. */
  put(ticket) {
    if (OPEN.has(ticket.state)) this.tickets.set(ticket.id, ticket);
    else this.tickets.delete(ticket.id);
    this.mark(ticket.id);
  }

  /** Take all open tickets as they are now. */
  replace(tickets) {
    const there = new Set(tickets.map(({ id }) => id));
    for (const id of this.tickets.keys()) if (!there.has(id)) this.remove(id);
    for (const ticket of tickets) this.put(ticket);
    this.mark("all");
  }

  remove(id) {
    this.tickets.delete(id);
    this.mark(id);
  }

  set(name, value) {
    this[name] = value;
    this.mark(name);
  }

  isMine(ticket) {
    return Boolean(this.presence) && ticket.assignee === this.presence.actor && ticket.state !== "waiting";
  }

  /** One's own conversations, the longest held first, so that tabs keep their places. */
  mine() {
    const mine = [...this.tickets.values()].filter((ticket) => this.isMine(ticket));
    return mine.sort((one, other) => (one.taken_at ?? "").localeCompare(other.taken_at ?? ""));
  }

  /** Tickets of a queue ("" for all, "mine" for one's own): first who is to be served first. */
  listed(queue) {
    const all = [...this.tickets.values()].filter((ticket) =>
      queue === "mine" ? this.isMine(ticket) : !queue || ticket.queue === queue,
    );
    return all.sort(byUrgency);
  }

  /** Number of messages that came after what was shown. */
  unread(ticket) {
    if (!this.seen.has(ticket.id)) this.seen.set(ticket.id, ticket.conversation.last_seq);
    return Math.max(0, ticket.conversation.last_seq - this.seen.get(ticket.id));
  }

  see(id, seq) {
    if ((this.seen.get(id) ?? -1) >= seq) return;
    this.seen.set(id, seq);
    this.mark(id);
  }
}

function byUrgency(one, other) {
  const waiting = Number(other.state === "waiting") - Number(one.state === "waiting");
  return waiting || other.points - one.points || one.waiting_since.localeCompare(other.waiting_since);
}
