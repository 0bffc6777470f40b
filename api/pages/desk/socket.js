// The one socket of the desk: connects again by itself, and asks then for what was missed.

const ALIVE_MS = 25_000;
const SILENT_MS = 40_000;
const WAITS_MS = [500, 1000, 2000, 5000, 10_000];

export class DeskSocket {
  /**
   * @param {object} hooks
   * @param {(event: object) => void} hooks.onEvent
   * @param {(state: "online" | "connecting") => void} hooks.onState
   * @param {() => void} hooks.onOut The session is over.
   */
  constructor(hooks) {
    this.hooks = hooks;
    this.tries = 0;
    setInterval(() => this.#beat(), ALIVE_MS);
    addEventListener("online", () => this.#again(0));
  }

  connect() {
    this.hooks.onState("connecting");
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/v1/desk/events`);
    this.socket = socket;
    this.heard = Date.now();
    socket.addEventListener("message", ({ data }) => {
      this.heard = Date.now();
      const event = JSON.parse(data);
      if (event.type === "hello") {
        this.tries = 0;
        this.hooks.onState("online");
      }
      if (event.type !== "alive") this.hooks.onEvent(event);
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket !== this.socket) return;
      if (code === 1008) return this.hooks.onOut();
      this.hooks.onState("connecting");
      this.#again(WAITS_MS[Math.min(this.tries++, WAITS_MS.length - 1)] * (0.75 + Math.random() / 2));
    });
  }

  /** Tell the server something; what does not get through is told anew after the next hello. */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #again(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.socket.readyState >= WebSocket.CLOSING) this.connect();
    }, wait);
  }

  #beat() {
    this.send({ type: "alive" });
    if (Date.now() - this.heard > SILENT_MS && this.socket?.readyState === WebSocket.OPEN) {
      const { socket } = this;
      this.socket = { readyState: WebSocket.CLOSED }; // a dead line closes too slowly to wait for it
      socket.close();
      this.#again(0);
    }
  }
}
