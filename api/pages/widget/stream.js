// Follows a conversation live, over a connection that may break at any time.

import { Backoff } from "./backoff.js";
import { EventParser } from "./event_parser.js";
import { address, bearer, CallError, failure } from "./server.js";

const SILENCE_MS = 45_000; // the server gives a sign of life each 15 seconds

/** Reads the events of one conversation until it is stopped; reconnects by itself. */
export class Stream {
  #backoff = new Backoff();
  #stopped = new AbortController();
  #attempt = new AbortController();

  /**
   * @param {{id: string, token: string}} conversation
   * @param {{after: () => number, onEvent: (name: string, data: object) => void,
   *   onConnected: () => void, onLost: () => Promise<void>, onGone: () => void}} events
   *   `onLost` catches up another way, where streams do not get through.
   */
  constructor(conversation, events) {
    this.conversation = conversation;
    this.events = events;
    this.#follow();
  }

  /** End for good. */
  stop() {
    this.#stopped.abort();
    this.#attempt.abort();
    this.#backoff.cut();
  }

  /** Try again now if the connection is down. */
  hurry() {
    this.#backoff.cut();
  }

  /** Begin a new connection now: the present one may be dead without a sign. */
  renew() {
    this.#attempt.abort();
    this.hurry();
  }

  async #follow() {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const after = await this.#connect().then(() => 0, (error) => this.#failed(error));
      if (!signal.aborted) await this.#backoff.wait(after);
    }
  }

  async #connect() {
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#attempt.abort(), SILENCE_MS);
    };
    alive();
    try {
      await this.#read(signal, alive);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(signal, alive) {
    const { id, token } = this.conversation;
    const headers = { ...bearer(token), "Last-Event-ID": String(this.events.after()) };
    const options = { headers, signal, credentials: "omit", cache: "no-store" };
    const response = await fetch(address(`conversations/${id}/events`), options);
    if (!response.ok) throw failure(response.status, response.headers.get("Retry-After"));
    const parser = new EventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let next = await reader.read(); !next.done && !signal.aborted; next = await reader.read()) {
      alive();
      this.#backoff.reset();
      this.events.onConnected();
      for (const { event, data } of parser.push(next.value)) this.events.onEvent(event, JSON.parse(data));
    }
  }

  async #failed(error) {
    if (this.#stopped.signal.aborted) return 0;
    if (error instanceof CallError && error.kind === "gone") {
      this.stop();
      this.events.onGone();
      return 0;
    }
    await this.events.onLost();
    return (error.after ?? 0) * 1000;
  }
}
