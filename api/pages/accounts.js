// The page of accounts: its parts, by what the colleague may see.

import { AuditView } from "./accounts/audit.js";
import { KeysView } from "./accounts/keys.js";
import { OwnView } from "./accounts/own.js";
import { PeopleView } from "./accounts/people.js";
import { Tabs } from "./accounts/tabs.js";
import { requireSession, signOut } from "./shared/api.js";
import { button, element } from "./shared/element.js";
import { showPages } from "./shared/pages.js";
import { toast } from "./shared/told.js";
import { problemText } from "./shared/words.js";

const at = (id) => document.getElementById(id);
const say = (text) => toast(text, 4000);

const VIEWS = [
  { id: "people", name: "人员", needs: "accounts:manage", View: PeopleView },
  { id: "keys", name: "密钥", needs: "accounts:manage", View: KeysView },
  { id: "audit", name: "审计记录", needs: "audit:read", View: AuditView },
  { id: "me", name: "我的账号", needs: null, View: OwnView },
];

async function start() {
  const { user } = await requireSession();
  at("who").textContent = user.display_name;
  showPages(at("pages"), user);
  at("loading").remove();
  const allowed = VIEWS.filter(({ needs }) => !needs || user.permissions.includes(needs));
  new Tabs(at("tabs"), at("main"), allowed, { user, toast: say });
}

function showFailure(error) {
  if (error.status === 401) return; // on the way to the sign-in page
  const retry = button("重试", () => location.reload());
  at("main").replaceChildren(
    element("div", { class: "notice alarm", role: "alert" }, element("p", {}, problemText(error)), retry),
  );
}

at("sign-out").addEventListener("click", () => signOut().catch((error) => say(problemText(error))));
start().catch(showFailure);
