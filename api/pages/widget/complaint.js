// How far the customer's complaint is.

import { momentText } from "./moments.js";
import { button, part } from "./parts.js";

/** Return the steps of a complaint, the newest last. */
export function complaintSteps({ words }, number, { steps = [] }, onClose) {
  const items = steps.map((step) => part("li", "", [part("span", "", step.name ?? step.text ?? step.step), part("small", "", momentText(step.at))]));
  const title = part("h2", "", words.complaint(number));
  return part("section", "card", [title, part("ol", "steps", items), button("small", words.shrink, onClose)]);
}
