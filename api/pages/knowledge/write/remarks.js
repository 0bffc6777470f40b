// What colleagues said of the entry, below its form.

import { ask } from "../../shared/api.js";
import { element } from "../../shared/element.js";
import { loadInto } from "../../shared/loading.js";
import { commentsView } from "../review/comments.js";

/** Return the comments on a stored entry: { node, loaded }, a promise that they are there. */
export function remarks(session, { id, revision }) {
  const place = element("div", {});
  const loaded = loadInto(place, async () => [commentsView(session, id, revision, await ask("GET", `/v1/entries/${encodeURIComponent(id)}/comments`))]);
  return { node: element("section", { class: "part remarks" }, element("h3", {}, "评论"), place), loaded };
}
