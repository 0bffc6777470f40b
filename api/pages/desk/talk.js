// One conversation in front: its head with the deeds, transcript, and the composer where it is one's own.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { Composer } from "./composer.js";
import * as deeds from "./deeds.js";
import { reveal } from "./panel.js";
import { Transcript } from "./transcript.js";
import { CHANNELS, STATES, titleOf } from "./words.js";

export class Talk {
  /**
   * @param {object} ticket A whole ticket.
   * @param {object} desk `store`, `socket`, `onDone(ticket)`, `onFailure(error)`.
   */
  constructor(ticket, desk) {
    Object.assign(this, { id: ticket.id, desk });
    this.transcript = new Transcript(this.id, (what, place) => reveal(this.id, what, place));
    this.composer = new Composer(this.id, {
      onSent: (message) => this.add([message]),
      onTyping: () => desk.socket.send({ type: "typing", ticket: this.id }),
    });
    this.title = element("h2");
    this.about = element("p", { class: "quiet" });
    this.deeds = element("div", { class: "deeds", role: "group", "aria-label": "处理工单" });
    this.node = element(
      "div",
      { class: "conversation" },
      element("div", { class: "head" }, element("div", {}, this.title, this.about), this.deeds),
      this.transcript.node,
      this.composer.node,
    );
    this.show(ticket);
  }

  /** Show what a whole ticket tells. */
  show(ticket) {
    this.whole = ticket;
    this.add(ticket.conversation.messages);
    this.update(ticket);
  }

  /** Show what a summary tells: who holds it and how it stands. */
  update(ticket) {
    this.ticket = ticket;
    const { number, state, assignee_name, queue_name, conversation } = ticket;
    this.title.textContent = titleOf(ticket);
    const parts = [number, queue_name, STATES[state], assignee_name, CHANNELS[conversation.channel] ?? conversation.channel];
    this.about.textContent = parts.filter(Boolean).join(" · ");
    const mine = this.desk.store.isMine(ticket);
    this.composer.node.hidden = !(mine && state === "taken");
    const stand = `${state} ${mine}`;
    if (stand === this.stand) return;
    this.stand = stand;
    this.deeds.replaceChildren(...this.#deeds(state, mine));
    if (mine && state === "taken") this.composer.suggest();
  }

  add(messages) {
    const fresh = this.transcript.add(messages);
    if (fresh.some(({ author }) => author === "customer") && this.stand === "taken true") this.composer.suggest();
    if (this.node.isConnected) this.desk.store.see(this.id, this.transcript.last);
  }

  /** Load what is told in whole tickets only, after a deed of somebody else. */
  async reload() {
    this.show(await ask("GET", `/v1/tickets/${this.id}?after=${this.transcript.last}`));
    return this.whole;
  }

  do(name) {
    const made = this.deeds.querySelector(`[data-deed="${name}"]`);
    if (made) made.click();
  }

  #deeds(state, mine) {
    if (state === "waiting") return [this.#button("take", "接入", "main")];
    if (state === "resolved") return [this.#button("reopen", "重新打开", "main")];
    if (!mine) return [];
    const paused = state === "held";
    return [
      paused ? this.#button("resume", "继续处理", "main") : this.#button("resolve", "解决", "main"),
      this.#button("transfer", "转队列"),
      this.#button("escalate", "升级"),
      paused ? null : this.#button("hold", "挂起"),
      this.#button("note", "备注"),
      this.#button("release", "放回"),
      this.#button("giveBack", "交回助手"),
    ].filter(Boolean);
  }

  #button(name, text, kind = "") {
    const act = async () => {
      setBusy(made, true);
      try {
        await deeds[name](this.whole, (ticket) => this.desk.onDone(ticket));
      } catch (error) {
        this.desk.onFailure(error);
      } finally {
        setBusy(made, false);
      }
    };
    const made = button(text, act, { class: `small ${kind}`, "data-deed": name });
    return made;
  }
}
