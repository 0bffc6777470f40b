// Who the customer is, as far as the site says so.

/** Return the short-lived token that the site's server signed for its customer, or "". */
export async function customerToken(element) {
  try {
    const given = element.customerToken ?? element.getAttribute("customer-token") ?? window.baowenCustomerToken;
    return (typeof given === "function" ? await given() : given) || "";
  } catch {
    return ""; // the site cannot tell just now: the customer is served without a name
  }
}

/** Return the subject of a token, to notice when somebody else signs in; the server checks it. */
export function subjectOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return String(JSON.parse(atob(payload)).sub ?? "");
  } catch {
    return "";
  }
}
