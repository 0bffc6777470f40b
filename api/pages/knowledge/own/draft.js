// Keeps what was written and not saved in this browser, so that no reload loses it.

export class Draft {
  constructor(name) {
    this.key = `baowen.knowledge.${name}`;
  }

  /** Return what was written over a revision, or null. */
  read(revision) {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      return kept?.revision === revision ? kept.value : null;
    } catch {
      return null;
    }
  }

  keep(revision, value) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ revision, value }));
    } catch {
      // private windows keep nothing: what is written is still on the page
    }
  }

  drop() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // as above
    }
  }
}
