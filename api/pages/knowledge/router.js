// The way between views: behind the # of the address, so that each can be shared and gone back to.

import { openForm } from "../shared/dialog.js";
import { element } from "../shared/element.js";

const QUESTION = "这里有还没保存的内容。离开后，没有保存的改动可能丢失。";

/** Return what an address means: { path, rest, query }. */
export function parse(hash) {
  const [way, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [path, ...rest] = way.split("/").filter(Boolean).map(decoded);
  return { path: path ?? "", rest, query: new URLSearchParams(query) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Return the address of a view: `rest` are parts of the way, `query` values (empty ones left out). */
export function address(path, rest = [], query = {}) {
  const way = [path, ...rest].filter(Boolean).map(encodeURIComponent).join("/");
  const told = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  return `#/${way}${told.size ? `?${told}` : ""}`;
}

export class Router {
  /** @param {object} stage Shows a view by `show(parsed)`, and tells whether text would be lost by `unsaved()`. */
  constructor(stage) {
    this.stage = stage;
    this.place = 0; // counts the steps of this page in the browser's history
    this.returning = false; // on the way back to where one stays
    this.allowed = false; // the next step was agreed to
  }

  start() {
    this.place = history.state?.place ?? 0;
    this.#keepPlace(this.place);
    addEventListener("popstate", () => this.#moved());
    addEventListener("beforeunload", (event) => {
      if (!this.left && this.stage.unsaved()) event.preventDefault();
    });
    this.stage.show(parse(location.hash));
  }

  /** Go to an address as if a link was followed. */
  go(hash) {
    if (hash === location.hash) return this.stage.show(parse(hash));
    location.hash = hash;
  }

  /** Put another address in place of this one, without a step back to it; no view is opened. */
  replace(hash) {
    history.replaceState({ place: this.place }, "", hash);
  }

  /** Leave the page by `way`, after asking where text would be lost. */
  leave(way) {
    const gone = () => {
      this.left = true;
      return way();
    };
    if (this.stage.unsaved()) ask(gone);
    else gone();
  }

  #keepPlace(place) {
    history.replaceState({ place }, "", location.href);
  }

  #moved() {
    const place = history.state?.place ?? this.place + 1;
    const step = place - this.place;
    if (this.returning) {
      this.returning = false;
      return;
    }
    this.#keepPlace(place);
    if (this.stage.unsaved() && !this.allowed && step) return this.#stay(step);
    this.allowed = false;
    this.place = place;
    this.stage.show(parse(location.hash));
  }

  /** Go back to where the text is, and ask; a step that is agreed to is taken again. */
  #stay(step) {
    this.returning = true;
    history.go(-step);
    ask(async () => {
      this.allowed = true;
      history.go(step);
    });
  }
}

function ask(leave) {
  openForm({
    title: "离开这里？",
    fields: [element("p", {}, QUESTION)],
    action: "离开",
    dangerous: true,
    send: async () => leave(),
  });
}
