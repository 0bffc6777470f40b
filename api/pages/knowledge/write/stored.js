// The entry as it is stored, what of the form differs from it, and what of that is kept in this browser.

import { LocalDraft } from "./local_draft.js";
import { EMPTY, sameText, textOf, tidied } from "./text.js";

export class Stored {
  /**
   * @param {string} person The account's id.
   * @param {object|null} view The entry as the API tells it; null for a new one.
   * @param {() => object} text Returns what stands in the form.
   * @param {(others: number) => void} onOthers Is told how many other windows have the entry open.
   */
  constructor(person, view, text, onOthers) {
    Object.assign(this, { person, text, onOthers, view, closed: false });
    this.base = view?.revision ?? 0; // the revision that the form was made from
    this.saved = view ? textOf(view.entry) : EMPTY;
    this.local = new LocalDraft(person, view?.id ?? "", onOthers);
  }

  /** Take over what the API tells after a save or a deed. */
  take(view, saved = textOf(view.entry)) {
    const created = !this.view;
    Object.assign(this, { view, base: view.revision, saved });
    this.local.forget();
    if (!created) return;
    this.local.close();
    this.local = new LocalDraft(this.person, view.id, this.onOthers);
  }

  get dirty() {
    return !this.closed && !sameText(this.text(), this.saved);
  }

  /** A draft is stored, whether it waits for review or not. */
  get drafted() {
    return ["draft", "in_review"].includes(this.view?.status);
  }

  /** Return the draft as `/v1/entries/preview` and `try` take it. */
  draft() {
    return { id: this.view?.id ?? "", revision: this.base, entry: tidied(this.text()) };
  }

  /** Keep in this browser what is not saved; `kept` is false where it has no room. */
  keep() {
    if (sameText(this.text(), this.saved)) this.local.forget();
    else this.kept = this.local.keep(this.base, this.text());
  }

  close() {
    this.keep();
    this.closed = true;
    this.local.close();
  }
}
