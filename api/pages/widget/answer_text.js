// Turns an answer's plain text into paragraphs, steps and telephone links.
// Only textContent is set, so no text can become markup.

const NUMBER = /\d[\d:-]*\d/g; // telephones, but also 9:00-18:00
const LONG = /^(400-?\d{3}-?\d{4}|0\d{2,3}-?\d{7,8}|1[3-9]\d{9})$/;
const SHORT = /^(1(10|19|20|22)|12[1-3]\d\d|9[56]\d{3,4})$/;
// 12300元, 120天, 第110条 are no telephones.
const UNIT = /^ ?(元|块|天|日|个|周|月|年|岁|万|千|百|小时|分钟|公里|米|%|‰|号|条|款|种|次)/;

/** Return an answer as `<p>` elements, a line each. */
export function paragraphs(text) {
  return linesOf(text).map((line) => {
    const paragraph = document.createElement("p");
    if (/^[1-9][.．、]/.test(line)) paragraph.className = "step";
    paragraph.append(...withNumbers(line));
    return paragraph;
  });
}

/** Keep the text's own lines and start a new one at each numbered step. */
export function linesOf(text) {
  const numbered = /1[.．、]/.test(text) && /2[.．、]/.test(text);
  const broken = numbered ? text.replace(/([。；;！？：:]) *(?=[1-9][.．、](?!\d))/g, "$1\n") : text;
  return broken.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** Tell whether `digits`, which stand between two texts, are a telephone number. */
export function isTelephone(digits, before, after) {
  if (LONG.test(digits)) return true;
  return SHORT.test(digits) && !before.endsWith("第") && !UNIT.test(after);
}

// Numbers are not broken at the end of a line; telephones can be dialled.
function withNumbers(line) {
  const nodes = [];
  let done = 0;
  for (const { 0: digits, index } of line.matchAll(NUMBER)) {
    const end = index + digits.length;
    const dialled = isTelephone(digits, line.slice(0, index), line.slice(end));
    nodes.push(line.slice(done, index), unbroken(digits, dialled));
    done = end;
  }
  return [...nodes, line.slice(done)].filter((node) => node !== "");
}

function unbroken(digits, dialled) {
  const element = document.createElement(dialled ? "a" : "span");
  element.className = dialled ? "unbroken telephone" : "unbroken";
  element.textContent = digits;
  if (dialled) element.href = `tel:${digits.replaceAll("-", "")}`;
  return element;
}
