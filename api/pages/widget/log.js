// The log: shows what the conversation holds, each element built once, and scrolls with it.

import { paragraphs } from "./answer_text.js";
import { customerText, picks, problem, problemText, storedMessage, typing, welcome } from "./messages.js";
import { momentText } from "./moments.js";
import { button, part, set } from "./parts.js";
import { uploadRow } from "./uploads.js";

const PAUSE_MS = 10 * 60_000; // after so long the time is told again
const NEAR = 48;

/** The part of the panel that scrolls. */
export class Log {
  #elements = new Map();
  #following = true;

  constructor(context) {
    this.context = context;
    const { words } = context;
    this.log = set(part("div", "log"), { role: "log", "aria-live": "polite", "aria-label": words.log });
    this.tail = part("div", "tail");
    this.scroll = part("div", "scroll", [this.log, this.tail]);
    set(this.scroll, { tabindex: "0", role: "region", "aria-label": words.scroll });
    this.jump = button("jump", words.newer, () => this.toEnd());
    this.jump.hidden = true;
    this.element = part("div", "middle", [this.scroll, this.jump]);
    for (const name of ["wheel", "touchmove", "keydown"]) {
      this.scroll.addEventListener(name, () => (this.#following = this.#atEnd), { passive: true });
    }
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  /** Show the conversation as it is now. */
  update(conversation) {
    const wanted = this.#wanted(conversation);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, element] of this.#elements) if (!keys.has(key)) this.#remove(key, element);
    const added = wanted.filter((item, index) => this.#place(item, index));
    set(this.log, { "aria-busy": conversation.outbox.busy ? "true" : null });
    if (added.length) this.#reveal(added.map(({ key }) => key));
  }

  /** Offer questions under the greeting. */
  offer(questions) {
    const greeting = this.#elements.get("welcome");
    if (!greeting || !questions.length || greeting.querySelector(".more")) return;
    greeting.append(picks(questions, this.context.words.samples, "chips", this.context.onPick, true));
  }

  /** Go to the end. */
  toEnd() {
    this.#following = true;
    this.#scrollTo(this.scroll.scrollHeight);
    this.scroll.focus({ preventScroll: true });
  }

  /** Show the end when the panel opens, without moving there. */
  showEnd() {
    this.#following = true;
    this.#scrollTo(this.scroll.scrollHeight, "instant");
  }

  /** Run `change`, which may make the log's window lower; who reads the end goes on reading it. */
  keepEnd(change) {
    const end = this.#atEnd;
    const height = this.scroll.clientHeight;
    change();
    if (end && this.scroll.clientHeight !== height) this.showEnd();
  }

  /** Run `change`, which makes the log longer or shorter, and stay where the customer reads. */
  keepPlace(change) {
    const share = (this.scroll.scrollTop + this.scroll.clientHeight) / this.scroll.scrollHeight;
    change();
    this.#scrollTo(share * this.scroll.scrollHeight - this.scroll.clientHeight, "instant");
  }

  /** Scroll to what was put under the messages, if the customer follows. */
  revealTail() {
    if (this.#following) this.#scrollTo(this.tail.offsetTop - NEAR);
  }

  get #atEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  #scrolled() {
    if (!this.#atEnd) return;
    this.#following = true;
    this.jump.hidden = true;
  }

  /** Return what is to stand in the log: a key, what builds the element, what keeps it up to date. */
  #wanted(conversation) {
    const { context } = this;
    const { outbox, files, standing, agentTyping } = conversation;
    return [
      { key: "welcome", build: () => welcome(context, context.company.short_name ?? "") },
      ...this.#stored(conversation.ledger.list()),
      ...outbox.items.map((item) => this.#unsent(item, outbox.problem)),
      ...(outbox.notice ? [{ key: "!held", build: () => this.#told(outbox.notice) }] : []),
      ...(outbox.problem ? [{ key: `!${outbox.problem}`, build: () => this.#problem(outbox.problem) }] : []),
      ...files.items.map((item) => ({ key: item.client_id, ...uploadRow(context, item) })),
      ...(outbox.busy && standing.state === "assistant" ? [{ key: "dots", build: () => typing(context, false) }] : []),
      ...(agentTyping ? [{ key: "agent-dots", build: () => typing(context, true) }] : []),
    ];
  }

  #stored(messages) {
    let before = 0;
    return messages.flatMap((message) => {
      const at = Date.parse(message.at);
      const row = { key: keyOf(message), build: () => storedMessage(this.context, message), refresh: settled };
      const pause = at - before > PAUSE_MS;
      before = at;
      return pause ? [{ key: `t${message.seq}`, build: () => part("p", "time", momentText(at)) }, row] : [row];
    });
  }

  #unsent(item, isStuck) {
    const { words } = this.context;
    const label = item.held ? words.held : isStuck && words.unsent;
    const refresh = label ? (element) => waiting(element, label, item.held) : settled;
    return { key: keyOf(item), build: () => customerText(this.context, item.text), refresh };
  }

  #told(text) {
    return set(part("div", "told", paragraphs(text)), { role: "status" });
  }

  #problem(kind) {
    const { words, company, onRetry } = this.context;
    return problem(words, problemText(words, company, kind), onRetry);
  }

  // A message keeps its element when it is stored, so that nothing jumps.
  #place({ key, build, refresh }, index) {
    const present = this.#elements.get(key);
    const element = present ?? build();
    if (!present) this.#elements.set(key, element);
    refresh?.(element);
    if (this.log.children[index] !== element) this.log.insertBefore(element, this.log.children[index] ?? null);
    return !present;
  }

  #remove(key, element) {
    if (element.contains(this.scroll.getRootNode().activeElement)) this.scroll.focus({ preventScroll: true });
    element.remove();
    this.#elements.delete(key);
  }

  #reveal(keys) {
    const own = [...this.log.querySelectorAll(".from-customer")].at(-1);
    const newest = this.#elements.get(keys.at(-1));
    if (keys.some((key) => this.#elements.get(key) === own)) this.#following = true;
    if (!this.#following) {
      this.jump.hidden = !newest.matches(".message");
      return;
    }
    // An answer is read from its question on; what people write, from its own beginning.
    const seen = newest.matches(".from-agent, .told, .time") || !own ? newest : own;
    this.#scrollTo(seen.offsetTop - 12);
  }

  #scrollTo(top, behavior = "auto") {
    this.scroll.scrollTo({ top: Math.min(top, this.scroll.scrollHeight - this.scroll.clientHeight), behavior });
  }
}

function waiting(element, label, isHeld) {
  element.classList.toggle("held", Boolean(isHeld));
  element.classList.toggle("unsent", !isHeld);
  element.dataset.state = label;
}

function settled(element) {
  element.classList.remove("unsent", "held");
  delete element.dataset.state;
}

function keyOf(message) {
  return message.client_id ? `c${message.client_id}` : `s${message.seq}`;
}
