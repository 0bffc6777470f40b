// The bar below the form: whether all is saved, and what may be done with the entry.

import { ask } from "../../shared/api.js";
import { confirmFirst } from "../../shared/dialog.js";
import { button, element } from "../../shared/element.js";
import { toast } from "../../shared/told.js";

export class Deeds {
  /**
   * @param {object} stored The entry: see stored.js.
   * @param {object} ways `save`, `submit`, and `reload`, which shows the entry as it is stored now.
   */
  constructor(stored, ways) {
    Object.assign(this, { stored, ways });
    this.save = button("保存草稿", ways.save, { "aria-keyshortcuts": "Control+S" });
    this.submit = button("提交审核", ways.submit, { class: "main", "aria-keyshortcuts": "Control+Enter" });
    this.retire = button("停用", () => this.#retire(), { class: "danger" });
    this.discard = button("还原", () => this.#discard());
    this.state = element("p", { class: "state", role: "status" });
    this.node = element("div", { class: "deeds" }, this.state, this.retire, this.discard, this.save, this.submit);
  }

  /** Show what may be done now; `waiting` for the service, `problem` of a save that failed. */
  show({ waiting = false, problem = "" } = {}) {
    const { view, drafted, dirty } = this.stored;
    this.discard.hidden = !drafted && !(view && dirty);
    this.retire.hidden = !view || !view.published || view.retires;
    this.submit.hidden = view?.status === "in_review" && !dirty;
    this.state.textContent = problem || this.#told(waiting, dirty);
    this.state.dataset.state = waiting ? "waiting" : dirty ? "dirty" : "saved";
  }

  #told(waiting, dirty) {
    if (waiting) return "连不上服务：内容已存在这台电脑上，恢复后自动保存。";
    if (!dirty) return this.stored.view ? "已保存。" : "";
    return this.stored.kept === false ? "有改动还没保存，浏览器空间已满，请尽快保存。" : "有改动还没保存，已留在这台电脑上。";
  }

  #retire() {
    const text = "会存成一份停用的草稿；提交审核、由另一位同事发布之后，客户就不会再得到这个回答。没有保存的改动会丢掉。";
    confirmFirst("停用这一条？", text, "停用", () => this.#deed("retire", "已存成停用的草稿，提交审核后生效。"));
  }

  #discard() {
    const { view, drafted } = this.stored;
    if (!drafted) return confirmFirst("放弃改动？", "没有保存的改动会丢掉。", "放弃", this.ways.reload);
    const back = view.published ? "内容回到现在发布的样子" : "这一条还没有发布过，会归到“已停用”";
    const text = `草稿和没有保存的改动都不要了，${back}。写过的各版仍在历史里。`;
    return confirmFirst("还原？", text, "还原", () => this.#deed("discard", "已还原。"));
  }

  async #deed(name, done) {
    try {
      await ask("POST", `/v1/entries/${encodeURIComponent(this.stored.view.id)}/${name}`, { based_on: this.stored.base });
    } catch (error) {
      if (error.code !== "stale_edit") throw error;
      throw Object.assign(error, { code: "conflict" });
    }
    await this.ways.reload();
    toast(done);
  }
}
