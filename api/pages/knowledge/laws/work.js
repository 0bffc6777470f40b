// What a replaced version of a law leaves to do: entry by entry, with its progress.

import { ask } from "../../shared/api.js";
import { confirmFirst } from "../../shared/dialog.js";
import { button, element, freshId, setBusy } from "../../shared/element.js";
import { nothing } from "../../shared/loading.js";
import { toast } from "../../shared/told.js";
import { address } from "../router.js";

const STATES = { open: "待处理", draft: "草稿已改", in_review: "已改，待审核", done: "已发布", retired: "已停用" };
const WORDS = { conflict: "这一条刚有人改过，已为您载入最新内容。", invalid_input: "这一条已经处理过了，或条款写得不对（只写数字，例如 23）。" };

export class Work {
  constructor(root, session, law, version) {
    Object.assign(this, { root, session, law, version, path: `/v1/laws/${encodeURIComponent(law)}/work` });
    this.progress = element("progress", { class: "progress", "aria-label": "处理进度" });
    this.about = element("p", { role: "status" });
    this.list = element("div", { class: "rows" });
  }

  async open() {
    const told = await this.#ask();
    this.root.append(element("a", { class: "entry", href: "#/laws" }, "‹ 法规"), element("h2", {}, `${this.law} ${this.version} 版 → ${told.replaced_by} 版`),
      this.about, this.progress, this.list);
    this.#show(told);
  }

  #ask() {
    return ask("GET", `${this.path}?version=${encodeURIComponent(this.version)}`);
  }

  #show(told) {
    const { total, done, open } = told.progress;
    const waiting = total - done - open;
    this.about.textContent = total ? `共 ${total} 条：${open} 条待处理，${waiting} 条等审核发布，${done} 条已完成。` : "没有条目以这个版本为依据。";
    Object.assign(this.progress, { max: total || 1, value: done + waiting });
    this.progress.hidden = !total;
    const order = ["open", "draft", "in_review", "done", "retired"];
    const sorted = [...told.entries].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    this.list.replaceChildren(...(sorted.length ? sorted.map((entry) => this.#card(entry, told.replaced_by)) : [nothing("没有要处理的条目。")]));
  }

  #card(entry, by) {
    const title = element("h3", {}, element("a", { class: "entry", href: address("entries", [entry.entry_id]) }, entry.question));
    const state = element("span", { class: entry.state === "open" ? "chip off" : "chip" }, STATES[entry.state]);
    const based = element("p", { class: "quiet" }, `依据：${entry.bases.map((basis) => basis.text).join("；")}`);
    const card = element("article", { class: "panel import-row" }, title, element("p", {}, state), based);
    if (entry.state !== "open") return card;
    const inputs = new Map();
    for (const { article } of entry.bases) if (article && !inputs.has(article)) inputs.set(article, this.#article(article, by));
    const keep = button("内容仍然正确，改用新版本", () => this.#settle(keep, entry, { how: "keep", articles: Object.fromEntries([...inputs].map(([old, { input }]) => [old, input.value.trim() || old])) }), { class: "main small" });
    const retire = button("停用", () => confirmFirst(`停用“${entry.question}”？`, "提交后由第二位同事审核发布，客户不再看到这一条。", "停用", () => this.#send(entry, { how: "retire" })), { class: "small danger" });
    const edit = element("a", { class: "button small", href: address("entries", [entry.entry_id]) }, "修改内容");
    card.append(element("p", { class: "told" }, entry.answer), element("div", { class: "articles" }, ...[...inputs.values()].map(({ node }) => node)), element("div", { class: "actions start" }, keep, edit, retire));
    return card;
  }

  #article(article, by) {
    const input = element("input", { type: "text", id: freshId("article"), maxlength: 20, inputmode: "numeric", value: article });
    return { input, node: element("div", { class: "field" }, element("label", { for: input.id }, `第${article}条，在 ${by} 版是第几条`), input) };
  }

  async #settle(pressed, entry, how) {
    setBusy(pressed, true);
    try {
      await this.#send(entry, how);
    } catch (error) {
      if (error.status === 409 || error.status === 422) this.#show(await this.#ask());
      this.session.fail(error, WORDS);
    } finally {
      setBusy(pressed, false);
    }
  }

  async #send(entry, how) {
    const told = await ask("POST", this.path, { entry_id: entry.entry_id, revision: entry.revision, version: this.version, ...how });
    this.#show(told);
    toast("已提交审核，等第二位同事发布");
  }
}
