// Deciding what counts where labels differ: a third person, or the labellers together.

import { ask, leaveForSignIn } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { loadInto } from "../shared/loading.js";
import { toast } from "../shared/told.js";
import { problemText } from "../shared/words.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { bindKeys, LabelForm } from "./label_form.js";
import { askedLines } from "./labelling.js";
import { actionName, FIELDS, nameOf, wordsFor } from "./words.js";

/** Open deciding in `place`; returns what closes it. */
export function openDeciding(place, { options }, id) {
  const body = element("div", { class: "stack" });
  place.append(element("div", { class: "head" }, element("h2", {}, "裁定不同的标注"), element("a", { class: "button small", href: "#" }, "返回问题集")), body);
  let question = null;
  const draft = () => `decision-${question.id}`;
  const form = new LabelForm(options, () => question && keepDraft(draft(), form.value));
  const said = element("div", { class: "notice alarm", role: "alert", hidden: true });
  const together = element("input", { type: "checkbox" });
  const agreed = element("label", { class: "check" }, together, element("span", {}, "这是标注人一起商定的"));
  const save = button("定下来，下一题", () => store(), { class: "main" });

  const load = () => loadInto(body, async () => {
    const { questions } = await ask("GET", `/v1/label-sets/${id}/disagreements`);
    const open = questions.filter((one) => !one.decision);
    [question = null] = open;
    if (!question) return [element("div", { class: "card" }, element("p", { class: "empty" }, "没有需要裁定的题了。"), element("a", { class: "button main", href: "#" }, "返回问题集"))];
    form.set(draftOf(draft()));
    together.checked = false;
    agreed.hidden = !question.labelled_by_me;
    said.hidden = true;
    const sides = element("div", { class: "sides" }, ...question.labels.map(side));
    const left = element("p", { class: "quiet" }, `还有 ${open.length} 题待裁定`);
    return [element("div", { class: "card" }, left, ...askedLines(question), sides), element("div", { class: "card" }, said, form.node, agreed, element("div", { class: "actions" }, save))];
  });

  function side(label) {
    const told = {
      action: actionName(options.actions.find((one) => one.id === label.action)),
      intent: nameOf(options.intents, label.intent) || "（没有）",
      queue: label.queue && nameOf(options.queues, label.queue),
      entry_ids: label.action === "answer" ? label.entry_ids.join("、") || "（没有合适的）" : "",
    };
    const lines = Object.entries(told).filter(([, text]) => text).map(([name, text]) => element("p", {}, element("span", { class: "quiet" }, `${FIELDS[name]} `), text));
    const note = label.note ? element("p", { class: "quiet" }, `备注：${label.note}`) : null;
    const take = button("采用", () => (form.set(label), keepDraft(draft(), form.value)), { class: "small", "aria-label": `采用标注${label.person}` });
    return element("section", { class: "side", "aria-label": `标注 ${label.person}` }, element("h3", {}, `标注 ${label.person}`), ...lines, note, take);
  }

  function tell(text) {
    said.replaceChildren(element("p", {}, text));
    said.hidden = false;
    said.scrollIntoView({ block: "nearest" });
  }

  async function store() {
    if (!question || save.disabled) return;
    if (form.missing) return tell(form.missing);
    if (question.labelled_by_me && !together.checked) return tell("您标过这一题：请由第三人裁定，或一起商定后勾选下面一项。");
    setBusy(save, true);
    try {
      await ask("PUT", `/v1/label-questions/${question.id}/decision`, { ...form.value, together: together.checked });
      toast("已定下来。");
    } catch (error) {
      if (error.status === 401) return leaveForSignIn();
      return tell(problemText(error, { ...wordsFor(error), network: "网络不通，您填的内容还在，联网后再点一次。" }));
    } finally {
      setBusy(save, false);
    }
    dropDraft(draft());
    await load();
    scrollTo({ top: 0 });
  }

  load();
  return bindKeys({ form, save: store });
}
