// The knowledge pages: who is in, which views there are, and the way between them.

import { watchConnection } from "./knowledge/connection.js";
import { Router } from "./knowledge/router.js";
import { Stage } from "./knowledge/stage.js";
import { VIEWS } from "./knowledge/views.js";
import { requireSession, signOut } from "./shared/api.js";
import { button, element } from "./shared/element.js";
import { showPages } from "./shared/pages.js";
import { toast } from "./shared/told.js";
import { problemText } from "./shared/words.js";

const WRITE = "knowledge:write";
const READ = "reports:read"; // sees what is missing, and writes nothing
const at = (id) => document.getElementById(id);
let router = null;

function showUser(user) {
  at("who").textContent = user.display_name;
  at("who").title = "我的账号";
  at("who").hidden = false;
  showPages(at("pages"), user);
}

function refuse() {
  const text = "您的账号没有编写问答的权限，所以这里看不到内容。需要时请联系管理员开通“知识编辑”角色。";
  at("main").replaceChildren(
    element("section", { class: "panel" }, element("h2", {}, "没有权限"), element("p", {}, text)),
  );
}

function navigation(views) {
  const links = views.filter(({ name }) => name).map(({ path, name }) =>
    element("a", { class: "view", href: `#/${path}`, dataset: { path } }, name),
  );
  at("views").replaceChildren(...links);
  at("views").hidden = false;
}

/** Mark in the navigation where one is; views without a place of their own belong to the first. */
function mark(view) {
  const path = view?.name ? view.path : "";
  const nav = at("views");
  for (const link of nav.children) {
    if (link.dataset.path !== path) link.removeAttribute("aria-current");
    else {
      link.setAttribute("aria-current", "page");
      nav.scrollTo({ left: link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2 }); // in sight on a phone
    }
  }
}

async function start() {
  const { user } = await requireSession();
  showUser(user);
  watchConnection(at("offline"));
  const writes = user.permissions.includes(WRITE);
  if (!writes && !user.permissions.includes(READ)) return refuse();
  if (!writes && !location.hash.startsWith("#/gaps")) history.replaceState(null, "", "#/gaps");
  navigation(writes ? VIEWS : VIEWS.filter(({ path }) => path === "gaps"));
  const stage = new Stage(at("main"), user, mark);
  router = new Router(stage);
  stage.router = router;
  router.start();
}

function leave() {
  const out = () => signOut().catch((error) => toast(problemText(error)));
  if (router) router.leave(out);
  else out();
}

function showFailure(error) {
  if (error.status === 401) return; // on the way to the sign-in page
  const retry = button("重试", () => location.reload());
  at("main").replaceChildren(
    element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error)), retry),
  );
}

at("sign-out").addEventListener("click", leave);
start().catch(showFailure);
