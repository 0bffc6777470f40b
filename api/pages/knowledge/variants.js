// Variants: questions of customers that may become variants, taken up one by one.

import { ask } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { nothing } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { address } from "./router.js";
import { STATUSES, dayText } from "./words.js";

const SOURCES = { label: "坐席标注", picked: "客户选中", rejected: "否定答案后选中" };
const WORDS = { invalid_input: "不能采纳：还有个人信息或空着，或条目已停用。请改一改再试。" };

export async function open(root, session) {
  const view = new Variants(root, session);
  await view.load();
  return view;
}

class Variants {
  constructor(root, session) {
    Object.assign(this, { session, next: 0 });
    const hint = element("p", { class: "quiet" },
      "近 90 天客户的问法：坐席标注过正确条目的、客户从选项里选中的。个人信息已遮盖。按 J、K 移动，A 采纳，R 不采纳。");
    this.count = element("p", { class: "total", role: "status" });
    this.list = element("div", { class: "stage" });
    this.more = button("更多", () => this.load(), { hidden: true });
    root.append(element("h2", {}, "问法建议"), hint, this.count, this.list, this.more);
    this.pressed = (event) => this.#key(event);
    addEventListener("keydown", this.pressed);
  }

  close() {
    removeEventListener("keydown", this.pressed);
  }

  /** Show the next page. */
  async load() {
    setBusy(this.more, true);
    try {
      const told = await ask("GET", `/v1/variants?after=${this.next ?? 0}`);
      this.left ??= told.proposals;
      this.next = told.next;
      this.list.append(...told.groups.map((one) => this.#group(one)));
      this.more.hidden = this.next === null;
      this.#counted();
    } catch (error) {
      if (!this.list.childElementCount) throw error;
      this.session.fail(error);
    } finally {
      setBusy(this.more, false);
    }
  }

  #counted() {
    this.count.textContent = this.left ? `还有 ${this.left} 条待看。` : "";
    if (!this.left && !this.list.querySelector(".proposal")) {
      this.list.replaceChildren(nothing("没有待看的问法。坐席结单时标注正确条目、客户从选项里选中，就会出现在这里。"));
    }
  }

  #group(group) {
    const link = element("a", { class: "entry", href: address("entries", [group.entry_id]) }, group.question);
    const chip = element("span", { class: "chip", dataset: { status: group.status } }, STATUSES[group.status]);
    const head = element("div", { class: "group-head" }, element("h3", {}, link), chip, element("span", { class: "quiet" }, `${group.intent_name} · 已有 ${group.variants} 个问法`));
    const list = element("ul", { class: "proposals" }, ...group.proposals.map((one) => this.#proposal(group, one)));
    return element("section", { class: "part group", "aria-label": group.question }, head, list);
  }

  #proposal(group, told) {
    const input = element("input", { type: "text", maxlength: 500, "aria-label": `问法：${told.text}` });
    input.value = told.text;
    const sources = Object.entries(told.sources).map(([name, count]) => `${SOURCES[name]} ${count} 次`).join("，");
    const about = [`${sources}，最近 ${dayText(told.last_at)}`];
    if (told.finds) about.push(told.finds.right ? "现在已能找到这一条" : `现在先找到“${told.finds.question}”`);
    const warnings = [];
    if (told.masked) warnings.push("有遮盖的个人信息，采纳前请改写");
    if (told.duplicate) warnings.push(`和已有的“${told.near.question}”几乎一样`);
    else if (told.near) about.push(`最像已有的“${told.near.question}”`);
    const row = element("li", { class: "proposal" });
    const accept = button("采纳", () => this.#accept(group, told, input, row), { class: "small main" });
    const reject = button("不采纳", () => this.#reject(group, told, row, reject), { class: "small" });
    row.append(
      element("div", {}, input, element("p", { class: "quiet" }, about.join(" · ")), warnings.length ? element("p", { class: "warn" }, warnings.join("；")) : null),
      element("div", { class: "tools-row" }, accept, reject));
    Object.assign(row, { accept, reject, input });
    return row;
  }

  async #accept(group, told, input, row) {
    setBusy(row.accept, true);
    try {
      await ask("POST", "/v1/variants/accept", { entry_id: group.entry_id, proposed: told.text, text: input.value.trim() });
      this.#gone(row);
      toast("已加到这一条的草稿里，提交审核后生效。");
    } catch (error) {
      this.session.fail(error, WORDS);
      if (error.code === "invalid_input") input.focus();
    } finally {
      setBusy(row.accept, false);
    }
  }

  async #reject(group, told, row, pressed) {
    setBusy(pressed, true);
    const said = { entry_id: group.entry_id, proposed: told.text };
    try {
      await ask("POST", "/v1/variants/reject", said);
      this.#undo(said, row);
    } catch (error) {
      this.session.fail(error);
    } finally {
      setBusy(pressed, false);
    }
  }

  /** Put a line in the place of a rejected one, from which it can be taken back. */
  #undo(said, row) {
    const undo = button("撤销", async () => {
      setBusy(undo, true);
      try {
        await ask("POST", "/v1/variants/reconsider", said);
        line.replaceWith(row);
        this.left += 1;
        this.#counted();
        row.reject.focus();
      } catch (error) {
        this.session.fail(error);
        setBusy(undo, false);
      }
    }, { class: "small" });
    const line = element("li", { class: "proposal rejected" }, element("p", { class: "quiet" }, `不再建议“${said.proposed}”。`), undo);
    row.replaceWith(line);
    this.left -= 1;
    this.#counted();
    undo.focus();
  }

  #gone(row) {
    const rows = [...this.list.querySelectorAll(".proposal")];
    const following = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    const group = row.closest(".group");
    row.remove();
    if (!group.querySelector(".proposal")) group.remove();
    this.left -= 1;
    this.#counted();
    (following?.accept ?? following?.querySelector("button"))?.focus();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    const rows = [...this.list.querySelectorAll(".proposal")].filter((one) => one.accept);
    const at = rows.findIndex((one) => one.contains(document.activeElement));
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") rows[Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), rows.length - 1)]?.accept.focus();
    else if (at >= 0 && key === "a") rows[at].accept.click();
    else if (at >= 0 && key === "r") rows[at].reject.click();
    else return;
    event.preventDefault();
  }
}
