// The list by keyboard: / to search, J and K or the arrows to go from entry to entry.

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Listen until the returned function is called. */
export function bindKeys(root, input) {
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const writing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !writing) {
      event.preventDefault();
      input.focus();
      input.select();
    }
    const step = STEPS[event.key];
    const fromSearch = event.target === input && event.key === "ArrowDown";
    if (step && (!writing || fromSearch) && move(root, step)) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/** Move the focus to the next entry; the first one where none has it. */
function move(root, step) {
  const links = [...root.querySelectorAll(".entry")];
  const now = links.indexOf(document.activeElement);
  const next = links[now < 0 ? (step > 0 ? 0 : -1) : now + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}
