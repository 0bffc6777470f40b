// The dashboard: figures that refresh themselves, the audit queue, the what-if of staffing.

import { showAudits } from "./dashboard/audits.js";
import { filterForm, queryOf } from "./dashboard/filters.js";
import { showCauses, showCertificate, showHot, showRising } from "./dashboard/findings.js";
import { showStaffing } from "./dashboard/staffing.js";
import { Tiles } from "./dashboard/tiles.js";
import { clockText, standingText } from "./dashboard/words.js";
import { ask, leaveForSignIn, requireSession, signOut } from "./shared/api.js";
import { button, element } from "./shared/element.js";
import { showPages } from "./shared/pages.js";
import { toast } from "./shared/told.js";
import { problemText } from "./shared/words.js";

const REFRESH_MS = 30_000;
const at = (id) => document.getElementById(id);
const VIEWS = { "": "figures", "/": "figures", "/audits": "audits", "/staffing": "staffing" };
const tiles = new Tiles(at("tiles"), () => queryOf(location.search));
let asked = 0;
let timer = 0;
let filters = null;

function trouble(error, again) {
  if (error.status === 401) return leaveForSignIn();
  at("trouble").replaceChildren(element("p", {}, problemText(error)), button("重试", again, { class: "small" }));
  at("trouble").hidden = false;
}

/** Load the figures of the address; an answer that is overtaken by another question is dropped. */
async function load() {
  clearTimeout(timer);
  const turn = ++asked;
  const query = queryOf(location.search);
  try {
    const [told, topics, causes] = await Promise.all(
      ["", "/topics", "/complaints"].map((part) => ask("GET", `/v1/measures${part}${query}`)),
    );
    if (turn !== asked) return;
    show(told, topics, causes);
    at("trouble").hidden = true;
  } catch (error) {
    if (turn === asked) trouble(error, load);
  }
  if (turn === asked) timer = setTimeout(refresh, REFRESH_MS);
}

function show(told, topics, causes) {
  at("line").textContent = `${clockText(told.measured_at)} 更新，每 30 秒自动刷新`;
  filters ??= filterForm(at("filters"), told, search);
  filters.show(told);
  at("standing").textContent = standingText(told.figures);
  tiles.show(told);
  showHot(at("hot"), topics.hot);
  showRising(at("rising"), topics.rising);
  showCauses(at("causes"), causes);
  showCertificate(at("certificate"), told.certificate);
  document.body.dataset.ready = "true";
}

/** Refresh while somebody looks; who comes back gets fresh figures at once. */
function refresh() {
  if (document.hidden || view() !== "figures") return;
  load();
}

/** Put another question into the address and answer it. */
function search(query) {
  history.pushState(null, "", `${location.pathname}${query}${location.hash}`);
  load();
}

const view = () => VIEWS[location.hash.slice(1)] ?? "figures";

function showView() {
  const shown = view();
  for (const name of ["figures", "audits", "staffing"]) at(name).hidden = name !== shown;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  at("line").textContent = "";
  if (shown === "figures") load();
  if (shown === "audits") showAudits(at("audits"));
  if (shown === "staffing") showStaffing(at("staffing"));
}

window.addEventListener("popstate", showView);
document.addEventListener("visibilitychange", refresh);
at("sign-out").addEventListener("click", () => signOut().catch((error) => toast(problemText(error))));

requireSession().then(
  ({ user }) => {
    showPages(at("pages"), user);
    if (user.permissions.includes("reports:read")) return showView();
    at("line").textContent = "";
    trouble({ code: "forbidden" }, () => location.reload());
  },
  (error) => trouble(error, () => location.reload()),
);
