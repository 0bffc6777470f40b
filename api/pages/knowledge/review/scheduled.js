// Publishes on a day to come, with their outcome.

import { ask } from "../../shared/api.js";
import { confirmFirst } from "../../shared/dialog.js";
import { button, element } from "../../shared/element.js";
import { cell, table } from "../../shared/loading.js";
import { toast } from "../../shared/told.js";
import { personText } from "../words.js";
import { WORDS } from "./publishing.js";

const STATES = { waiting: "等待", done: "已发布", failed: "没有发布", cancelled: "已取消" };

/** Load the scheduled publishes and return what shows them; `changed` is called after one was cancelled. */
export async function scheduledView(session, changed) {
  const found = await ask("GET", "/v1/publishes");
  const title = element("h3", { id: "scheduled-title" }, "定时发布");
  if (!found.length) return [title, element("p", { class: "quiet" }, "没有定时发布。")];
  const may = session.may("knowledge:publish");
  const rows = found.map((one) => row(one, may, changed));
  return [title, table("定时发布", ["日期", "条目", "谁、为什么", "结果", ""], rows)];
}

function row(one, may, changed) {
  const names = one.entries.map(({ question }) => question);
  const more = names.length > 3 ? ` 等 ${names.length} 条` : "";
  const cancel = button("取消…", () => openCancel(one, changed), { class: "small" });
  return element(
    "tr",
    { class: one.state === "cancelled" ? "gone" : null },
    element("th", { scope: "row", class: "nowrap" }, one.due),
    cell("条目", names.slice(0, 3).join("；") + more),
    cell("谁、为什么", [personText(one.by, one.by_name), one.reason].filter(Boolean).join("：")),
    cell("结果", outcome(one)),
    cell("", one.state === "waiting" && may ? cancel : null, { class: "act" }),
  );
}

function outcome(one) {
  const said = element("span", { class: one.state === "failed" ? "chip off" : "chip" }, STATES[one.state]);
  if (one.state === "done") return element("span", {}, said, ` 第 ${one.snapshot} 号版本`);
  if (one.state === "failed") return element("span", {}, said, element("span", { class: "quiet" }, " 到期检查没有通过，仍在待审核里"));
  return said;
}

function openCancel(one, changed) {
  const text = `${one.due} 不再自动发布，这些条目留在待审核里。`;
  return confirmFirst("取消定时发布？", text, "取消定时发布", async () => {
    try {
      await ask("DELETE", `/v1/publishes/${one.id}`);
      toast("已取消定时发布。");
    } catch (error) {
      if (error.status !== 409) throw error;
      toast(WORDS.conflict);
    }
    changed();
  });
}
