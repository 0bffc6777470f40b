// The audit log, the newest first.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { momentText, problemText } from "../shared/words.js";
import { actionText, actorText, detailText, KINDS } from "./audit_words.js";
import { choiceField } from "./fields.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";

export class AuditView {
  constructor({ toast }) {
    this.toast = toast;
    const kind = choiceField("内容", KINDS);
    this.kind = kind.input;
    this.kind.addEventListener("change", () => this.open());
    this.list = element("div");
    this.node = element("div", {}, element("div", { class: "tools" }, kind.node), this.list);
  }

  open() {
    return loadInto(this.list, async () => {
      const page = await this.#page();
      if (!page.notes.length) return [nothing("没有记录")];
      const made = table("审计记录", ["时间", "谁", "做了什么", "对象", "详情"], page.notes.map(row));
      return [made, this.#more(made.tBodies[0], page.next)];
    });
  }

  #page(cursor = "") {
    const query = new URLSearchParams({ action: this.kind.value });
    if (cursor) query.set("cursor", cursor);
    return ask("GET", `/v1/audit?${query}`);
  }

  /** Return the button that adds older notes to the table, while there are any. */
  #more(rows, cursor) {
    const place = element("div", { class: "more", hidden: !cursor });
    const press = button("更早的记录", async () => {
      setBusy(press, true);
      try {
        const page = await this.#page(cursor);
        rows.append(...page.notes.map(row));
        cursor = page.next;
        place.hidden = !cursor;
      } catch (error) {
        this.toast(problemText(error));
      } finally {
        setBusy(press, false);
      }
    });
    place.append(press);
    return place;
  }
}

function row(note) {
  const itself = note.subject === note.actor;
  return element(
    "tr",
    {},
    cell("时间", element("time", { datetime: note.at }, momentText(note.at)), { class: "nowrap" }),
    cell("谁", actorText(note.actor_name)),
    cell("做了什么", actionText(note.action), { class: "nowrap" }),
    cell("对象", itself ? "" : note.subject_name),
    cell("详情", detailText(note.action, note.detail)),
  );
}
