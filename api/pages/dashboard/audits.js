// The audit queue: one decision at a time, blind, by keyboard or finger.

import { ask, download, leaveForSignIn } from "../shared/api.js";
import { field, needed, openForm } from "../shared/dialog.js";
import { button, element, setBusy } from "../shared/element.js";
import { loadInto, nothing } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText, problemText } from "../shared/words.js";
import { OUTCOMES, channelText, countText, numberText } from "./words.js";

const VERDICTS = [
  ["right", "1", "正确：做法和内容都对"],
  ["other_entry", "2", "该答，但应当用另一条"],
  ["clarify", "3", "应当追问"],
  ["handoff", "4", "应当转人工"],
  ["decline", "5", "应当婉拒"],
];
const share = (value) => numberText(value, "share");
let made = null;

/** Show how far the audits are, and what to judge next. */
export function showAudits(place) {
  made ??= new Audits(place);
  made.load();
}

class Audits {
  #standing = element("div", { class: "panel" });
  #work = element("div", { class: "panel work" });
  #item = null;
  #skipped = [];
  #busy = false;

  constructor(place) {
    const heading = element("h2", {}, "抽检");
    place.replaceChildren(heading, this.#standing, this.#work);
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  load() {
    loadInto(this.#standing, async () => this.#standingOf(await ask("GET", "/v1/audits")));
    this.#next();
  }

  #standingOf({ standing, accuracy, mine, batches }) {
    const told = standing.drawn
      ? `已抽 ${countText(standing.drawn)} 条，判完 ${countText(standing.done)} 条；您判了 ${countText(mine)} 条。`
      : "还没有抽样。先抽样，再逐条判断。";
    const result = accuracy.value === null ? "" : `自动回答准确率 ${share(accuracy.value)}（95% 区间 ${share(accuracy.low)}～${share(accuracy.high)}，${countText(accuracy.n)} 条）。`;
    const kappa = standing.kappa === null ? "" : `，科恩 κ = ${standing.kappa.toFixed(2)}`;
    const agreement = standing.doubled ? `双人判断 ${countText(standing.doubled)} 条，一致 ${countText(standing.agreed)} 条${kappa}；待第三人裁定 ${countText(standing.disputed)} 条。` : "";
    return [
      element("p", {}, told),
      ...[result, agreement].filter(Boolean).map((text) => element("p", {}, text)),
      element("div", { class: "filter-buttons" }, button("抽样…", () => this.#draw(), { class: "main" }), button("导出校准数据", (event) => save(event.currentTarget), { class: "small" })),
      batches.length ? element("details", {}, element("summary", {}, `抽样记录（${batches.length}）`), batchList(batches)) : null,
    ].filter(Boolean);
  }

  #next() {
    const query = this.#skipped.map((id) => `skip=${id}`).join("&");
    return loadInto(this.#work, async () => {
      const { item } = await ask("GET", `/v1/audits/next${query && `?${query}`}`);
      this.#item = item;
      if (item) return this.#itemOf(item);
      if (!this.#skipped.length) return [nothing("没有需要您判断的回答。")];
      const again = () => ((this.#skipped = []), this.#next());
      return [nothing("只剩您跳过的。"), button("看跳过的", again)];
    });
  }

  #itemOf(item) {
    const history = item.history.map((text) => element("li", {}, text));
    const verdicts = VERDICTS.map(([verdict, key, text]) => button(`${key} ${text}`, () => this.#choose(verdict), { dataset: { verdict }, "aria-keyshortcuts": key }));
    const skip = button("0 跳过", () => this.#skip(), { class: "small", "aria-keyshortcuts": "0" });
    return [
      element("p", { class: "quiet" }, `${momentText(item.at)} · ${channelText(item.channel)}`),
      history.length ? element("div", {}, element("h3", {}, "此前问过"), element("ul", { class: "history" }, ...history)) : null,
      element("h3", {}, "客户问"),
      element("p", { class: "asked" }, item.text),
      element("h3", {}, `助手：${OUTCOMES[item.action]}`),
      ...answerOf(item),
      element("div", { class: "verdicts", role: "group", "aria-label": "判断" }, ...verdicts, skip),
    ].filter(Boolean);
  }

  #key(event) {
    if (document.querySelector("dialog[open]") || !this.#work.checkVisibility() || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
    if (!this.#item) return;
    if (event.key === "0") return this.#skip();
    const chosen = VERDICTS.find(([, key]) => key === event.key);
    if (chosen) this.#choose(chosen[0]);
  }

  #skip() {
    if (this.#busy) return;
    this.#skipped.push(this.#item.id);
    this.#next();
  }

  #choose(verdict) {
    if (this.#busy || !this.#item) return;
    if (verdict === "other_entry") return this.#chooseEntry();
    this.#give({ verdict }).catch((error) => this.#failed(error));
  }

  async #give(judgement) {
    const item = this.#item;
    this.#busy = true;
    this.#work.setAttribute("aria-busy", "true");
    try {
      await ask("POST", `/v1/audits/${item.id}/judgement`, judgement);
    } finally {
      this.#busy = false;
      this.#work.removeAttribute("aria-busy");
    }
    this.#item = null;
    toast("已记录。", 1500);
    this.load();
  }

  /** Say what went wrong; what somebody else judged meanwhile is left for the next. */
  #failed(error) {
    if (error.status === 401) return leaveForSignIn();
    toast(problemText(error, { conflict: "这一条刚被别人判完，换下一条。" }));
    if (error.code === "conflict" || error.code === "not_found") this.#next();
  }

  #chooseEntry() {
    const sought = element("input", { type: "search", autocomplete: "off", maxlength: "500", value: this.#item.text.slice(0, 500) });
    const list = element("div", { class: "entries", role: "radiogroup", "aria-label": "条目" });
    const find = () => loadInto(list, async () => choicesOf(await ask("GET", `/v1/audits/entries?q=${encodeURIComponent(needed(sought))}`)));
    const search = button("查找", find, { class: "small" });
    sought.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), find()));
    const send = async () => {
      const picked = list.querySelector("input:checked");
      if (!picked) throw Object.assign(new Error("empty"), { code: "empty" });
      await this.#give({ verdict: "other_entry", right_entry_id: picked.value });
    };
    openForm({ title: "应当用哪一条？", fields: [field("查找条目", sought), search, list], action: "就用这一条", words: { empty: "请先选一条。" }, send });
    find();
  }

  #draw() {
    const kind = element("select", {}, element("option", { value: "answers" }, "自动回答（测准确率，分层抽样）"), element("option", { value: "decisions" }, "全部消息（给证书用，简单随机）"));
    const width = element("select", {}, ...[["0.02", "±2 个百分点"], ["0.03", "±3 个百分点"], ["0.05", "±5 个百分点"]].map(([value, name]) => element("option", { value, selected: value === "0.03" }, name)));
    const since = element("input", { type: "date", required: true, value: dayBefore(29) });
    const until = element("input", { type: "date", required: true, value: dayBefore(0) });
    const size = element("p", { class: "quiet", role: "status" });
    const question = () => new URLSearchParams({ kind: kind.value, since: since.value, until: until.value, half_width: width.value });
    const tell = async () => {
      try {
        const told = await ask("GET", `/v1/audits/size?${question()}`);
        size.textContent = `${countText(told.population)} 条中要抽 ${countText(told.size)} 条（预期正确率 ${share(told.expected)}）。`;
      } catch (error) {
        size.textContent = problemText(error);
      }
    };
    const send = async () => {
      const given = Object.fromEntries(question());
      const told = await ask("POST", "/v1/audits/samples", { ...given, half_width: Number(given.half_width) });
      this.#standing.replaceChildren(...this.#standingOf(told));
      toast("已抽样。");
      this.#next();
    };
    const dialog = openForm({ title: "抽样", fields: [field("抽什么", kind), field("从", since), field("到", until), field("想要的精度", width), size], action: "抽样", words: { invalid_input: "这些天没有可抽的，请换一段时间。" }, send });
    dialog.addEventListener("change", tell);
    tell();
  }
}

function answerOf({ entry, reply }) {
  const text = entry?.text ?? reply ?? "（没有保存文字）";
  return [
    entry?.question ? element("p", { class: "quiet" }, `条目：${entry.question}`) : null,
    element("p", { class: "answer" }, text),
  ].filter(Boolean);
}

function choicesOf(entries) {
  if (!entries.length) return [nothing("没有找到，请换个说法。")];
  return entries.map((one) =>
    element(
      "label",
      { class: "check" },
      element("input", { type: "radio", name: "entry", value: one.entry_id }),
      element("span", {}, one.question, element("span", { class: "quiet" }, `${one.intent_name} · ${one.text.slice(0, 80)}`)),
    ),
  );
}

function batchList(batches) {
  const kinds = { answers: "自动回答", decisions: "全部消息" };
  const items = batches.map((one) => element("li", {}, `${momentText(one.made_at)} ${one.actor_name ?? ""}：${kinds[one.kind]} ${countText(one.population)} 条中抽 ${countText(one.drawn)} 条，精度 ±${(100 * one.half_width).toFixed(0)} 个百分点`));
  return element("ul", { class: "row-list" }, ...items);
}

function dayBefore(days) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date(Date.now() - days * 86_400_000));
}

async function save(pressed) {
  setBusy(pressed, true);
  try {
    await download("/v1/audits/file", "application/jsonl");
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    toast(problemText(error));
  } finally {
    setBusy(pressed, false);
  }
}
