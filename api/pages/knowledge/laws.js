// Laws: versions and what rests on them; a replaced version's work is under #/laws/LAW/VERSION.

import { ask } from "../shared/api.js";
import { field, needed, openForm } from "../shared/dialog.js";
import { button, element } from "../shared/element.js";
import { loadInto, nothing } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { Work } from "./laws/work.js";
import { address } from "./router.js";

const WORDS = {
  invalid_input: "登记不了：请检查版本和日期。新版本的生效日要晚于旧版本的生效日，同一版本只能登记一次。",
  invalid_content: "这会让太多条目一起停用。请确认后勾选“仍然标记”。",
  conflict: "刚有人发布过，请再试一次。",
};

export async function open(root, session, { rest, query }) {
  if (rest.length === 2) {
    const work = new Work(root, session, rest[0], rest[1]);
    await work.open();
    return work;
  }
  const view = new LawsView(root, session, query.get("law") ?? "");
  await view.load();
  return {};
}

class LawsView {
  constructor(root, session, law) {
    Object.assign(this, { session, may: session.may("knowledge:publish") });
    this.search = element("input", { type: "search", class: "search", "aria-label": "查找法规", placeholder: "法规名称", autocomplete: "off", on: { input: () => this.#show() } });
    this.search.value = law;
    this.list = element("div", { class: "rows" });
    const add = this.may ? button("登记新版本", () => this.#add()) : null;
    root.append(element("h2", {}, "法规"),
      element("p", {}, "法规修订时，把旧版本标记为“已被取代”。从生效日起，依据旧版本的条目会停用，逐条核对、审核后再发布。"),
      element("div", { class: "joined" }, this.search, add), this.list);
  }

  async load() {
    await loadInto(this.list, async () => {
      this.laws = (await ask("GET", "/v1/laws")).laws;
      return this.#cards();
    });
  }

  #show() {
    this.list.replaceChildren(...this.#cards());
  }

  #cards() {
    const wanted = this.search.value.trim();
    const found = this.laws.filter((law) => law.id.includes(wanted) || law.name.includes(wanted));
    if (!found.length) return [nothing(`没有找到“${wanted}”。`)];
    const rank = (law) => (law.versions.some((one) => one.work && one.work.done < one.work.total) ? 0 : 1);
    return [...found].sort((a, b) => rank(a) - rank(b) || b.entries - a.entries).map((law) => this.#card(law));
  }

  #card(law) {
    return element("article", { class: "panel law" },
      element("h3", {}, law.name, element("span", { class: "quiet" }, law.name === law.id ? "" : `　简称：${law.id}`)),
      element("ul", { class: "plain" }, ...law.versions.map((version) => this.#version(law, version))));
  }

  #version(law, version) {
    const ends = version.in_force_to ? `${version.in_force_from} 至 ${version.in_force_to}` : `${version.in_force_from} 起`;
    const state = version.in_force ? element("span", { class: "chip" }, "现行") : element("span", { class: "chip off" }, version.in_force_from > new Date().toISOString().slice(0, 10) ? "未生效" : "已失效");
    const replaced = version.replaced_by ? `，${version.since} 起由 ${version.replaced_by} 版取代` : "";
    const about = element("span", {}, element("strong", {}, `${version.version} 版 `), state, element("span", { class: "quiet block" }, `${ends}${replaced} · ${version.entries} 条已发布的条目以它为依据`));
    return element("li", { class: "waiting" }, about, element("span", { class: "actions" }, ...this.#deeds(law, version)));
  }

  #deeds(law, version) {
    const deeds = [];
    if (version.entries) deeds.push(button("看条目", () => this.#impact(law, version), { class: "small", "aria-label": `看以${law.id} ${version.version} 版为依据的条目` }));
    if (version.work) {
      const { total, done } = version.work;
      deeds.push(element("a", { class: done < total ? "button small main" : "button small", href: address("laws", [law.id, version.version]) }, `逐条处理 ${done}/${total}`));
    } else if (this.may && version.in_force) {
      deeds.push(button("标记被取代", () => this.#replace(law, version), { class: "small", "aria-label": `标记${law.id} ${version.version} 版被取代` }));
    }
    return deeds;
  }

  #impact(law, version) {
    const article = element("input", { type: "text", placeholder: "例如 23" });
    const list = element("div", { class: "rows" });
    const load = () => loadInto(list, async () => {
      const query = new URLSearchParams({ version: version.version, article: article.value.trim() });
      const { entries } = await ask("GET", `/v1/laws/${encodeURIComponent(law.id)}/impact?${query}`);
      if (!entries.length) return [nothing("没有条目以它为依据。")];
      const item = (one) => element("li", {}, element("a", { class: "entry", href: address("entries", [one.entry_id]), on: { click: () => dialog.close() } }, one.question), element("span", { class: "quiet block" }, one.bases.map((basis) => basis.text).join("；")));
      return [element("p", { class: "quiet" }, `${entries.length} 条`), element("ul", { class: "plain" }, ...entries.map(item))];
    });
    article.addEventListener("change", load);
    const dialog = openForm({ title: `${law.id} ${version.version} 版的条目`, fields: [field("只看第几条", article), list], action: "查询", send: async () => {
      await load();
      throw Object.assign(new Error(), { code: "stay" });
    }, words: { stay: "以上是查到的条目。" } });
    load();
  }

  #replace(law, version) {
    const others = law.versions.filter((one) => one.in_force_from > version.in_force_from).map((one) => one.version);
    const by = element("input", { type: "text", maxlength: 20, placeholder: "例如 2026", value: others[0] ?? "" });
    const since = element("input", { type: "date" });
    const reason = element("input", { type: "text", maxlength: 500, placeholder: "例如：某某号令修订" });
    const force = element("input", { type: "checkbox" });
    openForm({
      title: `标记${law.id} ${version.version} 版被取代`,
      fields: [
        element("p", {}, `${version.entries} 条已发布的条目以它为依据。从生效日起，这些条目不再回答客户，要逐条核对后再发布。`),
        field("新版本", by), field("新版本生效日", since), field("原因（可不写）", reason),
        element("label", { class: "check" }, force, "条目很多，仍然标记"),
      ],
      action: "标记",
      dangerous: true,
      words: { ...WORDS, empty: "请填写新版本和生效日。" },
      send: async () => {
        const order = { version: version.version, by: needed(by), since: needed(since), reason: reason.value.trim(), force: force.checked };
        const told = await ask("POST", `/v1/laws/${encodeURIComponent(law.id)}/replace`, order);
        toast(told.snapshot ? `已标记，${told.entries.length} 条已停用，等待处理` : "已标记");
        if (told.entries.length) this.session.go("laws", [law.id, version.version]);
        else this.load();
      },
    });
  }

  #add() {
    const name = element("input", { type: "text", maxlength: 200, placeholder: "中华人民共和国保险法", list: "law-names" });
    const id = element("input", { type: "text", maxlength: 60, placeholder: "保险法" });
    const version = element("input", { type: "text", maxlength: 20, placeholder: "2026" });
    const since = element("input", { type: "date" });
    const names = element("datalist", { id: "law-names" }, ...this.laws.map((law) => element("option", { value: law.name })));
    name.addEventListener("change", () => {
      id.value = this.laws.find((law) => law.name === name.value)?.id ?? id.value;
    });
    openForm({
      title: "登记新版本",
      fields: [field("法规全称", name), names, field("简称", id), field("版本（一般写年份）", version), field("生效日", since)],
      action: "登记",
      words: { ...WORDS, empty: "请把空着的内容填上。" },
      send: async () => {
        const law = { name: needed(name), id: needed(id), version: needed(version), in_force_from: needed(since) };
        this.laws = (await ask("POST", "/v1/laws", law)).laws;
        this.#show();
        toast("已登记");
      },
    });
  }
}
