// A password field that can be looked at: whoever sees what was typed mistypes less.

/** Let `toggle` show and hide what `input` holds. */
export function bindPasswordToggle(input, toggle) {
  toggle.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    toggle.textContent = shown ? "显示" : "隐藏";
    toggle.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
}
