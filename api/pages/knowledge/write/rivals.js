// Entries that compete with this one, side by side with it, and the ways out.

import { button, element } from "../../shared/element.js";
import { address } from "../router.js";

const SAID = {
  lost: (one) => `客户换个说法问“${one.question}”时，会先找到对方的“${one.other}”`,
  near: (one) => `客户换个说法问“${one.question}”时，差一点就找到对方的“${one.other}”`,
  example: (one) => `“${one.question}”和对方的训练问句“${one.other}”很接近`,
  twins: (one) => `“${one.question}”和对方的“${one.other}”几乎一样`,
  lost_theirs: (one) => `客户问对方的“${one.other}”时，会先找到本条的“${one.question}”`,
  near_theirs: (one) => `客户问对方的“${one.other}”时，差一点就找到本条的“${one.question}”`,
  example_theirs: (one) => `客户问对方的“${one.other}”时，本条的训练问句“${one.question}”很接近`,
};

/**
 * Show the competing entries. The gravest that the draft brings is open; of the others only those
 * that somebody opened, so that the preview below stays in sight. What the published text has
 * already alarms nobody.
 *
 * @param {Element} place Where they stand.
 * @param {object[]} rivals Of `/v1/entries/check`.
 * @param {object} text What this entry says now.
 * @param {object} ways `remove(variant)` and `move(variant, rival)`, which returns a promise.
 */
export function showRivals(place, rivals, text, ways) {
  const before = new Map([...place.children].map((node) => [node.dataset.entry, node]));
  const first = rivals.find(({ brought }) => brought > 0);
  place.replaceChildren(...rivals.map((rival) => {
    const node = rivalNode(rival, text, ways);
    const was = before.get(rival.entry_id);
    node.dataset.brought = String(rival === first);
    node.open = was && was.dataset.brought === node.dataset.brought ? was.open : rival === first;
    return node;
  }));
}

function rivalNode(rival, text, ways) {
  const sides = element("div", { class: "sides" }, side("本条", text.question, text.answer), side("对方", rival.question, rival.answer));
  const open = element("a", { class: "button small", href: address("entries", [rival.entry_id]), target: "_blank", rel: "noopener" }, "改对方条目");
  const title = element("summary", {}, mark(rival), rival.question);
  const meetings = element("ul", { class: "meetings" }, ...apart(rival.meetings).map((one) => meeting(one, rival, text, ways)));
  return element("details", { class: "rival", dataset: { entry: rival.entry_id } }, title, sides, meetings, element("div", { class: "tools-row" }, open));
}

function mark({ brought, lost }) {
  if (brought) return element("b", { class: "lost" }, "会抢走");
  return lost ? element("span", { class: "quiet" }, "原来就有") : element("span", {}, "接近");
}

/** Put first what the draft brings, and leave out that two questions are alike where it is told already that one finds the other. */
function apart(meetings) {
  const told = new Set(meetings.filter(({ kind }) => kind !== "twins").map(({ question, other }) => `${question}|${other}`));
  const shown = meetings.filter(({ kind, question, other }) => kind !== "twins" || !told.has(`${question}|${other}`));
  return shown.sort((one, other) => one.stood - other.stood);
}

function side(name, question, answer) {
  return element("div", { class: "side", role: "group", "aria-label": name }, element("h4", {}, name), element("p", { class: "asked" }, question), element("p", {}, answer));
}

function meeting(one, rival, text, ways) {
  const said = element("p", {}, `${SAID[one.kind]?.(one) ?? `${one.question} / ${one.other}`}。`);
  const scores = one.own === undefined ? null : element("p", { class: "quiet" }, `本条 ${one.own.toFixed(2)} · 对方 ${one.rival.toFixed(2)}`);
  const own = one.field === "variants" && text.variants.includes(one.question);
  const outs = own
    ? [
        button("移给对方", (event) => ways.move(one.question, rival, event.currentTarget), { class: "small" }),
        button("删掉这个问法", () => ways.remove(one.question), { class: "small" }),
      ]
    : [];
  return element("li", {}, said, scores, outs.length ? element("div", { class: "tools-row" }, ...outs) : null);
}
