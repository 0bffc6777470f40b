// The panel: header, log, where the conversation stands, input. A dialog, or the whole page.
// What comes and goes stands under the log, so that nothing moves that is being read.

import { callbackForm } from "./callback.js";
import { complaintSteps } from "./complaint.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { problem, problemText, undoneText } from "./messages.js";
import { button, drawnButton, DRAWINGS, icon, part, set } from "./parts.js";
import { recommendationCard } from "./recommendation.js";
import { Standing } from "./standing.js";
import { surveyForm } from "./survey.js";

// What is asked when a conversation is over, one after the other.
const QUESTIONS = {
  survey: (context) => surveyForm(context, context.onRate),
  recommendation: (context) => recommendationCard(context, context.onRecommend),
};

/** Everything but the bubble. */
export class Panel {
  #tail = "";
  #questions = [];

  /** @param {object} context Words, the company, and what to do (see element.js). */
  constructor(context) {
    this.context = context;
    const { words, isPage } = context;
    this.log = new Log(context);
    this.composer = new Composer(context);
    this.standing = new Standing(context);
    this.offline = set(part("p", "offline"), { role: "status" });
    this.certificate = part("p", "certificate", words.certificate);
    this.composer.element.append(this.certificate);
    this.element = set(part(isPage ? "section" : "dialog", "panel"), { "aria-labelledby": "title" });
    this.element.append(this.#header(), this.log.element, this.offline, this.standing.element, this.composer.element);
  }

  /** Show the conversation as it is now. */
  update(conversation) {
    this.conversation = conversation;
    this.log.keepEnd(() => this.#tellStanding(conversation));
    this.log.update(conversation);
    this.composer.update(conversation);
    this.#updateTail(conversation);
    this.#offer();
  }

  /** Show what is known of the company, and the questions that are asked most. */
  tell(company, questions) {
    this.#name();
    this.certificate.hidden = company.certified === true;
    this.composer.take(company.attachments);
    this.#questions = questions;
    this.#offer();
  }

  /** Show that something the customer did has failed; what can be done again, by `onRetry`. */
  fail({ kind, text }, onRetry) {
    const { words, company } = this.context;
    if (text) this.composer.offer(text);
    const told = (onRetry ? undoneText : problemText)(words, company, kind);
    this.#show("problem", problem(words, told, onRetry));
  }

  /** Show the form that asks to be called. */
  askForCall() {
    const form = callbackForm(this.context, this.context.onCallbackSent, () => this.#show("", null));
    this.#show("callback", form);
    form.elements.phone.focus();
  }

  /** Show how far a complaint is. */
  showComplaint(number, complaint) {
    this.#show("complaint", complaintSteps(this.context, number, complaint, () => this.#show("", null)));
  }

  /** Take away what stands under the messages. */
  clearTail() {
    this.#show("", null);
  }

  #header() {
    const { words, isPage, onShrink, onLarge, onScript } = this.context;
    this.title = set(part(isPage ? "h1" : "h2"), { id: "title", tabindex: "-1" });
    this.#name();
    const names = part("div", "name", [this.title, part("p", "", words.robot)]);
    this.large = set(button("toggle", words.large, onLarge), { "aria-pressed": String(this.context.isLarge()) });
    const script = set(button("toggle script", words.script, onScript), { "aria-label": words.scriptName, title: words.scriptName });
    const shrink = isPage ? [] : [drawnButton("toggle shrink", DRAWINGS.down, words.shrink, onShrink)];
    const logo = part("span", "logo", [icon(DRAWINGS.shield)]);
    return part("div", "bar", [logo, names, part("div", "toggles", [this.large, script, ...shrink])]);
  }

  #tellStanding(conversation) {
    const { words } = this.context;
    const offline = conversation.outbox.notice ? "" : (words.lost[conversation.lost] ?? "");
    if (this.offline.textContent !== offline) this.offline.textContent = offline;
    this.standing.update(conversation);
  }

  // Who has a conversation needs no questions to begin with, until it is lost.
  #offer() {
    if (this.conversation && !this.conversation.opened) this.log.offer(this.#questions);
  }

  #name() {
    const { company, words } = this.context;
    this.title.textContent = [company.short_name, words.assistant].filter(Boolean).join(" ");
  }

  #updateTail({ standing, ledger }) {
    const { state, rated } = standing;
    const over = state === "closed" && ledger.upTo > 0;
    const wanted = !over ? "" : !rated ? "survey" : standing.asks_recommendation ? "recommendation" : "";
    const asked = this.#tail in QUESTIONS;
    if (wanted && wanted !== this.#tail && (asked || this.#tail === "")) this.#show(wanted, QUESTIONS[wanted](this.context));
    else if (!wanted && asked) this.#show("thanks", over || (rated && this.#tail === "survey") ? this.#thanks() : null);
    if (this.#tail === "callback" && state !== "waiting") this.#show("", null);
  }

  #thanks() {
    return set(part("p", "told", this.context.words.thanks), { role: "status" });
  }

  #show(kind, element) {
    const { tail } = this.log;
    if (tail.contains(tail.getRootNode().activeElement)) this.log.scroll.focus({ preventScroll: true });
    this.#tail = kind;
    tail.replaceChildren(...(element ? [element] : []));
    if (element) this.log.revealTail();
  }
}
