// Shows what differs between two texts: what went is struck out, what came is marked.

import { element } from "../../shared/element.js";

const LONGEST = 1500; // characters of both texts together, above which whole lines are compared

/** Return nodes that show how the lines of a field's value changed; of many lines only those that did. */
export function valueDifference(before, after) {
  if (before.join("\n") === after.join("\n")) return [element("span", { class: "quiet" }, "没有改")];
  if (before.length < 2 && after.length < 2) return difference(before[0] ?? "", after[0] ?? "");
  const gone = before.filter((line) => !after.includes(line)).map((line) => element("del", { class: "item" }, line));
  const come = after.filter((line) => !before.includes(line)).map((line) => element("ins", { class: "item" }, line));
  if (!gone.length && !come.length) return [element("span", {}, "只是顺序变了")];
  const kept = after.length - come.length;
  return [...gone, ...come, element("span", { class: "quiet" }, kept ? `另有 ${kept} 项没有变` : "")];
}

/** Return nodes that show how `before` became `after`. */
export function difference(before, after) {
  const split = before.length + after.length > LONGEST ? (text) => text.split(/(?<=\n)/) : (text) => [...text];
  return pieces(split(before), split(after)).map(([kind, text]) =>
    kind === "same" ? document.createTextNode(text) : element(kind, {}, text),
  );
}

/** Return the pieces of the longest common subsequence's alignment: same, del, ins. */
function pieces(a, b) {
  const best = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      best[i][j] = a[i] === b[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
  }
  const found = [];
  const add = (kind, text) => {
    if (found.at(-1)?.[0] === kind) found.at(-1)[1] += text;
    else found.push([kind, text]);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add("same", a[i]);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || best[i + 1][j] >= best[i][j + 1])) add("del", a[i++]);
    else add("ins", b[j++]);
  }
  return found;
}
