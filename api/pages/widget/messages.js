// Builds what stands in the log.

import { paragraphs } from "./answer_text.js";
import { provisionText } from "./legal_basis.js";
import { button, dots, DRAWINGS, icon, part, set } from "./parts.js";
import { dayText, sizeText } from "./moments.js";

const ALSO = /^如果您[问問]的是/;

/** Return the greeting; `samples` are put into it when they are known. */
export function welcome({ words }, name) {
  const lines = [part("p", "", words.welcome(name)), part("p", "small", words.careful)];
  return said("assistant", words.assistantSays, [part("div", "bubble", lines)]);
}

/** Return the customer's text, stored or on its way. */
export function customerText({ words }, text) {
  return said("customer", words.customerSays, [part("p", "bubble", text)]);
}

/** Return a stored message. */
export function storedMessage(context, message) {
  if (message.author === "system") return part("div", "told", paragraphs(message.text));
  if (message.kind === "attachment") return attachment(context, message);
  if (message.author === "customer") return customerText(context, message.text);
  return message.author === "agent" ? agentText(context, message) : assistantText(context, message);
}

/** Return the dots that stand where a message will stand. */
export function typing({ words }, byAgent) {
  const label = part("span", "unseen", byAgent ? words.agentTyping : words.typing);
  const bubble = part("div", "bubble typing", [label, dots()]);
  return said(byAgent ? "agent" : "assistant", "", byAgent ? [bubble] : [bubble, part("p", "slow", words.slow)]);
}

/** Return a group of buttons that send their text. */
export function picks(choices, label, className, onPick, titled = false) {
  const group = set(part("div", `more ${className}`), { role: "group", "aria-label": label });
  if (titled) group.append(part("p", "title", label));
  group.append(...choices.map(({ text }) => button("pick", text, () => onPick(text))));
  return group;
}

/** Return what is said when something of a kind failed. */
export const problemText = (words, company, kind) => filled(words.problems[kind] ?? words.problems.server, company);

/** Return what is said when a deed failed: it is not done again by itself, as a text is sent. */
export const undoneText = (words, company, kind) => filled(words.undone[kind] ?? words.problems[kind], company);

function filled(text, company) {
  const { most_bytes: most, media_types: types = [] } = company.attachments ?? {};
  const kinds = types.map((type) => type.split("/")[1].toUpperCase()).join("、");
  return typeof text === "function" ? text(company.hotline, most ? sizeText(most) : "", kinds) : text;
}

/** Return the notice of something that failed; `onRetry` is left out where it is no use. */
export function problem(words, text, onRetry) {
  const notice = part("div", "notice", paragraphs(text));
  notice.setAttribute("role", "alert");
  if (onRetry) notice.append(button("retry", words.retry, onRetry));
  return notice;
}

function said(author, who, content) {
  return part("div", `message from-${author}`, [part("span", "unseen", who), ...content]);
}

function agentText({ words }, message) {
  const name = part("p", "name", message.agent || words.agent);
  name.setAttribute("aria-hidden", "true");
  return said("agent", words.agentSays(message.agent), [name, part("div", "bubble", paragraphs(message.text))]);
}

function assistantText({ words, onPick }, message) {
  const reply = message.reply ?? {};
  const urgent = reply.urgency === "immediate";
  const [main, also] = splitAlso(message.text, reply.also_entry_id);
  const bubble = part("div", "bubble", paragraphs(main));
  if (reply.action === "handoff") bubble.prepend(part("p", "tag", words.handoff(words.queues[reply.queue], urgent)));
  const citations = reply.citations ?? [];
  const of = (isAlso) => citations.filter((one) => (one.entry_id === reply.also_entry_id) === isAlso);
  bubble.append(...basis(words, of(false), message.at));
  const element = said("assistant", words.assistantSays, [bubble]);
  element.classList.toggle("urgent", urgent);
  if (also) element.append(alsoBlock(words, also, of(true), message.at));
  if (reply.choices?.length) element.append(picks(reply.choices, words.choices, "choices", onPick));
  if (reply.related?.length) element.append(picks(reply.related, words.related, "chips", onPick, true));
  return element;
}

// The entry that may be meant instead is a paragraph of its own in the answer's text.
function splitAlso(text, alsoId) {
  const blocks = text.split("\n\n");
  const at = alsoId ? blocks.findIndex((block) => ALSO.test(block)) : -1;
  const [also] = at > 0 ? blocks.splice(at, 1) : [];
  return [blocks.join("\n\n"), also];
}

function alsoBlock(words, text, citations, at) {
  const [question, ...answer] = paragraphs(text);
  question.className = "question";
  const block = part("div", "also", [question, ...answer, ...basis(words, citations, at)]);
  return set(block, { role: "note", "aria-label": words.also });
}

function basis(words, citations, at) {
  if (!citations.length) return [];
  const provisions = citations.flatMap((one) => one.basis ?? []).map(provisionText);
  const sources = citations.map((one) => words.sources[one.source] ?? "").filter(Boolean);
  const named = [...new Set(provisions.length ? provisions : sources)].join("、");
  const items = citations.map((one) => part("li", "", sourceOf(words, one)));
  items.push(part("li", "", words.asOf(dayText(at))));
  const details = part("details", "basis", [part("summary", "", words.more), part("ul", "", items)]);
  return [...(named ? [part("p", "basis-line", words.basis + named)] : []), details];
}

function sourceOf(words, citation) {
  const entry = words.entry(citation.entry_id, String(citation.revision));
  return [words.sources[citation.source], entry].filter(Boolean).join("，");
}

function attachment({ words, onDownload }, message) {
  const { name = "", bytes = 0 } = message.attachment ?? {};
  const load = button("download", words.download, () => onDownload(message.attachment));
  load.setAttribute("aria-label", `${words.download} ${name}`);
  const facts = part("span", "facts", [part("span", "file-name", name), part("small", "", sizeText(bytes))]);
  const mine = message.author === "customer";
  const bubble = part("div", "bubble file", [icon(DRAWINGS.file), facts, load]);
  return said(mine ? "customer" : "agent", mine ? words.customerSays : words.agentSays(message.agent), [bubble]);
}
