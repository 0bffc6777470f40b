// What the checks have against the entry while it is written, and the entries that compete with it.

import { ask, leaveForSignIn } from "../../shared/api.js";
import { button, element, setBusy } from "../../shared/element.js";
import { toast } from "../../shared/told.js";
import { problemText } from "../../shared/words.js";
import { showRivals } from "./rivals.js";

/** The fields in the order of the form. */
const ORDER = ["question", "intent", "answer", "short_answer", "variants", "source", "legal_basis", "products", "channels", "valid_from", "valid_to", "related"];

const isGrave = ({ severity }) => severity === "error";

export class Checks {
  /**
   * @param {object} session See Session in stage.js.
   * @param {object} form Shows findings at their fields.
   * @param {object} stored The entry: see stored.js.
   */
  constructor(session, form, stored) {
    Object.assign(this, { session, form, stored, findings: [], turn: 0, at: -1 });
    this.summary = element("p", { class: "summary", role: "status" });
    this.place = element("div", {});
    this.thorough = button("全面检查", () => this.run(true), { class: "small" });
    this.node = element("section", { class: "part", "aria-label": "检查" },
      element("div", { class: "part-head" }, element("h3", {}, "检查"), this.thorough), this.summary, this.place);
  }

  /** Check the text as it stands; `thorough` asks the questions of near entries, too. */
  async run(thorough = false) {
    const turn = ++this.turn;
    if (thorough) setBusy(this.thorough, true);
    this.node.setAttribute("aria-busy", "true");
    this.summary.textContent ||= "正在检查…";
    try {
      const told = await ask("POST", "/v1/entries/check", { ...this.#draft(), thorough });
      if (turn === this.turn) this.#show(told, thorough);
    } catch (error) {
      if (error.status === 401) this.#signedOut();
      else if (turn === this.turn) this.summary.textContent = `暂时没有检查：${problemText(error)}`;
    } finally {
      if (turn === this.turn) this.node.removeAttribute("aria-busy");
      if (thorough) setBusy(this.thorough, false);
    }
  }

  /** Return the first fault that has to be mended before the entry is submitted, and show all. */
  grave() {
    if (!this.asked) {
      this.asked = true;
      if (this.told) this.#show(this.told, false);
    }
    return this.findings.find(isGrave);
  }

  /** Go to the next finding, the grave ones first. */
  next() {
    const order = [...this.findings.filter(isGrave), ...this.findings.filter((one) => !isGrave(one))];
    if (!order.length) return;
    this.at = (this.at + 1) % order.length;
    this.form.point(order[this.at]);
  }

  /** Return the draft with empty lines in their places, so that findings are about what is seen. */
  #draft() {
    const text = this.form.text();
    return { ...this.stored.draft(), entry: { ...text, legal_basis: text.legal_basis.filter(({ law }) => law) } };
  }

  #show(told, thorough) {
    const asked = this.stored.view ? told.findings : told.findings.filter(({ field }) => field !== "id");
    this.findings = [...asked].sort((one, other) => ORDER.indexOf(one.field) - ORDER.indexOf(other.field));
    this.told = told;
    const named = this.#due();
    const focused = document.activeElement;
    this.form.showFindings(named);
    if (focused?.isConnected && focused !== document.activeElement) focused.focus();
    this.#sum(named, told.rivals, thorough);
    const ways = { remove: (variant) => this.form.variants.remove(variant), move: (variant, rival, pressed) => this.#move(variant, rival, pressed) };
    showRivals(this.place, told.rivals, this.form.text(), ways);
  }

  #sum(named, rivals, thorough) {
    const grave = named.filter(isGrave).length;
    const brought = rivals.filter((one) => one.brought).length;
    const stood = rivals.filter((one) => one.lost && !one.brought).length;
    const unwritten = this.findings.filter(isGrave).length > grave;
    const parts = [grave ? `${grave} 处必须改` : unwritten ? "还没有写完，会一边写一边检查" : "没有必须改的地方"];
    if (named.length - grave) parts.push(`${named.length - grave} 条建议`);
    if (brought) parts.push(`${brought} 个条目会抢走问法`);
    const before = stood ? `有 ${stood} 个条目原来就抢问法，不是这次改的。` : "";
    this.summary.textContent = `${parts.join("，")}。${before}${thorough ? "已检查相近条目的问法。" : ""}`;
    this.summary.dataset.grave = String(grave > 0);
  }

  /** Return what is worth telling: in a new entry nobody is told off for what is not written yet. */
  #due() {
    if (this.stored.view || this.asked) return this.findings;
    const text = this.form.text();
    return this.findings.filter(({ field }) => text[field]?.length);
  }

  async #move(variant, rival, pressed) {
    setBusy(pressed, true);
    try {
      await ask("POST", "/v1/variants/accept", { entry_id: rival.entry_id, proposed: variant, text: variant });
      this.form.variants.remove(variant);
      toast(`已移到“${rival.question}”的草稿里，那一条也要提交审核。`);
    } catch (error) {
      this.session.fail(error);
    } finally {
      setBusy(pressed, false);
    }
  }

  #signedOut() {
    this.stored.keep();
    leaveForSignIn();
  }
}
