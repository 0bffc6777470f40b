// Where the conversation stands, between log and input: the queue, the agent, the complaint, notices.

import { button, part, set } from "./parts.js";

/** Shows it, with what the customer can do about it. */
export class Standing {
  #shown = "";

  constructor(context) {
    this.context = context;
    this.text = set(part("div", "standing-text"), { role: "status" });
    this.buttons = part("div", "standing-buttons");
    this.element = part("div", "standing", [this.text, this.buttons]);
    this.element.hidden = true;
  }

  /** Show the conversation as it is now; what did not change is not told again. */
  update({ standing }) {
    const lines = this.#lines(standing);
    const shown = JSON.stringify(lines);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.hidden = !lines.length;
    this.element.className = `standing ${standing.state}`;
    this.text.replaceChildren(...lines.map((line) => part("p", "", line)));
    this.buttons.replaceChildren(...this.#actions(standing));
  }

  #lines(standing) {
    const { words } = this.context;
    const lines = [];
    if (standing.notice && standing.state !== "with_person") lines.push(standing.notice);
    if (standing.state === "waiting") lines.push(...this.#waiting(standing));
    if (standing.state === "with_person") lines.push(words.withAgent(standing.agent) + level(words, standing.ticket));
    if (standing.complaint) lines.push(words.complaint(standing.complaint));
    return lines;
  }

  #waiting({ ticket, out_of_hours: closed }) {
    const { words } = this.context;
    if (!ticket) return [];
    const queue = words.queue(words.queues[ticket.queue] ?? ticket.queue_name) + level(words, ticket);
    if (closed) return [queue, words.closedNow(closed.text)];
    const place = ticket.position ? [words.place(ticket.position)] : [];
    const wait = ticket.expected_wait_s ?? null;
    const minutes = Math.ceil(wait / 60);
    if (wait !== null) place.push(minutes < 1 ? words.soon : words.wait(minutes));
    return place.length ? [queue, place.join("，")] : [queue];
  }

  #actions(standing) {
    const { words, onBack, onCallback, onProgress } = this.context;
    const waiting = standing.state === "waiting";
    return [
      ...(waiting && standing.out_of_hours ? [button("small main", words.leavePhone, onCallback)] : []),
      ...(waiting ? [button("small", words.back, onBack)] : []),
      ...(standing.complaint ? [button("small", words.progress, onProgress)] : []),
    ];
  }
}

function level(words, ticket) {
  const name = words.level[ticket?.level];
  return name ? ` · ${name}` : "";
}
