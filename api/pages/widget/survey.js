// Asks at the end whether it is solved, and for a score.

import { errorLine, field } from "./fields.js";
import { part, set } from "./parts.js";

/** Return the form; `onRate` gets {score, resolved, comment} and tells whether it was stored. */
export function surveyForm({ words }, onRate) {
  const solved = group("resolved", words.solved, [["yes", words.yes], ["no", words.no]]);
  const scores = words.scores.map((name, index) => [String(index + 1), words.points(index + 1), name]);
  const score = group("score", words.score, scores);
  const comment = field(words.comment, set(part("textarea"), { name: "comment", rows: "2", maxlength: "1000" }));
  const fault = errorLine();
  const send = part("button", "small main", words.submit);
  const form = part("form", "card survey", [part("h2", "", words.rate), solved, score, comment, fault, send]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    fault.textContent = given.get("resolved") && given.get("score") ? "" : words.incomplete;
    if (fault.textContent) return;
    send.disabled = true;
    await onRate(ratingOf(given));
    send.disabled = false;
  });
  return form;
}

function ratingOf(given) {
  const comment = given.get("comment").trim();
  return { score: Number(given.get("score")), resolved: given.get("resolved") === "yes", comment };
}

function group(name, title, choices) {
  const options = choices.map(([value, label, more]) => {
    const radio = set(part("input"), { type: "radio", name, value });
    return part("label", "option", [radio, part("span", "", [label, ...(more ? [part("small", "", more)] : [])])]);
  });
  return part("fieldset", name, [part("legend", "", title), part("div", "options", options)]);
}
