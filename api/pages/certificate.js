// Tells on a page that the thresholds are not certified for this company's traffic.
// The notice stands in the page itself and goes away only when the server says so.

/** Hide `element` where the server's thresholds are certified. */
export async function showCertificate(element) {
  try {
    const state = await (await fetch("/readyz", { cache: "no-store" })).json();
    element.hidden = state.certified === true;
  } catch {
    // Without an answer nothing is known, so the notice stays.
  }
}
