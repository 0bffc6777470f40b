// Import and export: files in, files out. An upload is looked at and mended under #/import/ID.

import { ask, download } from "../shared/api.js";
import { confirmFirst, field } from "../shared/dialog.js";
import { button, element, setBusy } from "../shared/element.js";
import { loadInto } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { momentText, problemText } from "../shared/words.js";
import { Preview } from "./imports/preview.js";
import { UPLOAD_WORDS } from "./imports/words.js";
import { address } from "./router.js";

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const FORMATS = { xlsx: ["Excel（.xlsx）", SHEET], csv: ["CSV", "text/csv"], jsonl: ["JSONL", "application/jsonl"], yaml: ["YAML", "application/yaml"] };

export async function open(root, session, { rest }) {
  if (rest[0]) {
    const preview = new Preview(root, session, rest[0]);
    await preview.open();
    return preview;
  }
  const waiting = element("section", { class: "panel", hidden: true });
  root.append(element("h2", {}, "导入导出"), uploadPanel(session), waiting, exportPanel(session));
  await showWaiting(waiting, session);
  return {};
}

function uploadPanel(session) {
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const input = element("input", { type: "file", class: "unseen", accept: ".xlsx,.csv,.tsv,.txt,.jsonl,.yaml,.yml" });
  const caption = element("span", {}, "选择文件");
  const choose = element("label", { class: "button main choose" }, caption, input);
  const send = (file) => upload(file, { session, problem, choose, caption, input });
  input.addEventListener("change", () => input.files[0] && send(input.files[0]));
  const template = button("下载模板", () => get("/v1/imports/template", SHEET, template, session));
  const panel = element(
    "section",
    { class: "panel drop" },
    element("h3", {}, "导入"),
    element("p", {}, "把文件拖到这里，或选择文件。先看预览，确认之前什么都不会改动。"),
    element("p", { class: "quiet" }, "支持 Excel（.xlsx）、CSV、JSONL、YAML，最多 10000 行。列名不同也没关系，预览里可以对应。"),
    element("div", { class: "actions start" }, choose, template),
    problem,
  );
  panel.addEventListener("dragover", (event) => event.preventDefault());
  panel.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  });
  return panel;
}

async function upload(file, { session, problem, choose, caption, input }) {
  const form = new FormData();
  form.append("file", file);
  problem.hidden = true;
  caption.textContent = "正在读取…";
  choose.setAttribute("aria-busy", "true");
  try {
    const told = await ask("POST", "/v1/imports", form);
    session.go("import", [told.id]);
  } catch (error) {
    if (error.status === 401) return session.fail(error);
    problem.textContent = `“${file.name}”：${problemText(error, UPLOAD_WORDS)}`;
    problem.hidden = false;
  } finally {
    caption.textContent = "选择文件";
    choose.removeAttribute("aria-busy");
    input.value = "";
  }
}

async function get(path, type, pressed, session) {
  setBusy(pressed, true);
  try {
    await download(path, type);
  } catch (error) {
    session.fail(error, { not_found: "没有符合条件的条目，不用导出。" });
  } finally {
    setBusy(pressed, false);
  }
}

function exportPanel(session) {
  const what = choice([["published", "已发布的条目"], ["drafts", "草稿和待审核的条目"]]);
  const form = choice(Object.entries(FORMATS).map(([id, [name]]) => [id, name]));
  const start = button("导出", () => {
    const query = new URLSearchParams({ what: what.value, format: form.value, headings: "zh" });
    get(`/v1/entries/export?${query}`, FORMATS[form.value][1], start, session);
  });
  return element(
    "section",
    { class: "panel" },
    element("h3", {}, "导出"),
    element("p", { class: "quiet" }, "导出的文件改好后可以再导入，没改的行会识别为“没有变化”。"),
    element("div", { class: "tools" }, field("内容", what), field("格式", form), start),
  );
}

function choice(options) {
  return element("select", {}, ...options.map(([value, text]) => element("option", { value }, text)));
}

async function showWaiting(panel, session) {
  await loadInto(panel, async () => {
    const { imports } = await ask("GET", "/v1/imports");
    panel.hidden = !imports.length;
    const items = imports.map((one) => waitingItem(one, () => showWaiting(panel, session)));
    return [element("h3", {}, "还没确认的导入"), element("ul", { class: "plain" }, ...items)];
  });
}

function waitingItem(one, again) {
  const rows = Object.values(one.counts).reduce((sum, count) => sum + count, 0);
  const about = `${rows} 行 · ${one.created_by_name} · ${momentText(one.created_at)}`;
  const drop = button("放弃", () => confirmFirst(`放弃“${one.name}”？`, "上传的内容和改过的行都会删除。", "放弃", async () => {
    await ask("DELETE", `/v1/imports/${one.id}`);
    toast("已放弃");
    again();
  }), { class: "small", "aria-label": `放弃 ${one.name}` });
  return element("li", { class: "waiting" }, element("span", {},
    element("a", { class: "entry", href: address("import", [one.id]) }, one.name), element("span", { class: "quiet block" }, about)), drop);
}
