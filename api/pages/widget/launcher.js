// The bubble in the corner, with the number of messages that nobody has looked at.

import { button, DRAWINGS, icon, part, set } from "./parts.js";

/** Opens the panel. */
export class Launcher {
  constructor(words, onOpen) {
    this.words = words;
    this.button = set(button("bubble-button", "", onOpen), { "aria-haspopup": "dialog" });
    this.badge = set(part("span", "badge"), { "aria-hidden": "true" });
    this.button.append(icon(DRAWINGS.chat), part("span", "bubble-word", words.open), this.badge);
    this.told = set(part("span", "unseen"), { role: "status" });
    this.element = set(part("section", "launcher", [this.button, this.told]), { "aria-label": words.open });
  }

  /** Show whether the panel is open, and how many messages are new. */
  update(isOpen, unread) {
    const count = unread ? this.words.unread(unread) : "";
    const name = [this.words.openIt, count].filter(Boolean).join("，");
    set(this.button, { "aria-expanded": String(isOpen), "aria-label": name });
    this.badge.textContent = unread > 99 ? "99+" : String(unread || "");
    this.badge.hidden = !unread;
    if (this.told.textContent !== count) this.told.textContent = count;
  }
}
