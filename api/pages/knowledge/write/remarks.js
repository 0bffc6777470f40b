// What colleagues said of the entry, below its form, and the way to all its revisions.

import { ask } from "../../shared/api.js";
import { element } from "../../shared/element.js";
import { loadInto } from "../../shared/loading.js";
import { commentsView } from "../review/comments.js";
import { address } from "../router.js";

/** Return the comments on a stored entry. */
export function remarks(session, { id, revision }) {
  const place = element("div", {});
  const history = element("a", { href: address("entries", [id, "history"]) }, "全部历史");
  loadInto(place, async () => [commentsView(session, id, revision, await ask("GET", `/v1/entries/${encodeURIComponent(id)}/comments`))]);
  return element("section", { class: "part remarks" }, element("div", { class: "part-head" }, element("h3", {}, "评论"), element("p", { class: "links" }, history)), place);
}
