// Tells the customer when the network is gone. The browser only knows of its own
// network cards, so the server is asked before anything is said.

import { OFFLINE } from "./words.js";

/** Show the notice in `element` while the server is out of reach. */
export function watchConnection(element) {
  const show = (offline) => {
    element.textContent = offline ? OFFLINE : "";
  };
  const check = async () => show(!(await reachable()));
  window.addEventListener("offline", check);
  window.addEventListener("online", check);
  if (!navigator.onLine) check();
  return { check, reached: () => show(false) };
}

async function reachable() {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
