// Shows that something is being loaded, that it failed, or that there is nothing.

import { leaveForSignIn } from "./api.js";
import { button, element } from "./element.js";
import { problemText } from "./words.js";

/**
 * Load something into `place`: a line while it lasts, a notice with a retry where it fails.
 *
 * @param {HTMLElement} place What shows it.
 * @param {() => Promise<Node[]>} load Returns what to show.
 */
export async function loadInto(place, load) {
  if (!place.childElementCount) place.replaceChildren(element("p", { class: "quiet", role: "status" }, "正在载入…"));
  place.setAttribute("aria-busy", "true");
  try {
    place.replaceChildren(...(await load()));
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    const retry = button("重试", () => loadInto(place, load));
    place.replaceChildren(
      element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error)), retry),
    );
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/** Return what to show where there is nothing. */
export function nothing(text) {
  return element("p", { class: "empty" }, text);
}

/**
 * Return a table whose rows are cards on a phone.
 *
 * @param {string} caption What it lists, for screen readers.
 * @param {string[]} titles Titles of the columns; an empty one is of a column of buttons.
 * @param {HTMLTableRowElement[]} rows Made by `row`.
 */
export function table(caption, titles, rows) {
  const heads = titles.map((title) =>
    element("th", { scope: "col" }, title || element("span", { class: "unseen" }, "操作")),
  );
  return element(
    "table",
    { class: "table" },
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
}

/** Return a cell that tells its column's title on a phone. */
export function cell(label, content, properties = {}) {
  const empty = content === "" || content === null;
  return element("td", { ...(empty ? {} : { dataset: { label } }), ...properties }, empty ? null : content);
}
