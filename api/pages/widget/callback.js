// Out of hours: a form that asks to be called.

import { errorLine, field } from "./fields.js";
import { button, part, set } from "./parts.js";

const PHONE = /^\+?[0-9][0-9 -]{5,18}[0-9]$/; // as the server takes it

/** Return the form; `onSend` gets {phone, when, note} and tells whether it was stored. */
export function callbackForm({ words }, onSend, onCancel) {
  const phone = set(part("input"), { name: "phone", type: "tel", autocomplete: "tel", inputmode: "tel", required: "" });
  const when = set(part("input"), { name: "when", maxlength: "100" });
  const note = set(part("textarea"), { name: "note", rows: "2", maxlength: "300" });
  const fault = errorLine();
  const send = part("button", "small main", words.submit);
  const buttons = part("div", "more", [send, button("small", words.cancel, onCancel)]);
  const fields = [field(words.phone, phone), field(words.when, when), field(words.note, note)];
  const form = part("form", "card callback", [part("h2", "", words.callback), ...fields, fault, buttons]);
  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    fault.textContent = PHONE.test(given.phone) ? "" : words.badPhone;
    set(phone, { "aria-invalid": String(Boolean(fault.textContent)) });
    if (fault.textContent) return phone.focus();
    send.disabled = true;
    await onSend(given);
    send.disabled = false;
  });
  return form;
}
