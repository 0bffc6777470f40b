// API keys: the list, making one, and revoking one.

import { ask } from "../shared/api.js";
import { button, element } from "../shared/element.js";
import { momentText, PERMISSIONS } from "../shared/words.js";
import { confirmFirst, openForm, show } from "../shared/dialog.js";
import { checksField, textField } from "./fields.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";

const WORDS = { invalid_input: "请填写名称（最多 60 个字），并至少选一项权限。" };
const NEVER = "accounts:manage"; // a key that leaks must not be able to make further ones

export class KeysView {
  constructor({ toast }) {
    this.toast = toast;
    this.list = element("div");
    const about = "给程序用：请求时带上 Authorization: Bearer 密钥。密钥只在新建时显示一次。";
    this.node = element(
      "div",
      {},
      element(
        "div",
        { class: "tools" },
        element("p", { class: "quiet" }, about),
        button("新建密钥", () => this.#add(), { class: "main" }),
      ),
      this.list,
    );
  }

  open() {
    return loadInto(this.list, async () => {
      const { keys } = await ask("GET", "/v1/keys");
      if (!keys.length) return [nothing("还没有密钥")];
      const titles = ["名称", "权限", "新建", "最近使用", "状态", ""];
      return [table("密钥", titles, keys.map((key) => this.#row(key)))];
    });
  }

  #row(key) {
    const begins = element("code", { class: "quiet" }, `${key.prefix}…`);
    const revoke = button("吊销", () => this.#revoke(key), { class: "small danger", "aria-label": `吊销 ${key.name}` });
    const [look, said] = key.revoked_at ? ["chip off", "已吊销"] : ["chip", "有效"];
    const state = element("span", { class: look }, said);
    return element(
      "tr",
      { class: key.revoked_at ? "gone" : null },
      element("th", { scope: "row" }, key.name, element("span", { class: "quiet" }, begins)),
      cell("权限", key.scopes.map((scope) => PERMISSIONS[scope] ?? scope).join("、")),
      cell("新建", `${momentText(key.created_at)} ${key.created_by_name}`),
      cell("最近使用", momentText(key.last_used_at) || "还没用过"),
      cell("状态", state),
      element("td", { class: "act" }, key.revoked_at ? null : revoke),
    );
  }

  #add() {
    const name = textField("名称", { maxlength: 60 }, "哪个系统用它，如“微信网关”");
    const boxes = Object.entries(PERMISSIONS).filter(([scope]) => scope !== NEVER);
    const scopes = checksField("权限", boxes, [], { hint: "只给用得着的。" });
    openForm({
      title: "新建密钥",
      fields: [name.node, scopes.node],
      action: "新建",
      words: WORDS,
      send: async () => {
        const made = await ask("POST", "/v1/keys", { name: name.input.value, scopes: scopes.values() });
        this.open();
        this.#showSecret(made);
      },
    });
  }

  #showSecret({ key, secret }) {
    const text = element("code", { class: "secret", tabindex: 0, "aria-label": "密钥" }, secret);
    const copy = button("复制", async () => {
      await navigator.clipboard?.writeText(secret).then(
        () => this.toast("已复制"),
        () => getSelection().selectAllChildren(text),
      );
    });
    const warning = element("div", { class: "notice warm" }, element("p", {}, "请现在保存：关闭后再也看不到。"));
    show(`密钥“${key.name}”`, [warning, text], [copy]);
  }

  #revoke(key) {
    const text = "吊销后，用它的系统立刻连不上，不能恢复。";
    confirmFirst(`吊销“${key.name}”？`, text, "吊销", async () => {
      await ask("DELETE", `/v1/keys/${key.id}`);
      this.toast(`已吊销“${key.name}”`);
      this.open();
    });
  }
}
