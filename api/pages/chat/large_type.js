// Large type: a switch that is remembered on this device.

const KEY = "baowen-large-type";
const page = document.documentElement;

page.classList.toggle("large", remembered());

/** Let `button` switch large type on and off; `around` runs the change and tidies up after it. */
export function bindLargeType(button, around) {
  const show = () => button.setAttribute("aria-pressed", String(page.classList.contains("large")));
  button.addEventListener("click", () => {
    around(() => remember(page.classList.toggle("large")));
    show();
  });
  show();
}

// Storage may be forbidden (private window, embedded page): then it is just not remembered.
function remembered() {
  try {
    return localStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

function remember(large) {
  try {
    localStorage.setItem(KEY, large ? "1" : "0");
  } catch {
    // Nothing to do: the switch still works until the page is closed.
  }
}
