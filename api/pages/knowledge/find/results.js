// A list of entries that grows while one scrolls.

import { leaveForSignIn } from "../../shared/api.js";
import { button, element, setBusy } from "../../shared/element.js";
import { nothing, table } from "../../shared/loading.js";
import { momentText, problemText } from "../../shared/words.js";
import { toast } from "../../shared/told.js";
import { COLUMNS, row } from "./rows.js";

const NOTHING = {
  bad_ratings: "近 90 天没有评价差的条目。",
  collisions: "没有互相冲突的条目。",
  expiring: "90 天内没有到期的条目。",
  unused: "已发布的条目近 90 天都用到过。",
};

export class Results {
  /** @param {(cursor: string) => Promise<object>} following Loads the page behind a cursor. */
  constructor(following) {
    this.following = following;
    this.node = element("section", { class: "results", "aria-label": "条目列表" }, element("p", { class: "quiet", role: "status" }, "正在载入…"));
    this.watch = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#grow(), { rootMargin: "600px" });
    this.rows = null;
  }

  close() {
    this.watch.disconnect();
  }

  /** How many rows are there. */
  get count() {
    return this.rows?.rows.length ?? 0;
  }

  busy() {
    this.node.setAttribute("aria-busy", "true");
  }

  show(told, { list, text, narrowed }) {
    this.node.removeAttribute("aria-busy");
    this.list = list;
    this.watch.disconnect();
    if (told.total === null) return this.#say(element("p", { class: "quiet", role: "status" }, waiting(told)));
    const title = text && !list ? `含“${text}”的条目` : "条目";
    const count = element("p", { class: "quiet total", role: "status" }, `${title}：共 ${told.total} 条${age(told)}`);
    if (!told.total) return this.#say(count, nothing(narrowed || text ? "没有符合的条目。换个说法，或清除筛选。" : NOTHING[list] ?? "还没有条目。"));
    const shown = table("条目", COLUMNS, told.entries.map((one) => row(one, list)));
    this.more = button("显示更多", () => this.#grow());
    const foot = element("div", { class: "more" }, this.more);
    this.#say(count, shown, foot);
    this.rows = shown.tBodies[0];
    this.next = told.next;
    this.more.hidden = !this.next;
    this.watch.observe(foot);
  }

  #say(...nodes) {
    this.rows = null;
    this.next = null;
    this.node.replaceChildren(...nodes);
  }

  async #grow() {
    if (!this.next || this.more.disabled) return;
    const rows = this.rows;
    setBusy(this.more, true);
    try {
      const told = await this.following(this.next);
      if (rows !== this.rows) return;
      rows.append(...told.entries.map((one) => row(one, this.list)));
      this.next = told.next;
      this.more.hidden = !this.next;
    } catch (error) {
      if (error.status === 401) return leaveForSignIn();
      toast(problemText(error));
    } finally {
      setBusy(this.more, false);
    }
  }
}

function waiting({ collisions }) {
  if (!collisions) return "正在统计…";
  if (collisions.failed) return "比对没有成功，请稍后再打开，或请管理员查看日志。";
  const far = collisions.of ? `：${collisions.done} / ${collisions.of}` : "";
  return `正在逐一比对全部问法${far}。要几分钟，可以先做别的，稍后回来看。`;
}

/** Say how old a list is that is found beside the requests. */
function age({ collisions }) {
  if (!collisions || collisions.current) return "";
  const again = collisions.running ? "正在重新比对。" : "";
  return `。这是 ${momentText(collisions.made_at)} 的结果，之后内容有改动。${again}`;
}
