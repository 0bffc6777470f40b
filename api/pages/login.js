// The sign-in page: name and password, or the company's own sign-in.

import { ask, whoIsIn } from "./shared/api.js";
import { setBusy } from "./shared/element.js";
import { bindPasswordToggle } from "./shared/password_field.js";
import { problemText } from "./shared/words.js";

const at = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const [form, name, password, submit] = ["form", "name", "password", "submit"].map(at);
let waiting = 0;

// How the company's own sign-in ended, by the ?problem= it comes back with.
const RETURNS = {
  expired: "登录超时或已在别处完成，请再试一次。",
  refused: "公司账号没有同意登录，请再试一次。",
  provider: "公司账号系统暂时不可用，请稍后再试，或用账号密码登录。",
  no_role: "您的公司账号还没有开通保问，请联系管理员。",
};

/** Return where to go on to: only ever a page of our own. */
function following(user) {
  const wanted = new URL(query.get("next") || "/", location.origin);
  if (query.get("next") && wanted.origin === location.origin) return wanted.href;
  const allowed = new Set(user.permissions);
  if (allowed.has("tickets:work")) return "/desk";
  if (allowed.has("reports:read")) return "/dashboard";
  return allowed.has("knowledge:write") ? "/knowledge" : "/accounts";
}

function tell(text) {
  at("problem").hidden = !text;
  at("problem").firstElementChild.textContent = text;
}

function mark(field, wrong) {
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** Count down until the server would listen again. */
function waitFor(seconds) {
  clearInterval(waiting);
  const end = Date.now() + seconds * 1000;
  const show = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    submit.disabled = left > 0;
    submit.textContent = left > 0 ? `请等 ${left} 秒` : "登录";
    if (left <= 0) clearInterval(waiting);
  };
  waiting = setInterval(show, 500);
  show();
}

async function signIn() {
  setBusy(submit, true);
  submit.textContent = "正在登录…";
  tell("");
  try {
    const session = await ask("POST", "/v1/session", { name: name.value, password: password.value });
    location.replace(following(session.user));
  } catch (error) {
    setBusy(submit, false);
    submit.textContent = "登录";
    tell(error.code === "too_many" ? "尝试次数太多，为了账号安全请稍等再试。" : problemText(error));
    if (error.code === "too_many") waitFor(error.retryAfter);
    else password.select();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (submit.disabled) return;
  const empty = [name, password].filter((field) => !field.value.trim());
  for (const field of [name, password]) mark(field, empty.includes(field));
  if (empty.length) {
    tell(empty.length === 2 ? "请输入账号和密码。" : `请输入${empty[0] === name ? "账号" : "密码"}。`);
    empty[0].focus();
  } else signIn();
});

submit.disabled = false; // before, the browser itself would have sent the form

async function offerProvider() {
  const methods = await ask("GET", "/v1/session/methods");
  if (!methods.provider) return;
  const next = query.get("next");
  at("provider-link").textContent = `用${methods.provider}登录`;
  if (next) at("provider-link").href += `?next=${encodeURIComponent(next)}`;
  at("provider").hidden = false;
}

bindPasswordToggle(password, at("toggle"));
if (RETURNS[query.get("problem")]) tell(RETURNS[query.get("problem")]);
offerProvider().catch(() => {}); // the password form is enough
whoIsIn().then(
  (session) => location.replace(following(session.user)),
  () => {
    // Nobody is signed in yet: that is what this page is for. Who types already is left alone.
    if (document.activeElement === document.body) name.focus();
  },
);
