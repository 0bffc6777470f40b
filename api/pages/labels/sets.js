// The list of label sets: progress, agreement, export, and making a new one.

import { ask, download, leaveForSignIn } from "../shared/api.js";
import { openForm, show } from "../shared/dialog.js";
import { button, element, setBusy } from "../shared/element.js";
import { cell, loadInto, nothing, table } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText, problemText } from "../shared/words.js";
import { newSet } from "./new_set.js";
import { FIELDS, figureText, SOURCES, wordsFor } from "./words.js";

/** Show all sets in `place`. */
export function openSets(place, page) {
  const list = element("div", { class: "stack" });
  const load = () => loadInto(list, async () => {
    const { sets } = await ask("GET", "/v1/label-sets");
    return sets.length ? sets.map((one) => card(one, page, deleted)) : [nothing("还没有问题集。点“新建问题集”上传一份问题，或从客户提问里抽样。")];
  });
  const heading = element("h2", { tabindex: "-1" }, "问题集");
  const deleted = async () => (await load(), heading.focus());
  const make = button("新建问题集", () => newSet(load), { class: "main" });
  place.append(element("div", { class: "head" }, heading, page.canLabel ? make : null), list);
  load();
}

function card(one, page, deleted) {
  const { progress } = one;
  const facts = [SOURCES[one.source], one.created_by_name, momentText(one.created_at)].join(" · ");
  const state = `完成 ${progress.complete} / ${progress.questions} 题（每题 ${progress.wanted} 人） · 待裁定 ${progress.open_disagreements} · 我标了 ${progress.mine}`;
  const go = (text, hash, main) => element("a", { class: main ? "button main" : "button", href: hash }, text);
  return element(
    "article",
    { class: "card", "aria-label": one.name },
    element("h3", {}, one.name),
    element("p", { class: "quiet" }, facts),
    element("progress", { max: String(progress.questions), value: String(progress.complete), "aria-label": `${one.name}的进度` }),
    element("p", {}, state),
    element(
      "div",
      { class: "row" },
      page.canLabel && progress.left ? go(`标注（剩 ${progress.left}）`, `#label/${one.id}`, true) : null,
      page.canLabel && progress.open_disagreements ? go(`裁定（${progress.open_disagreements}）`, `#decide/${one.id}`, !progress.left) : null,
      progress.complete && progress.wanted > 1 ? button("一致性", (event) => showAgreement(event.currentTarget, one)) : null,
      progress.complete ? exporter(one) : null,
      page.canLabel ? button("删除", () => confirmDeletion(one, deleted), { class: "danger", "aria-label": `删除${one.name}` }) : null,
    ),
  );
}

function exporter(one) {
  const kind = element("select", { class: "search kind", "aria-label": `${one.name}的导出格式` }, ...["xlsx", "csv", "jsonl"].map((name) => element("option", { value: name }, name.toUpperCase())));
  const press = button("导出", async () => {
    setBusy(press, true);
    try {
      await download(`/v1/label-sets/${one.id}/export?format=${kind.value}`, "*/*");
    } catch (error) {
      if (error.status === 401) return leaveForSignIn();
      toast(problemText(error, { ...wordsFor(error), invalid_input: "还没有定下来的标注，等两人一致或裁定后再导出。" }));
    } finally {
      setBusy(press, false);
    }
  });
  return element("div", { class: "row" }, kind, press);
}

/** Ask before a set is deleted, telling what goes with it; the API refuses where that is no longer true. */
function confirmDeletion(one, deleted) {
  const { questions, labels, decided } = one.progress;
  const lost = `会一起删掉这个问题集的 ${questions} 道题、${labels} 个标注和 ${decided} 个裁定，删除后不能恢复。`;
  const judged = one.source === "log" ? "这些标注也不再用来评判试用中的模型。" : "";
  const kept = "已经导出的文件和用它们训练的模型不受影响。";
  const conflict = "刚有人标注或裁定过，数目已经变了，所以没有删除。请点“取消”，看过列表里的新数目再决定。";
  openForm({
    title: `删除“${one.name}”？`,
    fields: [element("p", {}, lost), element("p", { class: "quiet" }, judged + kept)],
    action: "删除",
    dangerous: true,
    words: { ...wordsFor({}), conflict },
    send: async () => {
      try {
        await ask("DELETE", `/v1/label-sets/${one.id}?labels=${labels}&decided=${decided}`);
      } catch (error) {
        if (error.code === "conflict" || error.code === "not_found") deleted();
        throw error;
      }
      toast(`已删除“${one.name}”。`);
      deleted();
    },
  });
}

async function showAgreement(press, one) {
  setBusy(press, true);
  try {
    const { agreement } = await ask("GET", `/v1/label-sets/${one.id}`);
    const rows = Object.entries(agreement).map(([name, of]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, FIELDS[name]),
        cell("相同", figureText(of.same)),
        cell("kappa", figureText(of.kappa)),
        cell("alpha", figureText(of.alpha)),
      ),
    );
    const items = Object.values(agreement)[0]?.items ?? 0;
    const about = element("p", { class: "quiet" }, `${items} 题，盲标之间比较，括号里是 95% 区间。相同：各人标注相同的比例；kappa（Cohen）与 alpha（Krippendorff）扣除了碰巧相同，1 为完全一致，0 相当于碰巧，— 为无法计算。`);
    show(`一致性 · ${one.name}`, [table("一致性", ["项目", "相同", "kappa", "alpha"], rows), about]);
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    toast(problemText(error));
  } finally {
    setBusy(press, false);
  }
}
