// How the customer likes to read: large type, which script. Remembered in this browser.

import { HOST } from "./server.js";
import { Stored } from "./stored.js";
import { isTraditional } from "./words.js";

const stored = new Stored(HOST);

/** The preferences of one widget; attributes say what to begin with. */
export class Preferences {
  constructor(element) {
    this.element = element;
    this.large = stored.get("large") ?? element.hasAttribute("large");
    const page = document.documentElement.lang;
    this.locale = stored.get("locale") ?? element.getAttribute("locale") ?? (isTraditional(page) ? page : "zh-CN");
  }

  /** Switch large type on or off. */
  switchLarge() {
    this.large = !this.large;
    stored.set("large", this.large);
  }

  /** Switch between simplified and traditional script. */
  switchScript() {
    const given = this.element.getAttribute("locale");
    const traditional = isTraditional(given) ? given : "zh-TW";
    this.locale = isTraditional(this.locale) ? "zh-CN" : traditional;
    stored.set("locale", this.locale);
  }
}
