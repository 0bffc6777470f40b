// A file on its way, in the log.

import { problemText } from "./messages.js";
import { sizeText } from "./moments.js";
import { button, DRAWINGS, icon, part } from "./parts.js";

// What is wrong with the file itself; the rest may be over at the next try.
const FAULTS = new Set(["type", "too_large", "empty"]);

/** Return what builds and refreshes the element of a file that is being sent. */
export function uploadRow(context, item) {
  return { build: () => built(context, item), refresh: (element) => refresh(element, context, item) };
}

function built({ words, onDropFile, onRetryFile }, item) {
  const facts = part("span", "facts", [part("span", "file-name", item.file.name), part("small", "", sizeText(item.file.size))]);
  const bar = part("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", item.file.name);
  const state = part("p", "state");
  state.setAttribute("role", "status");
  const again = button("retry", words.retry, () => onRetryFile(item));
  const buttons = part("div", "more", [again, button("drop", words.drop, () => onDropFile(item))]);
  const bubble = part("div", "bubble file", [icon(DRAWINGS.file), facts]);
  return part("div", "message from-customer upload", [bubble, bar, state, buttons]);
}

function refresh(element, { words, company }, item) {
  const { problem } = item;
  const bar = element.querySelector("progress");
  bar.value = item.share;
  bar.hidden = Boolean(problem);
  element.querySelector(".more").hidden = !problem;
  element.querySelector(".state").textContent = stateText(words, company, item);
}

function stateText(words, company, { problem, share }) {
  if (!problem) return words.sending(Math.round(share * 100));
  return FAULTS.has(problem) ? problemText(words, company, problem) : words.unsentFile;
}
