// Find: all entries, page by page.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { cell, nothing, table } from "../shared/loading.js";
import { address } from "./router.js";
import { STATUSES, validityText } from "./words.js";

export async function open(root, session) {
  const told = await ask("GET", "/v1/entries");
  const rows = element("div", {});
  root.append(element("h2", {}, "条目"), rows);
  if (!told.entries.length) return rows.append(nothing("还没有条目。"));
  const shown = table("条目", ["问题", "意图", "状态", "有效期", "修改人"], told.entries.map(row));
  rows.append(shown);
  let next = told.next;
  const more = button("更多", async () => {
    setBusy(more, true);
    try {
      const following = await ask("GET", `/v1/entries?cursor=${encodeURIComponent(next)}`);
      shown.tBodies[0].append(...following.entries.map(row));
      next = following.next;
      more.hidden = !next;
    } catch (error) {
      session.fail(error);
    } finally {
      setBusy(more, false);
    }
  });
  more.hidden = !next;
  rows.append(element("div", { class: "more" }, more));
  return {};
}

function row(entry) {
  const link = element("a", { class: "entry", href: address("entries", [entry.id]) }, entry.question);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, link),
    cell("意图", entry.intent_name),
    cell("状态", element("span", { class: "chip", dataset: { status: entry.status } }, STATUSES[entry.status])),
    cell("有效期", validityText(entry)),
    cell("修改人", entry.updated_by_name),
  );
}
