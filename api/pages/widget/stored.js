// What is kept in this browser, under names that no other script of the site uses.
// Storage may be forbidden (private window, embedded page): then nothing is remembered.

/** A named part of the browser's storage: what all tabs keep, or what ends with this tab. */
export class Stored {
  /** @param {"local" | "session"} kind Which of the two storages. */
  constructor(prefix, kind = "local") {
    this.prefix = `baowen:${prefix}:`;
    this.kind = `${kind}Storage`;
  }

  /** Return what is kept under a name, or null. */
  get(name) {
    return quietly(() => JSON.parse(window[this.kind].getItem(this.prefix + name)));
  }

  /** Keep a value; null removes it. */
  set(name, value) {
    quietly(() => {
      if (value === null) window[this.kind].removeItem(this.prefix + name);
      else window[this.kind].setItem(this.prefix + name, JSON.stringify(value));
    });
  }

  /** Return the names that begin so. */
  names(start) {
    const keys = quietly(() => Object.keys(window[this.kind])) ?? [];
    return keys.filter((key) => key.startsWith(this.prefix + start)).map((key) => key.slice(this.prefix.length));
  }
}

function quietly(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
