// A form in a dialog: opened, sent, kept open with the reason where it is refused.

import { leaveForSignIn } from "./api.js";
import { button, element, freshId, setBusy } from "./element.js";
import { problemText } from "./words.js";

/**
 * Open a form in a dialog.
 *
 * @param {object} form
 * @param {string} form.title Its heading.
 * @param {Node[]} form.fields What is filled in.
 * @param {string} form.action What the button says that sends it.
 * @param {boolean} [form.dangerous] Whether sending takes something away.
 * @param {object} [form.words] Own words by the code of an error.
 * @param {(error: Error) => Node|null} [form.about] What is shown below the reason, if anything.
 * @param {() => Promise<void>} form.send Sends it; the dialog closes when that succeeds.
 */
export function openForm({ title, fields, action, dangerous = false, words = {}, about = () => null, send }) {
  const heading = element("h2", { id: freshId("title") }, title);
  const said = element("p");
  const problem = element("div", { class: "notice alarm", role: "alert", hidden: true }, said);
  const more = element("div", { hidden: true });
  const submit = element("button", { type: "submit", class: dangerous ? "button danger" : "button main" }, action);
  const cancel = button("取消", () => dialog.close());
  const actions = element("div", { class: "actions" }, cancel, submit);
  const form = element("form", { novalidate: true }, heading, problem, more, ...fields, actions);
  const dialog = element("dialog", { "aria-labelledby": heading.id }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    setBusy(submit, true);
    problem.hidden = true;
    more.hidden = true;
    try {
      await send();
      dialog.close();
    } catch (error) {
      if (error.status === 401 && error.code === "not_signed_in") return leaveForSignIn();
      said.textContent = problemText(error, words);
      problem.hidden = false;
      const shown = about(error);
      more.replaceChildren(...(shown ? [shown] : []));
      more.hidden = !shown;
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      setBusy(submit, false);
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("input, select, textarea")?.focus();
  return dialog;
}

/** What is said where `needed` finds nothing. */
export const EMPTY = "请把空着的内容填上。";

/** Return a control under its label. */
export function field(label, control) {
  control.id = freshId("field");
  return element("div", { class: "field" }, element("label", { for: control.id }, label), control);
}

/** Return what was written; throws an error of the code "empty" where it is nothing. */
export function needed(control) {
  const value = control.value.trim();
  control.setAttribute("aria-invalid", String(!value));
  if (!value) throw Object.assign(new Error("empty"), { code: "empty" });
  return value;
}

/** Ask before something is done that cannot be taken back. */
export function confirmFirst(title, text, action, send) {
  return openForm({ title, fields: [element("p", {}, text)], action, dangerous: true, send });
}

/** Show something, with a button to close it beside others. */
export function show(title, content, others = []) {
  const heading = element("h2", { id: freshId("title") }, title);
  const close = element("button", { type: "submit", class: "button main" }, "好");
  const form = element("form", { method: "dialog" }, heading, ...content, element("div", { class: "actions" }, ...others, close));
  const dialog = element("dialog", { "aria-labelledby": heading.id }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  return dialog;
}
