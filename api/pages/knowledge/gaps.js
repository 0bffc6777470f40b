// Gaps: what customers ask and are not told, by meaning; one click to a new entry or to new wordings.

import { ask } from "../shared/api.js";
import { field, openForm } from "../shared/dialog.js";
import { button, element } from "../shared/element.js";
import { nothing } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { gapNode } from "./gaps/gap.js";

const ASK_AGAIN_MS = 1500;
const PERIODS = [[7, "近 7 天"], [28, "近 28 天"], [91, "近 13 周"]];

export async function open(root, session, { query }) {
  const view = new Gaps(root, session);
  view.apply(query);
  return view;
}

class Gaps {
  constructor(root, session) {
    Object.assign(this, { root, session, turn: 0, timer: 0 });
    this.period = element("select", {}, ...PERIODS.map(([days, name]) => element("option", { value: String(days) }, name)));
    this.dismissed = element("input", { type: "checkbox" });
    this.summary = element("p", { class: "quiet", role: "status" });
    this.list = element("div", { class: "gaps" });
    for (const control of [this.period, this.dismissed]) control.addEventListener("change", () => this.#chosen());
    root.append(
      element("h2", {}, "知识缺口"),
      element("p", { class: "quiet" }, "没有答好的问题，按意思归在一起，问得最多的在前。"),
      element("div", { class: "gap-choices" },
        field("时间", this.period),
        element("label", { class: "gap-check" }, this.dismissed, "也看已忽略的")),
      this.summary,
      this.list,
    );
  }

  update({ query }) {
    this.apply(query);
  }

  close() {
    this.turn += 1;
    clearTimeout(this.timer);
  }

  /** Show what an address asks for. */
  apply(query) {
    const days = query.get("days");
    this.period.value = PERIODS.some(([one]) => String(one) === days) ? days : "28";
    this.dismissed.checked = query.has("dismissed");
    this.#load();
  }

  #chosen() {
    this.session.keep("gaps", [], { days: this.period.value, dismissed: this.dismissed.checked ? "1" : "" });
    this.#load();
  }

  get #since() {
    const day = new Date(Date.now() - (Number(this.period.value) - 1) * 86_400_000);
    return day.toISOString().slice(0, 10);
  }

  async #load() {
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.list.setAttribute("aria-busy", "true");
    this.summary.textContent = "正在归纳没有答好的问题，可能要一分钟…";
    try {
      const since = this.#since;
      const told = await ask("GET", `/v1/gaps?since=${since}${this.dismissed.checked ? "&dismissed=true" : ""}`);
      if (turn !== this.turn) return;
      if (told.state === "working") this.timer = setTimeout(() => this.#load(), ASK_AGAIN_MS);
      else this.#show(told.found, since);
    } catch (error) {
      if (turn !== this.turn) return;
      this.summary.textContent = "";
      this.list.removeAttribute("aria-busy");
      this.list.replaceChildren(element("div", { class: "notice alarm", role: "alert" }, element("p", {}, "没有载入缺口。"), button("重试", () => this.#load())));
      this.session.fail(error);
    }
  }

  #show(found, since) {
    this.list.removeAttribute("aria-busy");
    this.summary.textContent = `${found.asked} 个问题里有 ${found.missed} 个没有答好，归为 ${found.groups} 组` + (found.groups > found.gaps.length ? `，列出前 ${found.gaps.length} 组。` : "。");
    const deeds = this.session.may("knowledge:write") && {
      create: (gap) => this.#create(gap),
      extend: (gap, entry, texts) => this.#extend(gap, entry, texts),
      dismiss: (gap) => this.#dismiss(gap, since),
      restore: (gap) => this.#restore(gap),
    };
    const nodes = found.gaps.map((gap) => gapNode(gap, deeds));
    this.list.replaceChildren(...(nodes.length ? nodes : [nothing("这段时间没有知识缺口。")]));
  }

  /** Begin a new entry with the questions of a gap; the page for writing takes it up. */
  async #create(gap) {
    try {
      const [{ EMPTY }, { LocalDraft }] = await Promise.all([import("./write/text.js"), import("./write/local_draft.js")]);
      const local = new LocalDraft(this.session.user.id, "", () => {});
      const text = { ...EMPTY, question: gap.question, variants: gap.examples.slice(1), intent: gap.intent };
      const kept = local.keep(0, text);
      local.close();
      if (kept) this.session.go("new", [], { begun: "1" });
      else toast("浏览器没有空间保存，请清理后再试。");
    } catch (error) {
      this.session.fail(error);
    }
  }

  /** Add the chosen questions to an entry, as a draft. */
  #extend(gap, entry, texts) {
    const boxes = texts.map((text) => element("input", { type: "checkbox", checked: true, value: text }));
    const rows = boxes.map((box, i) => element("label", { class: "gap-check" }, box, texts[i]));
    openForm({
      title: `加为“${entry.question}”的问法`,
      fields: [element("div", { class: "gap-texts" }, ...rows), element("p", { class: "quiet" }, "先存为草稿，审核、发布后生效；发布前会用真实问题回放检查。")],
      action: "存为草稿",
      send: async () => {
        const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
        if (!chosen.length) throw Object.assign(new Error("empty"), { code: "empty" });
        const told = await ask("POST", "/v1/gaps/variants", { entry_id: entry.entry_id, texts: chosen });
        toast(told.added ? `已加 ${told.added} 个问法，存为草稿。` : "这些问法都已经有了。");
      },
    });
  }

  #dismiss(gap, since) {
    const reason = element("input", { type: "text", maxlength: "500" });
    openForm({
      title: "忽略这一组？",
      fields: [
        element("p", {}, "以后不再列出；如果问得多了一倍，会再出现。"),
        field("原因（可不填）", reason),
      ],
      action: "忽略",
      send: async () => {
        await ask("PUT", `/v1/gaps/${gap.id}/dismissal`, { reason: reason.value.trim(), since });
        toast("已忽略。");
        this.#load();
      },
    });
  }

  async #restore(gap) {
    try {
      await ask("DELETE", `/v1/gaps/${gap.dismissed}/dismissal`);
      toast("已恢复。");
      this.#load();
    } catch (error) {
      this.session.fail(error);
    }
  }
}
