// Messages on their way: one after the other, each until the server has it, each stored once.
//
// A message keeps its client_id however often it is sent, so that the server knows it again.
// One that the server holds until its database is back waits here for the stored one.
// Both kinds survive a reload.

import { Backoff } from "./backoff.js";
import { freshClientId } from "./client_id.js";

const UNSENT = "unsent:";

/** The customer's texts that are not stored yet. */
export class Outbox {
  #backoff = new Backoff();
  #working = false;

  /**
   * @param {import("./stored.js").Stored} stored
   * @param {{send: (item: object) => Promise<void>, onChange: () => void,
   *   onRefused: (item: object) => void}} events `send` throws a CallError, or holds the item.
   */
  constructor(stored, events) {
    this.stored = stored;
    this.events = events;
    this.items = [];
  }

  /** Send what an earlier page could not send. */
  restore() {
    const known = new Set(this.items.map((item) => item.client_id));
    const kept = this.stored.names(UNSENT).map((name) => this.stored.get(name));
    this.items.push(...kept.filter((item) => item?.client_id && item.text && !known.has(item.client_id)));
    this.items.sort((one, other) => one.at - other.at);
    if (this.items.length) this.work();
  }

  /** Forget what an earlier page could not send: it was somebody else's. */
  disown() {
    for (const name of this.stored.names(UNSENT)) this.stored.set(name, null);
  }

  /** What keeps the messages from being sent, as a key of `problems`. */
  get problem() {
    return this.#next?.problem;
  }

  /** What the server says of the messages that it holds, or null. */
  get notice() {
    return this.items.find((item) => item.held)?.notice ?? null;
  }

  /** Whether something is being sent, for the first time as far as the customer sees. */
  get busy() {
    return this.#working && Boolean(this.#next) && !this.problem;
  }

  get #next() {
    return this.items.find((item) => !item.held);
  }

  /** Take a text and send it as soon as the ones before it are through. */
  add(text) {
    const item = { client_id: freshClientId(), text, at: Date.now() };
    this.items.push(item);
    this.stored.set(UNSENT + item.client_id, item);
    this.work();
  }

  /** Forget a message: it is stored, or nobody wants it any more. */
  settle(clientId) {
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.stored.set(UNSENT + clientId, null);
  }

  /** Note that the server holds a message; `notice` is what it says of that. */
  hold(item, notice) {
    Object.assign(item, { held: true, notice });
    delete item.problem;
  }

  /** Send again what the server holds: it may store it now, or have lost it. */
  release() {
    const held = this.items.filter((item) => item.held);
    for (const item of held) delete item.held;
    if (held.length) this.work();
  }

  /** Send again what failed, as the customer wishes. */
  retry() {
    for (const item of this.items) delete item.problem;
    this.work();
  }

  /** Send what waits; while that is under way, only shorten the wait. */
  async work() {
    this.#backoff.cut();
    if (this.#working) return this.events.onChange();
    this.#working = true;
    try {
      while (this.#next) await this.#send(this.#next);
    } finally {
      this.#working = false;
      this.events.onChange();
    }
  }

  async #send(item) {
    this.events.onChange();
    try {
      await this.events.send(item);
      if (!item.held) this.settle(item.client_id);
    } catch (error) {
      if (!error.kind) throw error;
      await this.#failed(item, error);
    }
  }

  async #failed(item, error) {
    if (error.kind === "unreadable" || error.kind === "too_large") {
      this.settle(item.client_id);
      this.events.onRefused(item);
      return;
    }
    item.problem = error.kind;
    this.events.onChange();
    await this.#backoff.wait(error.after * 1000);
  }
}
