// Fields of the forms.

import { button, element, freshId } from "../shared/element.js";

/** Return a labelled text field; `properties` are those of its input, `hint` explains it. */
export function textField(label, properties = {}, hint = "") {
  const id = freshId("field");
  const hintId = hint ? `${id}-hint` : null;
  const input = element("input", { id, autocomplete: "off", ...properties, "aria-describedby": hintId });
  if (properties.value !== undefined) input.value = properties.value;
  const explained = hint ? element("p", { class: "quiet", id: hintId }, hint) : null;
  return { node: element("div", { class: "field" }, element("label", { for: id }, label), input, explained), input };
}

/** Return a labelled choice of `[value, text]` pairs. */
export function choiceField(label, pairs, chosen = "") {
  const id = freshId("field");
  const options = pairs.map(([value, text]) => element("option", { value, selected: value === chosen }, text));
  const input = element("select", { id }, ...options);
  return { node: element("div", { class: "field" }, element("label", { for: id }, label), input), input };
}

/**
 * Return a group of boxes to check.
 *
 * @param {string} label What they are.
 * @param {[string, string, string?][]} boxes Value, text, and what explains it.
 * @param {string[]} checked Values that are checked at first.
 * @param {object} [options] `wide`: one a line; `disabled`; `hint`.
 */
export function checksField(label, boxes, checked, { wide = false, disabled = false, hint = "" } = {}) {
  const made = boxes.map(([value, text, about]) => box(value, text, about, checked.includes(value), disabled));
  const node = element(
    "fieldset",
    {},
    element("legend", { class: "legend" }, label),
    hint ? element("p", { class: "quiet" }, hint) : null,
    element("div", { class: wide ? "checks wide" : "checks" }, ...made.map(({ label: one }) => one)),
  );
  const values = () => made.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return { node, values };
}

/** Return a box whose name is short; what explains it is read out after it. */
function box(value, text, about, checked, disabled) {
  const id = freshId("box");
  const described = about ? `${id}-about` : null;
  const names = { "aria-labelledby": `${id}-name`, "aria-describedby": described };
  const input = element("input", { type: "checkbox", value, checked, disabled, ...names });
  const explained = about ? element("span", { class: "quiet", id: described }, about) : null;
  const words = element("span", {}, element("span", { id: `${id}-name` }, text), explained);
  return { input, label: element("label", { class: "check" }, input, words) };
}

const LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // none that look alike

/** Return a field for a new password that may also be made by chance. */
export function newPasswordField(label) {
  const hint = "10 个字符以上，别用姓名、常见词或连续数字；请当面或用安全的方式告诉本人";
  const field = textField(label, { type: "text", spellcheck: "false", autocapitalize: "none" }, hint);
  const make = button("随机生成", () => {
    field.input.value = randomPassword();
    field.input.select();
  });
  const joined = element("div", { class: "joined" });
  field.input.replaceWith(joined);
  joined.append(field.input, make);
  return field;
}

function randomPassword() {
  const numbers = crypto.getRandomValues(new Uint32Array(16)); // 2^32 letters: the rest hardly favours any
  return Array.from(numbers, (number) => LETTERS[number % LETTERS.length]).join("").replace(/(.{4})(?=.)/g, "$1-");
}
