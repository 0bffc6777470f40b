// The keyboard of the form: Ctrl+S saves, Ctrl+Enter submits, F8 goes to the next finding.

/** Bind the keys; returns what unbinds them. */
export function bindShortcuts({ save, submit, next }) {
  const pressed = (event) => {
    const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const act = control && event.key.toLowerCase() === "s" ? save : control && event.key === "Enter" ? submit : event.key === "F8" ? next : null;
    if (!act || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}
