// The messages of one conversation; each number is shown once, and only new ones touch the page.

import { element } from "../shared/element.js";
import { AUTHORS, clockText, sizeText } from "./words.js";

const NEAR_END_PX = 80;
const TYPING_MS = 5000;

export class Transcript {
  /**
   * @param {string} ticket Its id.
   * @param {(what: string, place: HTMLElement) => void} onReveal
   */
  constructor(ticket, onReveal) {
    Object.assign(this, { ticket, onReveal });
    this.shown = new Map();
    this.last = 0;
    this.log = element("ol", { class: "log", "aria-label": "对话内容" });
    this.typing = element("p", { class: "typing quiet", role: "status" });
    this.node = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "对话记录" }, this.log, this.typing);
    this.pinned = true; // whether the newest message stays in sight
    this.node.addEventListener("scroll", () => {
      this.pinned = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END_PX;
    });
    new ResizeObserver(() => this.pinned && this.toEnd()).observe(this.node);
  }

  /** Add messages; those that are there stay as they are. */
  add(messages) {
    const fresh = messages.filter(({ seq }) => !this.shown.has(seq));
    for (const message of fresh.sort((one, other) => one.seq - other.seq)) this.#place(message);
    if (fresh.some(({ author }) => author === "customer")) this.typing.textContent = "";
    if (fresh.length && this.pinned) this.toEnd();
    return fresh;
  }

  toEnd() {
    this.pinned = true;
    this.node.scrollTop = this.node.scrollHeight;
  }

  showTyping() {
    this.typing.textContent = "客户正在输入…";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.typing.textContent = ""), TYPING_MS);
  }

  #place(message) {
    const node = this.#message(message);
    this.shown.set(message.seq, node);
    if (message.seq > this.last) {
      this.last = message.seq;
      return this.log.append(node);
    }
    const after = [...this.shown.keys()].filter((seq) => seq > message.seq);
    this.log.insertBefore(node, this.shown.get(Math.min(...after)));
  }

  #message({ seq, author, agent, kind, text, at, attachment, masked }) {
    const who = agent && author === "agent" ? agent : AUTHORS[author];
    const head = element("span", { class: "by quiet" }, `${who} `, element("time", { datetime: at }, clockText(at)));
    const body = element("p", { class: "text" }, attachment ? this.#file(attachment) : text);
    const reveal = masked && !attachment
      ? element("button", { type: "button", class: "reveal", on: { click: () => this.onReveal(`message:${seq}`, body) } }, "查看完整内容")
      : null;
    return element("li", { class: `message ${author}`, dataset: { kind, seq } }, head, body, reveal);
  }

  #file({ id, name, bytes }) {
    const href = `/v1/tickets/${this.ticket}/attachments/${id}`;
    return element("a", { class: "file", href, download: name }, `${name}（${sizeText(bytes)}）`);
  }
}
