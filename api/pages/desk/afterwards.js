// What comes after a ticket: follow-ups that are due, and the tickets that one resolved lately.

import { ask } from "../shared/api.js";
import { EMPTY, field, openForm } from "../shared/dialog.js";
import { button, element, freshId } from "../shared/element.js";
import { loadInto, nothing } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText } from "../shared/words.js";
import { PROBLEMS, titleOf } from "./words.js";

const KINDS = { complaint: "投诉回访", claim: "理赔回访" };
const OUTCOMES = { solved: "已解决", unsolved: "没有解决", no_answer: "没有联系上" };
const MOST = 30;

/** Ask what the customer said, and record it. */
function record(followUp, done) {
  const group = freshId("outcome");
  const choice = ([value, text]) =>
    element("label", { class: "check" }, element("input", { type: "radio", name: group, value }), element("span", {}, text));
  const box = element("fieldset", { class: "choices" }, element("legend", { class: "legend" }, "客户怎么说"), ...Object.entries(OUTCOMES).map(choice));
  const note = element("textarea", { rows: "3", maxlength: "500" });
  const send = async () => {
    const outcome = box.querySelector("input:checked")?.value;
    if (!outcome) throw Object.assign(new Error("empty"), { code: "empty" });
    await done(await ask("POST", `/v1/follow-ups/${followUp.id}/done`, { outcome, note: note.value.trim() }));
  };
  const words = { ...PROBLEMS, conflict: "同事或客户已经回复了这次回访。", empty: EMPTY };
  const asked = element("p", {}, followUp.question);
  const dialog = openForm({ title: `记录回访 ${followUp.number}`, fields: [asked, box, field("客户的话（可不填）", note)], action: "保存", words, send });
  dialog.addEventListener("close", () => {
    // The item that opened it is gone: go on at the list's own button.
    if (document.activeElement === document.body) document.querySelector('.queue[aria-pressed="true"]').focus();
  });
}

export class FollowUps {
  /**
   * @param {(id: string) => void} open Brings a ticket to the front.
   * @param {() => void} onCount The number of those that are due has changed.
   */
  constructor(open, onCount) {
    Object.assign(this, { open, onCount, name: "回访", due: [] });
    this.node = element("div", { class: "later", hidden: true });
  }

  get count() {
    return this.due.length;
  }

  load() {
    return loadInto(this.node, async () => {
      this.due = await ask("GET", "/v1/follow-ups");
      this.onCount();
      if (!this.due.length) return [nothing("现在没有到期的回访。")];
      return [element("ol", { class: "plain", "aria-label": "到期的回访" }, ...this.due.map((one) => this.#item(one)))];
    });
  }

  #item(one) {
    const recorded = async ({ outcome }) => {
      await this.load();
      toast(outcome === "unsolved" ? `回访已记录。要继续处理，请重新打开工单 ${one.number}。` : "回访已记录。");
      if (outcome === "unsolved") this.open(one.ticket_id);
    };
    return element(
      "li",
      {},
      element("b", {}, `${KINDS[one.kind] ?? one.kind} ${one.number}`),
      element("p", { class: "clamp" }, one.summary),
      element("p", { class: "quiet" }, `${one.queue_name} · ${momentText(one.due_at)} 到期`),
      element(
        "div",
        { class: "deeds" },
        button("打开对话", () => this.open(one.ticket_id), { class: "small", "aria-label": `打开 ${one.number} 的对话` }),
        button("记录回访", () => record(one, recorded), { class: "small", "aria-label": `记录 ${one.number} 的回访` }),
      ),
    );
  }
}

export class Resolved {
  /** @param {(id: string) => void} open Brings a ticket to the front. */
  constructor(open) {
    Object.assign(this, { open, name: "已解决", count: "" });
    this.node = element("div", { class: "later", hidden: true });
  }

  load() {
    return loadInto(this.node, async () => {
      const { tickets } = await ask("GET", `/v1/tickets?state=resolved&mine=true&limit=${MOST}`);
      if (!tickets.length) return [nothing("您还没有解决过工单。")];
      return [element("ol", { class: "plain", "aria-label": "我最近解决的工单" }, ...tickets.map((one) => this.#item(one)))];
    });
  }

  #item(ticket) {
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "ticket", on: { click: () => this.open(ticket.id) } },
        element("span", { class: "first" }, element("span", { class: "name" }, titleOf(ticket))),
        element("span", { class: "last" }, ticket.conversation.last_message?.text || ticket.summary || ticket.reason_text),
        element("span", { class: "meta" }, `${ticket.number} · ${ticket.queue_name} · ${momentText(ticket.resolved_at)} 解决`),
      ),
    );
  }
}
