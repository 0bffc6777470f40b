// One's own account: what one may do, and one's password.

import { ask } from "../shared/api.js";
import { element, setBusy } from "../shared/element.js";
import { LEVELS, PERMISSIONS, problemText, QUEUES, ROLES } from "../shared/words.js";
import { textField } from "./fields.js";

const WORDS = { wrong_password: "现在的密码不对。" };

export class OwnView {
  constructor({ user, toast }) {
    this.user = user;
    this.toast = toast;
    this.node = element("div", { class: "own" }, this.#facts(), user.external ? this.#elsewhere() : this.#password());
  }

  open() {}

  #facts() {
    const { user } = this;
    const facts = [
      ["账号", user.name],
      ["姓名", user.display_name],
      ["角色", user.roles.map((role) => ROLES[role][0]).join("、") || "还没有角色"],
      ["可以", user.permissions.map((one) => PERMISSIONS[one]).join("、") || "请管理员给您角色"],
    ];
    if (user.queues.length) {
      facts.push(["队列", user.queues.map((one) => QUEUES[one]).join("、")], ["级别", LEVELS[user.level]]);
    }
    const list = facts.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]);
    return element("section", { class: "panel" }, element("h2", {}, "我的资料"), element("dl", { class: "facts" }, ...list));
  }

  #elsewhere() {
    const text = "您用公司账号登录，密码请在公司账号系统里修改。";
    return element("section", { class: "panel" }, element("h2", {}, "密码"), element("p", {}, text));
  }

  #password() {
    const old = textField("现在的密码", { type: "password", autocomplete: "current-password" });
    const next = textField(
      "新密码",
      { type: "password", autocomplete: "new-password" },
      "10 个字符以上，别用姓名、常见词或连续数字",
    );
    const said = element("p");
    const problem = element("div", { class: "notice alarm", role: "alert", hidden: true }, said);
    const submit = element("button", { type: "submit", class: "button main" }, "修改密码");
    const form = element("form", { novalidate: true }, problem, old.node, next.node, submit);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (submit.disabled) return;
      setBusy(submit, true);
      problem.hidden = true;
      try {
        await ask("PUT", "/v1/session/password", { old: old.input.value, new: next.input.value });
        form.reset();
        this.toast("密码已修改，其他设备已退出登录");
      } catch (error) {
        said.textContent = problemText(error, WORDS);
        problem.hidden = false;
      } finally {
        setBusy(submit, false);
      }
    });
    return element("section", { class: "panel" }, element("h2", {}, "修改密码"), form);
  }
}
