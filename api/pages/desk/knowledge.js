// A search in the knowledge base, as the assistant finds entries.

import { ask } from "../shared/api.js";
import { button, element, freshId } from "../shared/element.js";
import { problemText } from "../shared/words.js";

const WAIT_MS = 250;

/**
 * Return a search field with its results.
 *
 * @param {(entry: object) => void} choose Gets the entry that was picked.
 * @param {string} action What the button beside each entry says.
 */
export function search(choose, action) {
  const id = freshId("search");
  const input = element("input", { type: "search", class: "search", id, placeholder: "搜索知识库", autocomplete: "off" });
  const found = element("ul", { class: "found" });
  const said = element("p", { class: "quiet", role: "status" });
  let timer;
  let last = "";
  const look = async () => {
    const wanted = input.value.trim();
    last = wanted;
    if (!wanted) return found.replaceChildren(), void (said.textContent = "");
    try {
      const entries = await ask("GET", `/v1/knowledge/search?q=${encodeURIComponent(wanted)}`);
      if (wanted !== last) return;
      said.textContent = entries.length ? "" : "没有找到相关条目。";
      found.replaceChildren(...entries.map((entry) => result(entry, choose, action)));
    } catch (error) {
      said.textContent = problemText(error);
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  const node = element("div", { class: "field" }, element("label", { for: id }, "搜索知识库"), input, said, found);
  return { node, input };
}

function result(entry, choose, action) {
  return element(
    "li",
    {},
    element("b", {}, entry.question),
    element("p", { class: "quiet clamp" }, entry.text),
    button(action, () => choose(entry), { class: "small" }),
  );
}
