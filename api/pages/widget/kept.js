// What this browser remembers of a conversation, for a reload and for other tabs.

const KEPT_MS = 7 * 24 * 3600_000; // so long after the last message a reload brings it back

/** The kept conversation: whose it is, when it was last used, what was looked at. */
export class Kept {
  /** @param {import("./stored.js").Stored} stored */
  constructor(stored) {
    this.stored = stored;
  }

  /** The conversation {id, token, person, at}, or null. */
  get conversation() {
    return this.stored.get("conversation");
  }

  /** Whether it is worth being brought back. */
  get isFresh() {
    return Date.now() - (this.conversation?.at ?? 0) < KEPT_MS;
  }

  /** Number of the last message that was looked at in any tab, or null. */
  get seen() {
    return this.stored.get("seen");
  }

  set seen(seq) {
    this.stored.set("seen", seq);
  }

  /** Keep a conversation from now on. */
  keep(opened) {
    this.stored.set("conversation", { ...opened, at: Date.now() });
  }

  /** Forget a conversation, unless another tab has begun a new one. */
  forget({ id }) {
    if (this.conversation?.id !== id) return;
    this.stored.set("conversation", null);
    this.seen = null;
  }

  /** Note who is signed in now; whether it is somebody else than the one who was here before. */
  meet(person) {
    // Unsent texts are somebody's, too, before there is a conversation.
    const before = this.conversation?.person || this.stored.get("person");
    this.stored.set("person", person || null);
    return Boolean(before) && before !== person;
  }
}
