// Asks, after the rating, whether the customer would recommend the company: one question, which may be skipped.

import { errorLine } from "./fields.js";
import { button, part, set } from "./parts.js";

const MOST = 10;

/** Return thanks with the question; `onSaid` gets {score}, null where it is skipped. */
export function recommendationCard({ words, company }, onSaid) {
  const told = set(part("p", "told", words.oneMore), { role: "status" });
  return part("div", "recommendation", [told, questionForm(words, company.short_name, onSaid)]);
}

function questionForm(words, name, onSaid) {
  const fault = errorLine();
  const send = part("button", "small main", words.submit);
  const skip = button("small", words.skip, () => said(null));
  const form = part("form", "card", [scale(words, name), fault, part("div", "more", [send, skip])]);
  const said = async (score) => {
    send.disabled = skip.disabled = true;
    await onSaid({ score });
    send.disabled = skip.disabled = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form).get("recommend");
    fault.textContent = given === null ? words.noRecommendation : "";
    if (given !== null) said(Number(given));
  });
  return form;
}

// The ends are said with their numbers, too: who hears the scale does not see where it begins.
function scale(words, name) {
  const options = Array.from({ length: MOST + 1 }, (_, score) => {
    const end = { 0: words.unlikely, [MOST]: words.likely }[score];
    const radio = set(part("input"), { type: "radio", name: "recommend", value: String(score) });
    set(radio, { "aria-label": [words.points(score), end].filter(Boolean).join("，") });
    return part("label", "option", [radio, part("span", "", String(score))]);
  });
  const ends = set(part("div", "ends", [part("span", "", `0 ${words.unlikely}`), part("span", "", `${MOST} ${words.likely}`)]), { "aria-hidden": "true" });
  return part("fieldset", "", [part("legend", "", words.recommend(name)), part("div", "options scale", options), ends]);
}
