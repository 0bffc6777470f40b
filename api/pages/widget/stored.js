// What is kept in this browser, under names that no other script of the site uses.
// Storage may be forbidden (private window, embedded page): then nothing is remembered.

/** A named part of the browser's storage. */
export class Stored {
  constructor(prefix) {
    this.prefix = `baowen:${prefix}:`;
  }

  /** Return what is kept under a name, or null. */
  get(name) {
    return quietly(() => JSON.parse(localStorage.getItem(this.prefix + name)));
  }

  /** Keep a value; null removes it. */
  set(name, value) {
    quietly(() => {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    });
  }

  /** Return the names that begin so. */
  names(start) {
    const keys = quietly(() => Object.keys(localStorage)) ?? [];
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
