// The page of the one-time link: makes the first account.

import { ask } from "./shared/api.js";
import { setBusy } from "./shared/element.js";
import { bindPasswordToggle } from "./shared/password_field.js";
import { problemText } from "./shared/words.js";

const at = (id) => document.getElementById(id);
const [form, name, display, password, submit] = ["form", "name", "display", "password", "submit"].map(at);

// Out of the address bar and the history at once: whoever looks over a shoulder sees nothing.
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const OWN = { invalid_input: "账号只能用 2 到 60 个小写字母、数字或 . _ @ -，姓名最多 60 个字。" };
const LEAST = 10;

function tell(text, field = null) {
  at("problem").hidden = !text;
  at("problem").firstElementChild.textContent = text;
  for (const one of [name, display, password]) {
    if (one === field) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
  field?.focus();
}

function showOver(text) {
  at("checking").hidden = true;
  form.hidden = true;
  at("over").hidden = false;
  if (text) at("over-text").textContent = text;
}

async function check() {
  try {
    await ask("POST", "/v1/setup/check", { token });
    at("checking").hidden = true;
    form.hidden = false;
    name.focus();
  } catch (error) {
    showOver(error.code === "setup_over" ? "" : problemText(error));
  }
}

async function make() {
  setBusy(submit, true);
  try {
    const account = { name: name.value, password: password.value, display_name: display.value };
    await ask("POST", "/v1/setup", { token, ...account });
    location.replace("/accounts");
  } catch (error) {
    setBusy(submit, false);
    if (error.code === "setup_over") showOver("");
    else tell(problemText(error, OWN), error.code === "weak_password" ? password : null);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (submit.disabled) return;
  if (!name.value.trim()) tell("请填写账号。", name);
  else if (!display.value.trim()) tell("请填写姓名。", display);
  else if ([...password.value].length < LEAST) tell(`密码至少 ${LEAST} 个字符。`, password);
  else {
    tell("");
    make();
  }
});

bindPasswordToggle(password, at("toggle"));
check();
