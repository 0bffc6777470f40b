// The page of labelling: the sets, labelling one, deciding where labels differ.

import { openDeciding } from "./labels/deciding.js";
import { openLabelling } from "./labels/labelling.js";
import { openSets } from "./labels/sets.js";
import { ask, requireSession, signOut } from "./shared/api.js";
import { button, element } from "./shared/element.js";
import { toast } from "./shared/told.js";
import { problemText } from "./shared/words.js";

const at = (id) => document.getElementById(id);
let close = () => {};

/** Show what the address names: #, #label/ID or #decide/ID. */
function show(page) {
  close();
  const [what, id] = location.hash.slice(1).split("/");
  const place = element("div", { class: "stack" });
  at("main").replaceChildren(place);
  const view = { label: openLabelling, decide: openDeciding }[page.canLabel ? what : ""];
  close = (view ? view(place, page, id) : openSets(place, page)) ?? (() => {});
}

async function start() {
  const { user } = await requireSession();
  at("who").textContent = user.display_name;
  const options = await ask("GET", "/v1/label-options");
  const page = { user, options, canLabel: user.permissions.includes("labels:write") };
  addEventListener("hashchange", () => show(page));
  show(page);
}

function showFailure(error) {
  if (error.status === 401) return; // on the way to the sign-in page
  const retry = button("重试", () => location.reload());
  at("main").replaceChildren(element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error)), retry));
}

at("sign-out").addEventListener("click", () => signOut().catch((error) => toast(problemText(error))));
start().catch(showFailure);
