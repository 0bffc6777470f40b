// Publishes, schedules and sends back: the questions asked before, the progress, and what came of it.

import { ask } from "../../shared/api.js";
import { field, needed, openForm } from "../../shared/dialog.js";
import { button, element, freshId } from "../../shared/element.js";
import { toast } from "../../shared/told.js";
import { problemText } from "../../shared/words.js";
import { findingsView } from "./findings.js";
import { follow, progress } from "./jobs.js";

const KEPT = "knowledge-publish";
const SERVED_MS = 1000;
const SERVED_TRIES = 60;
export const WORDS = {
  empty: "请把空着的内容填上。",
  four_eyes: "其中有您自己写的内容，需要另一位同事发布。",
  conflict: "有人刚刚改动或发布过，什么也没有执行。请看一下新的内容再操作。",
  invalid_content: "检查没有通过，什么也没有发布，线上内容不变。",
  invalid_input: "现在不能这样操作，请刷新后再看。",
  lost: "服务中途重启，不确定是否已发布，请看下面的版本再决定。",
  stopped: "服务中途停止，什么也没有发布，请再试一次。",
  not_found: "内容已经不在待审核里，列表已刷新。",
};

/** Return the first day that something can be scheduled for, as an input of type date has it. */
function tomorrow() {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/**
 * Ask how entries are to be published, and begin it.
 *
 * @param {object[]} entries Entries in review, as the queue lists them.
 * @param {boolean} scheduled Whether the day is asked for.
 * @param {(job: object, entries: object[]) => void} begun Gets the job.
 * @param {boolean} [force] In spite of errors.
 */
export function openPublish(entries, scheduled, begun, force = false) {
  const day = element("input", { type: "date", min: tomorrow(), value: scheduled ? tomorrow() : "" });
  const reason = element("textarea", { rows: 2, maxlength: 500 });
  const names = entries.slice(0, 5).map(({ question }) => element("li", {}, question));
  const more = entries.length > 5 ? element("li", {}, `等 ${entries.length} 条`) : null;
  const send = async () => {
    const order = { ids: entries.map(({ id }) => id), revisions: Object.fromEntries(entries.map(({ id, revision }) => [id, revision])) };
    order.reason = force ? needed(reason) : reason.value.trim();
    if (scheduled) order.at = needed(day);
    if (force) order.force = true;
    begun(await ask("POST", "/v1/publishes", order), entries);
  };
  openForm({
    title: title(entries, scheduled, force),
    fields: [
      element("ul", { class: "chosen" }, ...names, more),
      element("p", { class: "quiet" }, explained(scheduled, force)),
      ...(scheduled ? [field("发布日期", day)] : []),
      field(force ? "为什么必须发布（会留在记录里）" : "说明（选填，会留在记录里）", reason),
    ],
    action: force ? "强制发布" : scheduled ? "定时发布" : "发布",
    dangerous: force,
    words: WORDS,
    send,
  });
}

function title(entries, scheduled, force) {
  const count = entries.length > 1 ? ` ${entries.length} 条` : "";
  return `${force ? "强制" : scheduled ? "定时" : "立即"}发布${count}`;
}

function explained(scheduled, force) {
  if (force) return "检查发现的问题不再拦截，内容会原样发给客户。请确认后果由谁承担。";
  const when = scheduled ? "到这一天自动再检查一次并发布。" : "通过后约两秒，客户的下一个问题就用新内容。";
  return `先做全部检查。${when}如有准确率证书，会重新核对，结果发布后告诉您。`;
}

/** Ask what is to be done, and give entries back; `done` is called when that succeeded. */
export function openSendBack(entries, own, done) {
  const comment = element("textarea", { rows: 3, maxlength: 2000 });
  const send = async () => {
    await ask("POST", "/v1/entries/send-back", { ids: entries.map(({ id }) => id), comment: needed(comment) });
    toast(own ? "已撤回为草稿。" : "已退回修改，作者会看到您的意见。");
    done();
  };
  openForm({
    title: own ? "撤回修改" : "退回修改",
    fields: [field(own ? "为什么撤回" : "请写明要改什么", comment)],
    action: own ? "撤回" : "退回",
    words: WORDS,
    send,
  });
}

/** Shows the publish or rollback under way in a place of its own, also after the page was loaded anew. */
export class Publishing {
  /**
   * @param {object} session See Session in stage.js.
   * @param {AbortSignal} left Ends following.
   * @param {() => void} ended Is called when the lists have changed.
   */
  constructor(session, left, ended) {
    Object.assign(this, { session, left, ended });
    this.root = element("div", { class: "publishing" });
    const kept = sessionStorage.getItem(KEPT);
    if (kept) this.#resume(kept);
  }

  /** Follow a job that was begun with these entries. */
  async follow(job, entries = []) {
    sessionStorage.setItem(KEPT, job.id);
    const bar = progress(job.kind === "rollback" ? "正在回滚" : "正在发布");
    this.root.replaceChildren(bar.root);
    this.root.scrollIntoView({ block: "nearest" });
    try {
      const ended = await follow(job, bar.show, this.left);
      if (!ended) return;
      sessionStorage.removeItem(KEPT);
      this.ended();
      if (ended.state === "done") await this.#done(ended.result);
      else this.#failed(ended.error, entries);
    } catch (error) {
      this.#failed(error, entries);
    }
  }

  async #resume(id) {
    const job = await ask("GET", `/v1/jobs/${id}`).catch(() => null);
    if (job) await this.follow(job);
    else sessionStorage.removeItem(KEPT);
  }

  async #done({ snapshot, scheduled, certificate }) {
    const lost = certificate.lost ? element("p", {}, "准确率证书不再成立：现在用更严格的阈值，更多问题转人工。请重新标注并校准。") : null;
    const text = element("p", {}, scheduled ? `已定于 ${scheduled.due} 发布。` : `已发布为第 ${snapshot.number} 号版本，正在生效…`);
    this.#say("notice", "status", text, lost);
    if (snapshot) await this.#served(snapshot.number, text);
  }

  async #served(number, text) {
    for (let i = 0; i < SERVED_TRIES && !this.left.aborted; i += 1) {
      const told = await ask("GET", "/v1/snapshots?limit=1").catch(() => null);
      if (told?.refused?.number === number) {
        text.textContent = `第 ${number} 号版本已发布，但服务没有采用，线上仍是第 ${told.serving} 号。请联系运维。`;
        return;
      }
      if (told?.serving >= number) {
        text.textContent = `第 ${number} 号版本已生效，客户的下一个问题就用新内容。`;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, SERVED_MS));
    }
  }

  #failed(error, entries) {
    const text = element("p", {}, problemText(error, WORDS));
    const names = new Map(entries.map(({ id, question }) => [id, question]));
    const found = error.findings?.length ? findingsView(error.findings, names) : null;
    const detail = found || error.code !== "invalid_content" ? null : element("p", {}, "可能一次停用了太多条目。");
    const forcible = error.code === "invalid_content" && entries.length > 0;
    const force = button("仍要发布…", () => openPublish(entries, false, (job) => this.follow(job, entries), true), { class: "danger" });
    this.#say("notice alarm", "alert", text, detail, found, forcible ? force : null);
  }

  #say(kind, role, ...content) {
    const close = button("知道了", () => this.root.replaceChildren(), { class: "small" });
    this.root.replaceChildren(element("div", { class: `${kind} outcome`, role, id: freshId("outcome") }, ...content, close));
  }
}
