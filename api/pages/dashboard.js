// The dashboard: figures that refresh themselves, the audit queue, the what-if of staffing.

import { showAlarms } from "./dashboard/alarms.js";
import { showAudits } from "./dashboard/audits.js";
import { showCandidates } from "./dashboard/candidates.js";
import { filterForm, queryOf } from "./dashboard/filters.js";
import { showCauses, showCertificate, showDrift, showHot, showRising } from "./dashboard/findings.js";
import { showReports } from "./dashboard/reports.js";
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
const VIEWS = {
  figures: load,
  audits: () => showAudits(at("audits")),
  staffing: () => showStaffing(at("staffing")),
  alarms: () => showAlarms(at("alarms")),
  candidates: () => showCandidates(at("candidates"), permissions.includes("candidates:decide")),
  reports: () => showReports(at("reports")),
};
const tiles = new Tiles(at("tiles"), () => queryOf(location.search));
let permissions = [];
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
    const parts = ["", "/topics", "/complaints"].map((part) => ask("GET", `/v1/measures${part}${query}`));
    const [told, topics, causes, drift] = await Promise.all([...parts, ask("GET", "/v1/drift")]);
    if (turn !== asked) return;
    show(told, topics, causes, drift);
    at("trouble").hidden = true;
  } catch (error) {
    if (turn === asked) trouble(error, load);
  }
  if (turn === asked) timer = setTimeout(refresh, REFRESH_MS);
}

function show(told, topics, causes, drift) {
  at("line").textContent = `${clockText(told.measured_at)} 更新，每 30 秒自动刷新`;
  filters ??= filterForm(at("filters"), told, search);
  filters.show(told);
  at("standing").textContent = standingText(told.figures);
  tiles.show(told);
  showHot(at("hot"), topics.hot);
  showRising(at("rising"), topics.rising);
  showCauses(at("causes"), causes);
  showCertificate(at("certificate"), told.certificate);
  showDrift(at("drift"), drift);
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

function view() {
  const name = location.hash.slice(2);
  return Object.hasOwn(VIEWS, name) ? name : "figures";
}

function showView() {
  const shown = view();
  for (const name of Object.keys(VIEWS)) at(name).hidden = name !== shown;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  at("line").textContent = "";
  VIEWS[shown]();
}

window.addEventListener("popstate", showView);
document.addEventListener("visibilitychange", refresh);
at("sign-out").addEventListener("click", () => signOut().catch((error) => toast(problemText(error))));

requireSession().then(
  ({ user }) => {
    showPages(at("pages"), user);
    permissions = user.permissions;
    if (user.permissions.includes("reports:read")) return showView();
    at("line").textContent = "";
    trouble({ code: "forbidden" }, () => location.reload());
  },
  (error) => trouble(error, () => location.reload()),
);
