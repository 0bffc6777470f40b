// Files on their way: each once, until it is stored or the customer gives it up.
//
// Unlike texts they are not sent again by themselves, which could cost the customer a lot of
// data, and do not survive a reload, since a page cannot keep them.

import { freshClientId } from "./client_id.js";

/** The customer's files that are not stored yet. */
export class Files {
  /**
   * @param {{send: (item: object) => Promise<void>, onChange: () => void}} events `send` throws a
   *   CallError, and tells by `item.share` how far it is.
   */
  constructor(events) {
    this.events = events;
    this.items = [];
  }

  /** Send a file. */
  add(file) {
    const item = { client_id: freshClientId(), file };
    this.items.push(item);
    return this.send(item);
  }

  /** Send a file (again). */
  async send(item) {
    item.share = 0;
    delete item.problem;
    this.events.onChange();
    try {
      await this.events.send(item);
      this.settle(item.client_id);
    } catch (error) {
      if (!error.kind) throw error;
      item.problem = error.kind;
    }
    this.events.onChange();
  }

  /** Forget a file: it is stored, or not wanted any more. */
  settle(clientId) {
    this.items = this.items.filter((item) => item.client_id !== clientId);
  }

  /** Take a file back that was not sent. */
  drop(item) {
    this.settle(item.client_id);
    this.events.onChange();
  }
}
