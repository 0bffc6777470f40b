// Keeps what is not saved in this browser, by person, entry and window: a reload, a crash, signing
// out or a lost connection takes nothing away.

const PREFIX = "baowen-entry";
const TAB = "baowen-window";

function windowName() {
  const known = sessionStorage.getItem(TAB);
  if (known) return known;
  const made = crypto.getRandomValues(new Uint32Array(2)).join("");
  sessionStorage.setItem(TAB, made);
  return made;
}

export class LocalDraft {
  /**
   * @param {string} person The account's id.
   * @param {string} entry The entry's id; empty for a new one.
   * @param {(others: number) => void} onOthers Is told how many other windows have the entry open.
   */
  constructor(person, entry, onOthers) {
    this.prefix = `${PREFIX}|${person}|${entry || "+"}|`;
    this.window = windowName();
    this.others = new Set();
    this.onOthers = onOthers;
    this.channel = new BroadcastChannel(this.prefix);
    this.channel.onmessage = ({ data }) => this.#heard(data);
    this.channel.postMessage({ kind: "opened", window: this.window });
  }

  /** Keep a text that was made from a revision; false where this browser has no room. */
  keep(base, text) {
    try {
      localStorage.setItem(this.prefix + this.window, JSON.stringify({ base, text, at: new Date().toISOString() }));
      return true;
    } catch {
      return false;
    }
  }

  /** Forget what this window kept. */
  forget() {
    localStorage.removeItem(this.prefix + this.window);
  }

  /** Forget one of those that `found` told. */
  drop(draft) {
    localStorage.removeItem(draft.key);
  }

  /** Return what is kept of this entry, the newest first; not what another open window is writing. */
  found() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    const mine = keys.filter((key) => !this.others.has(key.slice(this.prefix.length)));
    return mine.map(read).filter(Boolean).sort((a, b) => b.at.localeCompare(a.at));
  }

  close() {
    this.channel.postMessage({ kind: "closed", window: this.window });
    this.channel.close();
  }

  #heard({ kind, window }) {
    if (window === this.window) return;
    if (kind === "opened") this.channel.postMessage({ kind: "here", window: this.window });
    if (kind === "closed") this.others.delete(window);
    else this.others.add(window);
    this.onOthers(this.others.size);
  }
}

function read(key) {
  try {
    const { base, text, at } = JSON.parse(localStorage.getItem(key));
    return typeof at === "string" && text ? { key, base, text, at } : null;
  } catch {
    return null;
  }
}
