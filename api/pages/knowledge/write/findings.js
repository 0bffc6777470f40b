// Shows findings beside the fields they concern, with one press to mend what can be mended so.

import { button, element, freshId } from "../../shared/element.js";
import { findingText } from "./finding_words.js";

/**
 * Return what shows one finding.
 *
 * @param {object} finding As the server tells it.
 * @param {object} bounds Of `/v1/entries/choices`.
 * @param {object} ways `show(finding)` goes to the place, `put(finding)` writes what may stand there.
 */
export function findingNode(finding, bounds, ways) {
  const grave = finding.severity === "error";
  const text = element("p", {}, element("b", {}, grave ? "必须改" : "建议"), ` ${findingText(finding, bounds)}`);
  const buttons = [];
  if (finding.end > finding.start) buttons.push(button("看在哪里", () => ways.show(finding), { class: "small" }));
  if (finding.put) buttons.push(button(`改成“${finding.put}”`, () => ways.put(finding), { class: "small mend" }));
  return element("li", { class: `finding ${grave ? "grave" : "mild"}`, dataset: { code: finding.code } }, text, ...buttons);
}

/** A place under a control that lists its findings and describes the control by them. */
export class FindingPlace {
  constructor(control) {
    this.control = control;
    this.node = element("ul", { class: "findings", id: freshId("findings"), hidden: true });
  }

  show(nodes, grave) {
    this.node.replaceChildren(...nodes);
    this.node.hidden = !nodes.length;
    if (!this.control) return;
    if (nodes.length) this.control.setAttribute("aria-describedby", this.node.id);
    else this.control.removeAttribute("aria-describedby");
    this.control.setAttribute("aria-invalid", String(grave));
  }
}
