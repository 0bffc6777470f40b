// Comments on an entry, and the place to write one; what is written stays until it is sent.

import { ask } from "../../shared/api.js";
import { button, element, freshId, setBusy } from "../../shared/element.js";
import { momentText } from "../../shared/words.js";
import { personText } from "../words.js";

const written = new Map(); // by entry, so that looking at another one loses nothing

/** Tell whether a comment was begun and not sent. */
export function unsentComments() {
  return [...written.values()].some(Boolean);
}

/**
 * Return the comments on an entry.
 *
 * @param {object} session See Session in stage.js.
 * @param {string} id The entry.
 * @param {number} revision The one that a new comment is about.
 * @param {object[]} comments What was said so far.
 */
export function commentsView(session, id, revision, comments) {
  const list = element("ol", { class: "comments" }, ...comments.map(row));
  const none = element("p", { class: "quiet", hidden: comments.length > 0 }, "还没有评论。");
  const text = element("textarea", { id: freshId("comment"), rows: 2, maxlength: 2000 });
  text.value = written.get(id) ?? "";
  text.addEventListener("input", () => written.set(id, text.value.trim()));
  const send = button("发表评论", async () => {
    if (!text.value.trim()) return text.focus();
    setBusy(send, true);
    try {
      const said = await ask("POST", path(id), { revision, text: text.value.trim() });
      list.append(row(said));
      none.hidden = true;
      text.value = "";
      written.delete(id);
    } catch (error) {
      session.fail(error);
    } finally {
      setBusy(send, false);
    }
  });
  const label = element("label", { for: text.id }, "写评论（同事可见，客户看不到）");
  const form = element("div", { class: "field" }, label, text, element("div", { class: "actions" }, send));
  return element("div", {}, none, list, form);
}

function path(id) {
  return `/v1/entries/${encodeURIComponent(id)}/comments`;
}

function row(said) {
  const about = `${personText(said.by, said.by_name)} · 第 ${said.revision} 版 · ${momentText(said.at)}`;
  return element("li", {}, element("p", { class: "quiet" }, about), element("p", { class: "text" }, said.text));
}
