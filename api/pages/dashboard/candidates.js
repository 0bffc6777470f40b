// A retrained model beside the one in use: its trial, its figures, the gate, and what is decided.

import { ask } from "../shared/api.js";
import { field, openForm } from "../shared/dialog.js";
import { button, element } from "../shared/element.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText, problemText } from "../shared/words.js";
import { gatePanel } from "./candidate_gate.js";
import { OUTCOMES, countText, numberText } from "./words.js";

const ASK_AGAIN_MS = 3000;
const STATES = { on_trial: "试用中", promoted: "已启用", rejected: "未采用" };
const ARMS = { handed_over: "转人工", bad_rating: "差评或没解决" };
const WORDS = {
  gate_closed: "没有通过检查，不能启用。",
  conflict: "现在不能这样做：请先运行检查，或刷新看最新状态。",
  release: "本系统只启用签过名的模型，这一个还没有签名。请技术人员用 baowen release sign 签名后再启用。",
  invalid_input: "模型由 BAOWEN_BUNDLE 指定，不能在这里更换。请联系技术人员。",
  bundle: "模型文件不完整或已被改动，请联系技术人员。",
};
const share = (value) => numberText(value, "share");
const change = (value) => numberText(value, "change");

/** Show the trial; `may` tells whether the person decides about it. */
export function showCandidates(place, may) {
  new Candidates(place, may).load();
}

class Candidates {
  #timer = 0;

  constructor(place, may) {
    Object.assign(this, { may, current: element("div", { class: "cards" }), others: element("div", { class: "panel" }) });
    place.replaceChildren(element("h2", {}, "候选模型"), this.current, this.others);
  }

  load() {
    clearTimeout(this.#timer);
    return loadInto(this.current, async () => {
      const told = await ask("GET", "/v1/candidates");
      const tried = told.candidates.find((one) => one.state === "on_trial");
      const compared = tried && (await ask("GET", `/v1/candidates/${tried.version}/comparison`));
      this.others.replaceChildren(...this.#history(told));
      if (told.gate.state === "running") this.#timer = setTimeout(() => this.current.checkVisibility() && this.load(), ASK_AGAIN_MS);
      return tried ? [this.#trial(told, tried), comparisonPanel(compared), this.#gate(told, tried)] : [empty(told)];
    });
  }

  #trial(told, one) {
    const mode = one.share ? `A/B：直接回答 ${share(one.share)} 的会话` : "影子模式：只在后台一起判断，客户看不到";
    const deeds = [button("调整比例…", () => this.#share(one)), button("结束试用…", () => this.#end(one))];
    return element(
      "section",
      { class: "panel", "aria-label": "试用" },
      element("h3", {}, `候选 ${one.version}`),
      element("p", {}, `${momentText(one.started_at)} 由 ${one.started_by} 开始试用，与在用的 ${told.champion} 比较。${mode}。`),
      this.may && element("div", { class: "filter-buttons" }, ...deeds),
    );
  }

  #gate(told, one) {
    const deeds = {
      check: () => this.#act("POST", `${one.version}/gate`, undefined, "已开始检查。"),
      promote: () => this.#reasoned("启用候选模型", `启用 ${one.version} 后，所有会话都由它回答；可以随时退回 ${told.champion}。`, "启用", `${one.version}/promotion`, "已启用，几秒内生效。"),
    };
    return gatePanel(told, this.may, deeds);
  }

  #history(told) {
    const rows = told.candidates
      .filter((one) => one.state !== "on_trial")
      .map((one) =>
        element("tr", {}, element("th", { scope: "row" }, one.version), cell("结果", STATES[one.state]), cell("时间", momentText(one.ended_at)), cell("谁", one.ended_by), cell("原因", one.reason)),
      );
    const back = this.may && told.before && !told.bound && button("退回先前的模型…", () => this.#back(told), { class: "small" });
    return [
      element("h3", {}, "先前的候选"),
      rows.length ? table("先前的候选", ["版本", "结果", "时间", "谁", "原因"], rows) : nothing("还没有结束过的试用。"),
      ...(back ? [element("div", { class: "filter-buttons" }, back)] : []),
    ];
  }

  #share(one) {
    const control = element("input", { type: "number", min: "0", max: "100", step: "1", value: String(Math.round(100 * one.share)) });
    openForm({
      title: "候选直接回答多少会话",
      fields: [field("占会话的百分比（0 为影子模式）", control)],
      action: "调整",
      words: WORDS,
      send: async () => {
        const value = Number(control.value);
        if (control.value === "" || !(value >= 0 && value <= 100)) throw Object.assign(new Error("empty"), { code: "empty" });
        await ask("PUT", `/v1/candidates/${one.version}/share`, { share: value / 100 });
        this.load();
      },
    });
  }

  #end(one) {
    this.#reasoned("结束试用", "候选不再参与判断，在用的模型不变。", "结束试用", `${one.version}/rejection`, "已结束试用。");
  }

  #back(told) {
    this.#reasoned("退回先前的模型", `退回 ${told.before}，几秒内所有会话都由它回答。`, "退回", "rollback", "已退回，几秒内生效。");
  }

