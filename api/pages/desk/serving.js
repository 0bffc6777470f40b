// Whether one takes customers now, and the next one of them.

import { ask } from "../shared/api.js";
import { openForm } from "../shared/dialog.js";
import { element, setBusy } from "../shared/element.js";
import { toast } from "../shared/told.js";

export class Serving {
  /**
   * @param {Store} store
   * @param {{box: HTMLInputElement, load: HTMLElement, next: HTMLButtonElement}} places
   * @param {object} hooks `queue()` the queue in front or null, `onTaken(ticket)`, `onFailure(error)`.
   */
  constructor(store, places, hooks) {
    Object.assign(this, { store, places, hooks });
    places.box.addEventListener("change", () => this.#change(places.box.checked));
    places.next.addEventListener("click", () => this.takeNext());
    store.listen((changed) => changed.has("presence") && store.presence && this.#show());
  }

  /** Take who has waited longest among the most urgent ones of one's queues. */
  async takeNext() {
    if (this.places.next.disabled) return;
    setBusy(this.places.next, true);
    try {
      const queue = this.hooks.queue();
      const ticket = await ask("POST", "/v1/tickets/next", queue ? { queue } : {});
      if (ticket) this.hooks.onTaken(ticket);
      else toast(queue ? "这个队列现在没有客户在等待。" : "您的队列里现在没有客户在等待。");
    } catch (error) {
      if (error.code === "not_available") this.#beginFirst();
      else this.hooks.onFailure(error);
    } finally {
      setBusy(this.places.next, false);
    }
  }

  #beginFirst() {
    const dialog = openForm({
      title: "开始接待",
      fields: [element("p", {}, "您在小休中，开始接待后才能接入客户。")],
      action: "开始接待并接入",
      send: async () => {
        this.store.set("presence", await this.#put(true));
        dialog.addEventListener("close", () => this.takeNext());
      },
    });
  }

  async #change(available) {
    this.places.box.disabled = true;
    try {
      this.store.set("presence", await this.#put(available));
    } catch (error) {
      this.store.mark("presence");
      this.hooks.onFailure(error);
    }
  }

  #put(available) {
    return ask("PUT", "/v1/presence", { available });
  }

  #show() {
    const { available, load, capacity } = this.store.presence;
    this.places.box.disabled = false;
    this.places.box.checked = available;
    this.places.load.textContent = `${available ? "接待中" : "小休中"} ${load}/${capacity}`;
  }
}
