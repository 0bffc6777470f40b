// Says when the service cannot be reached, and when it can again.

const LOOK_MS = 5000;
const AWAY = "连不上服务。您写的内容还在，请先不要关闭页面，恢复后就能继续。";

/** Show in `place` that the browser is offline or the service does not answer. */
export function watchConnection(place) {
  let timer = 0;
  const show = (away) => {
    place.textContent = away ? AWAY : "";
    place.hidden = !away;
    clearInterval(timer);
    if (away) timer = setInterval(look, LOOK_MS);
  };
  const look = () => fetch("/healthz", { cache: "no-store" }).then(({ ok }) => show(!ok), () => show(true));
  addEventListener("offline", () => show(true));
  addEventListener("online", look);
  addEventListener("unreachable", () => show(true)); // shared/api.js
  if (!navigator.onLine) show(true);
}
