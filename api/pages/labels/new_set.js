// The dialog that makes a label set of a file, or of what customers asked.

import { ask } from "../shared/api.js";
import { EMPTY, field, needed, openForm } from "../shared/dialog.js";
import { element } from "../shared/element.js";
import { toast } from "../shared/told.js";
import { badRows } from "./bad_rows.js";
import { wordsFor } from "./words.js";

const MEGABYTE = 2 ** 20;

/** Ask for a new set; `done` is called when it is made. */
export function newSet(done) {
  const name = element("input", { maxlength: "120", autocomplete: "off" });
  const wanted = element("select", {}, element("option", { value: "2" }, "两人，互相看不见，不同的由人裁定"), element("option", { value: "1" }, "一人"), element("option", { value: "3" }, "三人"));
  const from = element("select", {}, element("option", { value: "file" }, "上传文件"), element("option", { value: "log" }, "从客户提问里随机抽样"));
  const file = element("input", { type: "file", accept: ".jsonl,.csv,.xlsx" });
  const rows = element("input", { type: "number", min: "1", max: "5000", value: "200" });
  const days = element("input", { type: "number", min: "1", max: "3660", value: "30" });
  const upload = element("div", {}, field("问题文件（JSONL、CSV 或 XLSX，要有 text 一列）", file));
  const sample = element("div", { class: "stack", hidden: true }, field("抽多少题", rows), field("最近多少天", days));
  from.addEventListener("change", () => {
    upload.hidden = from.value !== "file";
    sample.hidden = from.value !== "log";
  });
  const words = { empty: EMPTY, too_large: wordsFor({}).too_large };
  const send = async () => {
    const body = { name: needed(name), wanted: Number(wanted.value) };
    if (from.value === "file") body.file = await read(file);
    else body.from_log = { rows: Number(rows.value), days: Number(days.value) };
    const made = await ask("POST", "/v1/label-sets", body).catch((error) => {
      Object.assign(words, wordsFor(error));
      throw error;
    });
    toast(`已建好“${made.name}”，共 ${made.progress.questions} 题。`);
    done();
  };
  const fields = [field("名称", name), field("每题几人标注", wanted), field("问题从哪里来", from), upload, sample];
  openForm({ title: "新建问题集", fields, action: "建立", words, about: badRows, send });
}

async function read(input) {
  const [chosen] = input.files;
  input.setAttribute("aria-invalid", String(!chosen));
  if (!chosen) throw Object.assign(new Error("empty"), { code: "empty" });
  if (chosen.size > 0.7 * MEGABYTE) throw Object.assign(new Error("large"), { code: "too_large" });
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { name: chosen.name, content: btoa(binary) };
}
