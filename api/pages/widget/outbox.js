// Messages on their way: one after the other, each until the server has it, each stored once.
//
// A message keeps its client_id however often it is sent, so that the server knows it again.
// Unsent ones survive a reload.

import { Backoff } from "./backoff.js";

const UNSENT = "unsent:";

/** The customer's texts that are not stored yet. */
export class Outbox {
  #backoff = new Backoff();
  #working = false;

  /**
   * @param {import("./stored.js").Stored} stored
   * @param {{send: (item: object) => Promise<void>, onChange: () => void,
   *   onRefused: (item: object) => void}} events `send` throws a CallError.
   */
  constructor(stored, events) {
    this.stored = stored;
    this.events = events;
    this.items = stored.names(UNSENT).map((name) => stored.get(name)).filter((item) => item?.client_id && item.text);
    this.items.sort((one, other) => one.at - other.at);
  }

  /** What keeps the messages from being sent, as a key of `problems`. */
  get problem() {
    return this.items[0]?.problem;
  }

  /** Whether something is being sent, for the first time as far as the customer sees. */
  get busy() {
    return this.#working && this.items.length > 0 && !this.problem;
  }

  /** Take a text and send it as soon as the ones before it are through. */
  add(text) {
    const item = { client_id: freshId(), text, at: Date.now() };
    this.items.push(item);
    this.stored.set(UNSENT + item.client_id, item);
    this.work();
  }

  /** Forget a message: it is stored, or nobody wants it any more. */
  settle(clientId) {
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.stored.set(UNSENT + clientId, null);
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
    while (this.items.length) await this.#sendFirst(this.items[0]);
    this.#working = false;
    this.events.onChange();
  }

  async #sendFirst(item) {
    this.events.onChange();
    try {
      await this.events.send(item);
      this.settle(item.client_id);
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

/** Return a number that no other message has; works without a secure context, too. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
