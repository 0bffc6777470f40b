// Builds what stands in the log. Only textContent is set: no text can become markup.

import { paragraphs } from "../widget/answer_text.js";
import { handoffNote, LABELS, PROBLEMS, SOURCES } from "./words.js";

/** Return the customer's message. */
export function customerMessage(text) {
  const message = part("div", "message from-customer", [part("span", "unseen", LABELS.customer)]);
  message.append(part("p", "bubble", text));
  return message;
}

/** Return the three dots that stand where the reply will stand. */
export function typingMessage() {
  const dots = part("div", "bubble typing", [part("span"), part("span"), part("span")]);
  return part("div", "message from-assistant", [dots, part("p", "slow", LABELS.slow)]);
}

/**
 * Return the assistant's message.
 *
 * @param {object} reply The object of `POST /v1/ask`.
 * @param {(text: string) => void} onPick Called with the text of a picked choice.
 */
export function assistantMessage(reply, onPick) {
  const urgent = reply.urgency === "immediate";
  const message = part("div", "message from-assistant", [part("span", "unseen", LABELS.assistant)]);
  message.classList.toggle("urgent", urgent);
  const bubble = part("div", "bubble", paragraphs(reply.text));
  if (reply.action === "handoff") bubble.prepend(part("p", "tag", handoffNote(reply.queue, urgent)));
  bubble.append(...basisOf(reply.citations ?? []));
  message.append(bubble);
  message.append(...buttons(reply.choices ?? [], LABELS.choices, "choices", onPick));
  message.append(...buttons(reply.related ?? [], LABELS.related, "chips", onPick, true));
  return message;
}

/** Return what is shown when a message could not be sent; `onRetry` is left out where it is no use. */
export function problemMessage(kind, onRetry) {
  const notice = part("div", "notice", paragraphs(PROBLEMS[kind]));
  notice.setAttribute("role", "alert");
  if (onRetry) notice.append(button("retry", LABELS.retry, onRetry));
  return notice;
}

/** Return a group of buttons that send their text, in a list of none or one. */
export function buttons(choices, label, className, onPick, titled = false) {
  if (!choices.length) return [];
  const group = part("div", `more ${className}`);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", label);
  if (titled) group.append(part("p", "title", label));
  group.append(...choices.map((choice) => button("pick", choice.text, () => onPick(choice.text))));
  return [group];
}

function basisOf(citations) {
  if (!citations.length) return [];
  const items = citations.flatMap((citation) => [
    ...[...new Set(citation.basis)].map((provision) => part("li", "", provision)),
    part("li", "", sourceOf(citation)),
  ]);
  const details = part("details", "basis", [part("summary", "", LABELS.basis), part("ul", "", items)]);
  return [details];
}

function sourceOf(citation) {
  const source = SOURCES[citation.source];
  const entry = `${LABELS.entry} ${citation.entry_id}（第 ${citation.revision} 版）`;
  return source ? `${source}，${entry}` : entry;
}

function button(className, text, onClick) {
  const element = part("button", className, text);
  element.type = "button";
  element.addEventListener("click", onClick);
  return element;
}

function part(name, className = "", content = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (typeof content === "string") element.textContent = content;
  else element.append(...content);
  return element;
}
