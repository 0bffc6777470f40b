// Tabs of one site tell each other what they did.

/** A channel between the tabs; where the browser has none, each tab learns from the server. */
export class Tabs {
  /** @param {(told: object) => void} onTold Gets what another tab tells. */
  constructor(name, onTold) {
    if (!globalThis.BroadcastChannel) return;
    this.channel = new BroadcastChannel(name);
    this.channel.addEventListener("message", (event) => onTold(event.data));
  }

  /** Tell the other tabs. */
  tell(what) {
    this.channel?.postMessage(what);
  }

  /** Hear no more. */
  close() {
    this.channel?.close();
    this.channel = null; // a text may still be on its way, and a closed channel throws
  }
}