  #reasoned(title, text, action, path, done) {
    const reason = element("input", { type: "text", maxlength: "500" });
    openForm({
      title,
      fields: [element("p", {}, text), field("原因（会留档）", reason)],
      action,
      words: WORDS,
      send: async () => {
        await ask("POST", `/v1/candidates/${path}`, { reason: reason.value.trim() });
        toast(done);
        this.load();
      },
    });
  }

  async #act(method, path, body, done) {
    try {
      await ask(method, `/v1/candidates/${path}`, body);
      toast(done);
    } catch (error) {
      toast(problemText(error, WORDS));
    }
    this.load();
  }
}

function empty({ champion }) {
  const how = "没有候选在试用。训练好新模型后，请技术人员运行 baowen candidate start，它就会在后台与在用的模型一起判断。";
  return element("section", { class: "panel" }, element("p", {}, `在用的模型：${champion}。`), nothing(how));
}

function comparisonPanel({ pairs, arms, least_pairs: least }) {
  const heading = element("h3", {}, "同样的消息，两者怎么判断");
  if (!pairs.n) return element("section", { class: "panel" }, heading, nothing("还没有消息。客户来问之后，这里会有比较。"));
  const agreement = pairs.agreement;
  const rows = [
    pairRow("转人工", pairs.handoff),
    pairRow("直接回答", pairs.answered),
    pairRow(`判断正确（有标签的 ${countText(pairs.labelled)} 条）`, pairs.accuracy),
  ].filter(Boolean);
  const armRows = Object.entries(arms).filter(([, one]) => one.value !== null).map(([name, one]) => armRow(ARMS[name] ?? name, one));
  const few = pairs.n < least ? `启用前至少要 ${least} 条。` : "";
  return element(
    "section",
    { class: "panel", "aria-label": "比较" },
    heading,
    element("p", {}, `${countText(pairs.n)} 条消息，来自 ${countText(pairs.conversations)} 个会话；${share(agreement.value)}（95% 区间 ${share(agreement.low)}～${share(agreement.high)}）判断相同。${few}`),
    table("两者的比较", ["", "在用", "候选", "差（95% 区间）", "p 值"], rows),
    armRows.length ? element("h3", {}, "A/B：各自回答的会话") : null,
    armRows.length ? table("各自回答的会话", ["", "在用", "候选", "差（95% 区间）", "p 值"], armRows) : null,
    pairs.examples.length ? element("details", {}, element("summary", {}, `判断不同的消息（${pairs.examples.length}）`), element("ul", { class: "row-list" }, ...pairs.examples.map(example))) : null,
  );
}

function pairRow(name, one) {
  return one && figures(name, share(one.champion), share(one.candidate), one.difference, one.p);
}

function armRow(name, one) {
  const seen = ({ value, n }) => `${share(value)}（${countText(n)}）`;
  return figures(name, seen(one.champion), seen(one.candidate), one, one.p);
}

function figures(name, first, second, { value, low, high }, p) {
  const difference = value === null ? "—" : `${change(value)}（${change(low)}～${change(high)}）`;
  return element("tr", {}, element("th", { scope: "row" }, name), cell("在用", first), cell("候选", second), cell("差", difference), cell("p 值", p.toFixed(3)));
}

function example({ text, champion, candidate }) {
  const said = ([action, what]) => [OUTCOMES[action] ?? action, what].filter(Boolean).join(" ");
  return element("li", {}, element("p", { class: "row-text" }, text || "（没有文字）"), element("p", { class: "quiet" }, `在用：${said(champion)} → 候选：${said(candidate)}`));
}
