// People: the list, and the form of one.

import { ask } from "../shared/api.js";
import { button, element } from "../shared/element.js";
import { LEVELS, QUEUES, ROLES } from "../shared/words.js";
import { confirmFirst, openForm } from "../shared/dialog.js";
import { checksField, choiceField, newPasswordField, textField } from "./fields.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";

const WORDS = {
  invalid_input: "有一项填得不对：账号用 2 到 60 个小写字母、数字或 . _ @ -，姓名 1 到 60 个字，同时接待 1 到 50。",
  invalid_request: "有一项填得不对，请检查数字和长度。",
  conflict: "这个账号名已有人用，或者这是最后一位管理员，请先指定另一位。",
};

export class PeopleView {
  constructor({ user, toast }) {
    this.me = user;
    this.toast = toast;
    this.people = [];
    this.search = element("input", {
      class: "search",
      type: "search",
      id: "people-search",
      autocomplete: "off",
      placeholder: "姓名、账号、角色或队列",
    });
    this.search.addEventListener("input", () => this.#show());
    this.list = element("div");
    const label = element("label", { for: "people-search" }, "查找");
    this.node = element(
      "div",
      {},
      element(
        "div",
        { class: "tools" },
        element("div", { class: "field" }, label, this.search),
        button("新建人员", () => this.#add(), { class: "main" }),
      ),
      this.list,
    );
  }

  open() {
    return loadInto(this.list, async () => {
      this.people = (await ask("GET", "/v1/users")).users;
      return this.#rows();
    });
  }

  #show() {
    this.list.replaceChildren(...this.#rows());
  }

  #rows() {
    const wanted = this.search.value.trim().toLowerCase();
    const found = this.people.filter((person) => searched(person).includes(wanted));
    if (!found.length) return [nothing(`没有找到“${this.search.value.trim()}”`)];
    const titles = ["姓名", "角色", "队列", "级别", "同时接待", ""];
    return [table("人员", titles, found.map((person) => this.#row(person)))];
  }

  #row(person) {
    const away = person.disabled ? element("span", { class: "chip off" }, "已停用") : null;
    const where = person.external ? " · 公司账号" : "";
    const name = element("span", { class: "quiet" }, person.name + where);
    const works = person.permissions.includes("tickets:work");
    const edit = button("编辑", () => this.#edit(person), {
      class: "small",
      "aria-label": `编辑 ${person.display_name}`,
    });
    return element(
      "tr",
      { class: person.disabled ? "gone" : null },
      element("th", { scope: "row" }, person.display_name, " ", away, name),
      cell("角色", chips(person.roles.map((role) => ROLES[role][0]))),
      cell("队列", person.queues.map((queue) => QUEUES[queue]).join("、")),
      cell("级别", works ? LEVELS[person.level] : "", { class: "nowrap" }),
      cell("同时接待", works ? String(person.capacity) : ""),
      element("td", { class: "act" }, edit),
    );
  }

  #add() {
    const name = textField("账号", { spellcheck: "false", autocapitalize: "none" }, "登录用，如工号");
    const password = newPasswordField("初始密码");
    const details = detailFields({ display_name: "", roles: [], queues: [], level: 1, capacity: 3 });
    openForm({
      title: "新建人员",
      fields: [name.node, details.name, password.node, ...details.others],
      action: "新建",
      words: WORDS,
      send: async () => {
        const account = { name: name.input.value, password: password.input.value };
        const made = await ask("POST", "/v1/users", { ...account, ...details.values() });
        this.#done(`已新建“${made.display_name}”`);
      },
    });
  }

  #edit(person) {
    const details = detailFields(person);
    const dialog = openForm({
      title: `编辑 ${person.display_name}`,
      fields: [details.name, ...details.others, this.#further(person, () => dialog.close())],
      action: "保存",
      words: WORDS,
      send: async () => {
        const changed = await ask("PATCH", `/v1/users/${person.id}`, details.values());
        this.#done(`已保存“${changed.display_name}”`);
      },
    });
  }

  /** Return the buttons for what is done to an account as a whole. */
  #further(person, close) {
    const then = (act) => () => {
      close();
      act();
    };
    const password = person.external ? null : button("重设密码", then(() => this.#setPassword(person)));
    const enable = person.disabled
      ? button("恢复账号", then(() => this.#enable(person)))
      : button("停用账号", then(() => this.#disable(person)), { class: "danger" });
    const own = person.id === this.me.id;
    return element("div", { class: "actions" }, password, own ? null : enable);
  }

  #setPassword(person) {
    const password = newPasswordField("新密码");
    openForm({
      title: `重设 ${person.display_name} 的密码`,
      fields: [password.node, element("p", { class: "quiet" }, "重设后，此人在所有设备上退出登录。")],
      action: "重设",
      send: async () => {
        await ask("PUT", `/v1/users/${person.id}/password`, { password: password.input.value });
        this.#done(`已重设“${person.display_name}”的密码`);
      },
    });
  }

  #disable(person) {
    const text = "停用后此人立刻退出，不能再登录；以往的记录保留姓名。可以随时恢复。";
    confirmFirst(`停用 ${person.display_name}？`, text, "停用", async () => {
      await ask("PATCH", `/v1/users/${person.id}`, { disabled: true });
      this.#done(`已停用“${person.display_name}”`);
    });
  }

  #enable(person) {
    const text = "恢复后此人可以用原来的密码登录，角色和队列不变。";
    const send = async () => {
      await ask("PATCH", `/v1/users/${person.id}`, { disabled: false });
      this.#done(`已恢复“${person.display_name}”`);
    };
    openForm({ title: `恢复 ${person.display_name}？`, fields: [element("p", {}, text)], action: "恢复", send });
  }

  #done(text) {
    this.toast(text);
    this.open();
  }
}

/** Return the fields that a new account and a changed one have in common. */
function detailFields(person) {
  const name = textField("姓名", { value: person.display_name, maxlength: 60 }, "客户和同事看到的名字");
  const boxes = Object.entries(ROLES).map(([id, [text, about]]) => [id, text, about]);
  const roles = checksField("角色", boxes, person.roles, {
    wide: true,
    disabled: person.external === true,
    hint: person.external ? "由公司账号系统决定，每次登录时更新。" : "",
  });
  const queues = checksField("接待队列", Object.entries(QUEUES), person.queues);
  const level = choiceField("级别", Object.entries(LEVELS), String(person.level));
  const capacity = textField("同时接待", { type: "number", min: 1, max: 50, value: person.capacity });
  const row = element("div", { class: "row" }, level.node, capacity.node);
  const values = () => ({
    display_name: name.input.value,
    ...(person.external ? {} : { roles: roles.values() }),
    queues: queues.values(),
    level: Number(level.input.value),
    capacity: Number(capacity.input.value),
  });
  return { name: name.node, others: [roles.node, queues.node, row], values };
}

function chips(texts) {
  if (!texts.length) return "";
  return element("span", { class: "chips" }, ...texts.map((text) => element("span", { class: "chip" }, text)));
}

function searched(person) {
  const words = [...person.roles.map((role) => ROLES[role][0]), ...person.queues.map((queue) => QUEUES[queue])];
  return [person.name, person.display_name, ...words].join(" ").toLowerCase();
}
