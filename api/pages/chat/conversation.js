// The conversation on this page: what is sent, what is waited for, what was said before.

import { ask, AskError } from "./ask.js";
import { assistantMessage, customerMessage, problemMessage, typingMessage } from "./messages.js";
import { LABELS, PERSON } from "./words.js";

const REMEMBERED = 10; // earlier texts that are sent along

/** One customer talking with the assistant in one log. */
export class Conversation {
  /**
   * @param {HTMLElement} log Where messages are put.
   * @param {{onReached: () => void, onProblem: (kind: string, text: string) => void}} events
   */
  constructor(log, events) {
    this.log = log;
    this.events = events;
    this.history = [];
    this.waiting = null; // {text, abort} of the question under way
  }

  /** Send a text; false where another one is still under way. A person can always be asked for. */
  say(text) {
    if (this.waiting) {
      if (text !== PERSON || this.waiting.text === PERSON) return false;
      this.#giveUp();
    }
    const message = customerMessage(text);
    this.log.append(message);
    this.#exchange(text, message);
    return true;
  }

  /** Run `change`, which makes the log longer or shorter, and stay where the customer reads. */
  keepPlace(change) {
    const bottom = () => this.log.scrollTop + this.log.clientHeight;
    const share = bottom() / this.log.scrollHeight;
    change();
    const top = share * this.log.scrollHeight - this.log.clientHeight;
    this.log.scrollTo({ top, behavior: "instant" });
  }

  async #exchange(text, message) {
    const abort = new AbortController();
    this.waiting = { text, abort };
    const typing = typingMessage();
    this.log.append(typing);
    this.log.setAttribute("aria-busy", "true");
    this.#scrollTo(message);
    try {
      const reply = await ask(text, this.history.slice(-REMEMBERED), abort.signal);
      this.history.push(text);
      typing.replaceWith(assistantMessage(reply, (choice) => this.say(choice)));
      this.events.onReached();
    } catch (error) {
      typing.remove();
      if (error.name === "AbortError") return;
      this.#fail(error, text, message);
    } finally {
      this.#finish(abort);
    }
    this.#scrollTo(message);
  }

  #giveUp() {
    this.history.push(this.waiting.text); // it was said, though nobody answered
    this.waiting.abort.abort();
  }

  #finish(abort) {
    if (this.waiting?.abort !== abort) return; // the next one has begun
    this.waiting = null;
    this.log.removeAttribute("aria-busy");
  }

  #fail(error, text, message) {
    if (!(error instanceof AskError)) throw error;
    message.classList.add("unsent");
    message.dataset.state = LABELS.unsent;
    const notice = problemMessage(error.kind, error.retryable && (() => this.#retry(text, message, notice)));
    message.after(notice);
    this.events.onProblem(error.kind, text);
  }

  #retry(text, message, notice) {
    if (this.waiting) return;
    notice.remove();
    message.classList.remove("unsent");
    delete message.dataset.state;
    this.log.append(message); // what was said in between stays above
    this.log.focus({ preventScroll: true }); // the button that had it is gone
    this.#exchange(text, message);
  }

  /** Show the end of the log, but never less than the beginning of the last question. */
  #scrollTo(message) {
    const top = message.offsetTop - 12;
    this.log.scrollTop = Math.min(top, this.log.scrollHeight - this.log.clientHeight);
  }
}
