// What a page says in passing, in the places "toast" and "line".

const TOLD_MS = 5000;
let timer = 0;

/** Say for a moment that something was done. */
export function toast(text, milliseconds = TOLD_MS) {
  const place = document.getElementById("toast");
  place.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (place.textContent = ""), milliseconds);
}

/** Show whether the page's socket is connected. */
export function showLine(state) {
  const line = document.getElementById("line");
  line.dataset.state = state;
  line.textContent = state === "online" ? "已连接" : "连接中断，正在重连…";
}
