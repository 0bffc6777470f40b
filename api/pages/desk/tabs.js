// One's own conversations side by side, each a tab with its unread messages.

import { button } from "../shared/element.js";
import { titleOf } from "./words.js";

export class Tabs {
  /**
   * @param {Store} store
   * @param {HTMLElement} place
   * @param {(id: string) => void} open
   */
  constructor(store, place, open) {
    Object.assign(this, { store, place, open });
    this.tabs = new Map();
  }

  /** Show the tabs, the one of `chosen` as pressed; return the number of unread messages. */
  show(chosen) {
    const mine = this.store.mine();
    const there = new Set(mine.map(({ id }) => id));
    for (const [id, tab] of this.tabs) if (!there.has(id)) tab.remove(), this.tabs.delete(id);
    for (const ticket of mine) {
      const tab = this.tabs.get(ticket.id) ?? this.#add(ticket.id);
      const unread = this.store.unread(ticket);
      const text = unread ? `${titleOf(ticket)}（${unread} 条新消息）` : titleOf(ticket);
      if (tab.textContent !== text) tab.textContent = text;
      tab.setAttribute("aria-pressed", String(ticket.id === chosen));
    }
    return mine.reduce((sum, ticket) => sum + this.store.unread(ticket), 0);
  }

  #add(id) {
    const tab = button("", () => this.open(id), { class: "small tab" });
    this.tabs.set(id, tab);
    this.place.append(tab);
    return tab;
  }
}
