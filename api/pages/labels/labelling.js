// Labelling a set question by question, blind to what others say.

import { ask, leaveForSignIn } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { loadInto } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { problemText } from "../shared/words.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { bindKeys, LabelForm } from "./label_form.js";
import { wordsFor } from "./words.js";

/** Open labelling in `place`; returns what closes it. */
export function openLabelling(place, { options }, id) {
  const body = element("div", { class: "stack" });
  place.append(element("div", { class: "head" }, element("h2", {}, "标注"), element("a", { class: "button small", href: "#" }, "返回问题集")), body);
  let question = null;
  let earlier = [];
  const form = new LabelForm(options, () => question && keepDraft(question.id, form.value));
  const said = element("div", { class: "notice alarm", role: "alert", hidden: true });
  const save = button("保存，下一题", () => store(), { class: "main" });
  const back = button("上一题", () => goBack());

  const load = () => loadInto(body, async () => {
    const told = await ask("GET", `/v1/label-sets/${id}/next`);
    earlier = told.mine;
    question = told.question;
    if (!question) return [finished(told.progress)];
    return show(told.progress);
  });

  function show(progress) {
    form.set(draftOf(question.id) ?? question.mine);
    said.hidden = true;
    back.hidden = !earlier.some((one) => one.id !== question.id);
    const bar = progress && element("progress", { max: String(progress.mine + progress.left), value: String(progress.mine), "aria-label": "我的进度" });
    const count = progress && element("p", { class: "quiet" }, `我标了 ${progress.mine} 题，还剩 ${progress.left} 题`);
    const keys = element("p", { class: "quiet keys" }, "快捷键：", element("kbd", {}, "1"), "–", element("kbd", {}, String(options.actions.length)), " 处理方式，", element("kbd", {}, "I"), " 意图，", element("kbd", {}, "E"), " 问答，", element("kbd", {}, "Ctrl+Enter"), " 保存");
    const card = element("div", { class: "card" }, ...[bar, count].filter(Boolean), ...askedLines(question));
    return [card, element("div", { class: "card" }, said, form.node, element("div", { class: "actions" }, back, save), keys)];
  }

  function tell(text) {
    said.replaceChildren(element("p", {}, text));
    said.hidden = false;
    said.scrollIntoView({ block: "nearest" });
  }

  async function store() {
    if (!question || save.disabled) return;
    if (form.missing) return tell(form.missing);
    setBusy(save, true);
    try {
      await ask("PUT", `/v1/label-questions/${question.id}/label`, form.value);
    } catch (error) {
      if (error.status === 401) return leaveForSignIn();
      tell(problemText(error, { ...wordsFor(error), network: "网络不通，您填的内容还在，联网后再点一次保存。" }));
      if (error.code !== "conflict") return;
      toast(problemText(error, wordsFor(error)));
    } finally {
      setBusy(save, false);
    }
    dropDraft(question.id);
    await load();
    scrollTo({ top: 0 });
  }

  function goBack() {
    const index = earlier.findIndex((one) => one.id === question.id);
    question = earlier[index < 0 ? earlier.length - 1 : Math.max(index - 1, 0)];
    body.replaceChildren(...show(null));
  }

  load();
  return bindKeys({ form, save: store });
}

/** Return the question with the messages before it. */
export function askedLines(question) {
  const before = question.history.map((text) => element("p", { class: "before" }, text));
  return [...before, element("p", { class: "asked" }, question.text), element("p", { class: "quiet" }, `${question.row_id} · ${question.channel}`)];
}

function finished(progress) {
  const text = progress.mine ? `这一集您都标完了，共 ${progress.mine} 题，谢谢！` : "这一集的标注都齐了，没有需要您标的题。";
  return element("div", { class: "card" }, element("p", { class: "empty" }, text), element("a", { class: "button main", href: "#" }, "返回问题集"));
}
