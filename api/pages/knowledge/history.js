// Published states: who published what, when and why; any two compared; the way back.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";
import { momentText } from "../shared/words.js";
import { snapshotView } from "./history/snapshot.js";
import { Publishing } from "./review/publishing.js";
import { address } from "./router.js";
import { personText } from "./words.js";

const ACTIONS = { published: "发布", rolled_back: "回滚", suspended: "暂停" };

export async function open(root, session, parameters) {
  const history = new History(session);
  await history.load();
  root.append(history.root);
  history.show(parameters);
  return { close: () => history.leaving.abort(), update: (changed) => history.show(changed) };
}

class History {
  constructor(session) {
    this.session = session;
    this.leaving = new AbortController();
    this.publishing = new Publishing(session, this.leaving.signal, () => this.reload());
    this.serving = element("p", { class: "serving", role: "status" });
    this.list = element("div", { class: "snapshots" });
    this.detail = element("section", { class: "detail", "aria-label": "版本内容", hidden: true });
    this.root = element("div", { class: "stage" }, element("h2", {}, "版本历史"), this.publishing.root, this.serving, this.list, this.detail);
  }

  async load() {
    this.told = await ask("GET", "/v1/snapshots?limit=50");
    this.#list();
  }

  async reload() {
    try {
      await this.load();
      this.show(this.parameters);
    } catch (error) {
      this.session.fail(error);
    }
  }

  /** Show one snapshot, or the list. */
  show(parameters) {
    this.parameters = parameters;
    const number = Number(parameters.rest[0]) || 0;
    this.list.hidden = Boolean(number);
    this.detail.hidden = !number;
    this.detail.replaceChildren();
    if (number) loadInto(this.detail, () => snapshotView(this, number, parameters.query));
    else document.title = "版本历史 · 知识管理 · 保问";
  }

  #list() {
    const { snapshots, serving, newest, refused } = this.told;
    this.serving.textContent = servingText(serving, newest, refused);
    this.serving.classList.toggle("behind", serving !== newest);
    if (!snapshots.length) return this.list.replaceChildren(nothing("还没有发布过。"));
    const rows = snapshots.map((one) => this.#row(one));
    const shown = table("版本", ["版本", "时间", "谁", "为什么", "改变", "校验值"], rows);
    const more = button("更早的版本", () => this.#more(more, shown));
    more.hidden = !this.told.next;
    this.list.replaceChildren(shown, element("div", { class: "more" }, more));
  }

  async #more(more, shown) {
    setBusy(more, true);
    try {
      const page = await ask("GET", `/v1/snapshots?limit=50&before=${this.told.next}`);
      shown.tBodies[0].append(...page.snapshots.map((one) => this.#row(one)));
      this.told.next = page.next;
      more.hidden = !page.next;
    } catch (error) {
      this.session.fail(error);
    } finally {
      setBusy(more, false);
    }
  }

  #row(one) {
    const link = element("a", { class: "entry", href: address("history", [String(one.number)]) }, `第 ${one.number} 号`);
    const serves = one.number === this.told.serving ? element("span", { class: "chip" }, "正在使用") : null;
    return element(
      "tr",
      {},
      element("th", { scope: "row", class: "nowrap" }, link, " ", serves),
      cell("时间", momentText(one.at), { class: "nowrap" }),
      cell("谁", personText(one.by, one.by_name)),
      cell("为什么", whyText(one)),
      cell("改变", countsText(one.counts)),
      cell("校验值", element("code", { title: "完整的校验值在版本里" }, one.hash.slice(0, 12))),
    );
  }
}

function servingText(serving, newest, refused) {
  if (refused) return `第 ${refused.number} 号版本没有被采用，线上仍是第 ${serving} 号。请联系运维。`;
  return serving === newest ? `线上正在使用第 ${serving} 号版本。` : `线上正在使用第 ${serving} 号版本，第 ${newest} 号即将生效。`;
}

/** Say how a snapshot came about, and why. */
export function whyText({ action, by, forced, reason }) {
  if (by === "release") return "随版本更新的内容";
  return [`${ACTIONS[action] ?? action}${forced ? "（强制）" : ""}`, reason].filter(Boolean).join("：");
}

/** Say how many entries a snapshot changed. */
export function countsText({ added, changed, removed }) {
  const told = [added && `新增 ${added}`, changed && `修改 ${changed}`, removed && `停用 ${removed}`].filter(Boolean);
  return told.join(" · ") || "无";
}
