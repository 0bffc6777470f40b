// Find: the list and the search of entries. What is looked for stands in the address.

import { ask, leaveForSignIn } from "../shared/api.js";
import { button, element } from "../shared/element.js";
import { problemText } from "../shared/words.js";
import { evidence } from "./find/evidence.js";
import { Filters } from "./find/filters.js";
import { bindKeys } from "./find/keys.js";
import { Lists } from "./find/lists.js";
import { Results } from "./find/results.js";
import { hasView } from "./views.js";

const TYPING_MS = 300;
const PENDING_MS = 1500;

/** What was looked at last, so that coming back from an entry leads to where one was. */
let before = null;

export async function open(root, session, parameters) {
  const find = new Find(root, session);
  find.update(parameters);
  find.loadOverview();
  return find;
}

class Find {
  constructor(root, session) {
    Object.assign(this, { session, turn: 0, timer: 0 });
    this.input = element("input", {
      type: "search", class: "search", "aria-label": "搜索条目", "aria-keyshortcuts": "/", maxlength: 500, autocomplete: "off",
      placeholder: "客户的问法、关键词或编号", on: { input: () => this.#typed() },
    });
    this.lists = new Lists();
    this.filters = new Filters((changed) => this.#go(changed));
    this.found = element("section", { class: "found", "aria-label": "助手找到的条目", hidden: true });
    this.results = new Results((cursor) => this.#ask("/v1/entries", { cursor }));
    const create = hasView("new") ? element("a", { class: "button", href: "#/new" }, "新建条目") : null;
    const checkAll = element("a", { class: "button", href: "#/check" }, "检查全部");
    const form = element("form", { role: "search", class: "joined", on: { submit: (event) => this.#submit(event) } },
      this.input, element("button", { type: "submit", class: "button main" }, "搜索"), create, checkAll);
    const hint = element("p", { class: "quiet keys" }, "按 / 搜索，J、K 或上下键选择，回车打开");
    root.append(element("h2", { class: "unseen" }, "条目"), form, this.lists.node, this.filters.node, hint, this.found, this.results.node);
    this.root = root;
    this.unbind = bindKeys(root, this.input);
    root.addEventListener("click", ({ target }) => (this.opened = target.closest("[data-entry]")?.dataset.entry ?? this.opened));
  }

  close() {
    this.unbind();
    this.results.close();
    clearTimeout(this.timer);
    this.turn += 1;
    before = { address: this.address, count: this.results.count, id: this.opened };
  }

  /** Show what the address asks for. */
  update({ query }) {
    this.query = query;
    this.address = location.hash || "#/";
    if (document.activeElement !== this.input) this.input.value = query.get("q") ?? "";
    this.lists.show(query);
    this.filters.show(query);
    this.load();
  }

  async load() {
    this.turn += 1;
    const turn = this.turn;
    const back = before?.address === this.address ? before : null;
    before = null;
    this.results.busy();
    const grows = this.query.get("q")?.trim() && !this.query.has("list") && this.found.hidden;
    this.results.node.hidden = Boolean(grows); // what is found comes above it
    clearTimeout(this.timer);
    const found = this.#loadFound(turn);
    await this.#loadList(turn, back, found);
    if (back?.id && turn === this.turn) this.#focus(back.id);
  }

  /** Bring an entry's link back under the eyes and the focus. */
  #focus(id) {
    const link = [...this.root.querySelectorAll("[data-entry]")].find(({ dataset }) => dataset.entry === id);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: "center" });
  }

  /** Show the list, once what stands above it is there: nothing moves from under the pointer. */
  async #loadList(turn, back = null, above = null) {
    const list = this.query.get("list");
    try {
      const told = await this.#ask("/v1/entries", back ? { limit: Math.min(200, Math.max(50, back.count)) } : {});
      await above;
      this.results.node.hidden = false;
      if (turn !== this.turn) return;
      this.results.show(told, { list, text: this.query.get("q") ?? "", narrowed: this.filters.count > 0 });
      if (told.total === null && !told.collisions?.failed) this.#later(() => this.#loadList(turn));
    } catch (error) {
      if (turn !== this.turn) return;
      this.results.node.hidden = false;
      this.#failed(this.results.node, error);
    }
  }

  async #loadFound(turn) {
    const text = (this.query.get("q") ?? "").trim();
    this.found.hidden = !text || this.query.has("list");
    if (this.found.hidden) return this.found.replaceChildren();
    this.found.setAttribute("aria-busy", "true");
    if (!this.found.childElementCount) this.found.append(element("p", { class: "quiet", role: "status" }, "正在按助手的方式查找…"));
    try {
      const told = await this.#ask("/v1/entries/search");
      if (turn === this.turn) this.found.replaceChildren(...evidence(told));
    } catch (error) {
      if (turn !== this.turn) return;
      if (error.code === "invalid_input") this.found.hidden = true; // nothing in it that a customer could ask
      else this.#failed(this.found, error);
    } finally {
      if (turn === this.turn) this.found.removeAttribute("aria-busy");
    }
  }

  async loadOverview() {
    try {
      const told = await ask("GET", "/v1/entries/overview");
      this.filters.fill(told);
      this.lists.fill(told);
      if (told.lists.unused === null) setTimeout(() => this.root.isConnected && this.loadOverview(), PENDING_MS);
    } catch (error) {
      if (error.status === 401) leaveForSignIn(); // else the list says what is wrong
    }
  }

  #ask(path, more = {}) {
    const asked = new URLSearchParams(this.query);
    const intent = asked.get("intent") ?? "";
    if (intent.startsWith("domain:")) {
      asked.delete("intent");
      asked.set("domain", intent.slice("domain:".length));
    }
    if (path.endsWith("/search")) ["list", "order"].forEach((name) => asked.delete(name));
    for (const [name, value] of Object.entries(more)) asked.set(name, value);
    return ask("GET", `${path}?${asked}`);
  }

  #later(load) {
    clearTimeout(this.timer);
    this.timer = setTimeout(load, PENDING_MS);
  }

  #typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      if (!this.input.isConnected) return;
      const query = this.#with({ q: this.input.value.trim() });
      if (query.get("q") === this.query.get("q")) return;
      this.session.keep("", [], Object.fromEntries(query));
      this.update({ query });
    }, TYPING_MS);
  }

  #submit(event) {
    event.preventDefault();
    clearTimeout(this.typing);
    this.#go({ q: this.input.value.trim() });
  }

  #go(changed) {
    this.session.go("", [], Object.fromEntries(this.#with(changed)));
  }

  #with(changed) {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(changed)) value ? query.set(name, value) : query.delete(name);
    return query;
  }

  #failed(place, error) {
    if (error.status === 401) return leaveForSignIn();
    place.removeAttribute("aria-busy");
    const retry = button("重试", () => this.load());
    place.replaceChildren(element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error)), retry));
  }
}
