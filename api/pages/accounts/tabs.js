// Tabs by the arrow keys, remembered behind the # of the address.

import { element } from "../shared/element.js";

export class Tabs {
  /**
   * @param {HTMLElement} list Where the tabs go.
   * @param {HTMLElement} place Where the panels go.
   * @param {{id: string, name: string, View: Function}[]} views Each has a `node` and `open()`.
   * @param {object} context Handed to each view.
   */
  constructor(list, place, views, context) {
    this.tabs = views.map(({ id, name, View }) => this.#made(id, name, new View(context)));
    list.append(...this.tabs.map(({ tab }) => tab));
    place.append(...this.tabs.map(({ panel }) => panel));
    list.addEventListener("keydown", (event) => this.#move(event));
    addEventListener("hashchange", () => this.#show(location.hash.slice(1)));
    this.#show(location.hash.slice(1));
  }

  #made(id, name, view) {
    const tab = element(
      "button",
      { type: "button", role: "tab", id: `tab-${id}`, class: "tab", "aria-controls": `panel-${id}` },
      name,
    );
    tab.addEventListener("click", () => this.#choose(id));
    const panel = element("section", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": tab.id }, view.node);
    return { id, tab, panel, view };
  }

  #choose(id) {
    this.#show(id);
    location.hash = id;
  }

  #show(wanted) {
    const chosen = this.tabs.find(({ id }) => id === wanted) ?? this.tabs[0];
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    for (const one of this.tabs) {
      one.tab.setAttribute("aria-selected", String(one === chosen));
      one.tab.tabIndex = one === chosen ? 0 : -1;
      one.panel.hidden = one !== chosen;
    }
    chosen.view.open();
  }

  #move(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const now = this.tabs.findIndex(({ tab }) => tab === document.activeElement);
    const next = Math.min(Math.max(now + steps[event.key], 0), this.tabs.length - 1);
    this.tabs[next].tab.focus();
    this.#choose(this.tabs[next].id);
  }
}
