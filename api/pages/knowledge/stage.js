// Where views are shown, one at a time: loading, failed, open; each gets the session.

import { leaveForSignIn } from "../shared/api.js";
import { button, element } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { problemText } from "../shared/words.js";
import { address } from "./router.js";
import { VIEWS } from "./views.js";

const TITLE = "知识管理 · 保问";

/** What a view gets: who is in, what may be done, and the ways out of the view. */
class Session {
  constructor(user, router) {
    this.user = user;
    this.permissions = new Set(user.permissions);
    this.router = router;
  }

  /** Tell whether the person may do something, such as "knowledge:publish". */
  may(permission) {
    return this.permissions.has(permission);
  }

  /** Go to a view; `rest` and `query` as of `address` in router.js. */
  go(path, rest, query) {
    this.router.go(address(path, rest, query));
  }

  /** Keep a view's state in the address, without a step back to the former one. */
  keep(path, rest, query) {
    this.router.replace(address(path, rest, query));
  }

  /** Say what failed, in passing; leaves for the sign-in page where the session has ended. */
  fail(error, words) {
    if (error.status === 401) return leaveForSignIn();
    toast(problemText(error, words));
  }
}

export class Stage {
  /**
   * @param {HTMLElement} place Where views are shown.
   * @param {object} user Who is in.
   * @param {(view: object|null) => void} onView Is told which view is shown.
   */
  constructor(place, user, onView) {
    Object.assign(this, { place, user, onView, view: null, opened: null, turn: 0 });
  }

  /** Tell whether text of the view in front would be lost. */
  unsaved() {
    return Boolean(this.opened?.unsaved?.());
  }

  /** Show what an address means. */
  async show({ path, rest, query }) {
    const view = VIEWS.find((one) => one.path === path && (!one.under || one.under === rest[1]));
    const parameters = { rest, query };
    if (view && view === this.view && this.opened?.update) return this.opened.update(parameters);
    this.turn += 1;
    this.opened?.close?.();
    Object.assign(this, { view, opened: null });
    this.onView(view);
    if (!view) return this.#missing();
    await this.#open(view, parameters, this.turn);
  }

  async #open(view, parameters, turn) {
    const root = element("div", { class: "stage" }, element("p", { class: "quiet", role: "status" }, "正在载入…"));
    this.place.replaceChildren(root);
    this.place.setAttribute("aria-busy", "true");
    try {
      const { open } = await view.load();
      const filled = element("div", { class: "stage" });
      const opened = (await open(filled, new Session(this.user, this.router), parameters)) ?? {};
      if (turn !== this.turn) return opened.close?.(); // another view was asked for meanwhile
      this.opened = opened;
      this.#front(filled, view);
    } catch (error) {
      if (turn === this.turn) this.#failed(error, view, parameters);
    } finally {
      if (turn === this.turn) this.place.removeAttribute("aria-busy");
    }
  }

  #front(root, view) {
    this.place.replaceChildren(root);
    const heading = root.querySelector("h2");
    document.title = heading && view.path ? `${heading.textContent} · ${TITLE}` : TITLE;
    heading?.setAttribute("tabindex", "-1");
    heading?.focus();
  }

  #failed(error, view, parameters) {
    if (error.status === 401) return leaveForSignIn();
    const partial = error instanceof TypeError;
    const text = partial ? "页面没有完整载入，请检查网络后重试。" : problemText(error);
    const retry = button("重试", () => (partial ? reloadOnceReached() : this.#open(view, parameters, ++this.turn)));
    this.place.replaceChildren(
      element("div", { class: "notice alarm", role: "alert" }, element("p", {}, text), retry),
    );
  }

  #missing() {
    const back = element("a", { class: "button", href: "#/" }, "回到条目");
    const root = element("div", { class: "stage" }, element("h2", {}, "没有这个页面"), element("p", {}, "地址可能不完整，或内容已经移走。"), back);
    this.#front(root, { path: "?" });
  }
}

/** Load the page anew: a browser does not ask again for a module that failed once. */
async function reloadOnceReached() {
  try {
    await fetch("/healthz", { cache: "no-store" });
    location.reload();
  } catch {
    toast("还是连不上服务，请稍后再试。");
  }
}
