// The stored messages of a conversation, each once, in the order of their numbers.

/** Takes messages in any order and however often; shows those up to the first missing one. */
export class Ledger {
  #messages = new Map();
  #clientIds = new Set();

  /** The number up to which no message is missing. */
  upTo = 0;

  /** Whether a message is there whose predecessor is not. */
  get hasGap() {
    return this.#messages.size > this.upTo;
  }

  /** Take a message; false where it was there. */
  take(message) {
    if (!Number.isInteger(message?.seq) || message.seq < 1 || this.#messages.has(message.seq)) return false;
    this.#messages.set(message.seq, message);
    if (message.client_id) this.#clientIds.add(message.client_id);
    while (this.#messages.has(this.upTo + 1)) this.upTo += 1;
    return true;
  }

  /** Whether the message that this sender called so is stored. */
  has(clientId) {
    return this.#clientIds.has(clientId);
  }

  /** Return all messages up to the first missing one. */
  list() {
    return Array.from({ length: this.upTo }, (_, index) => this.#messages.get(index + 1));
  }
}
