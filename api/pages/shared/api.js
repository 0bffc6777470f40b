// Asks the API of our own server; every failure is an ApiError with words for people.

const TIMEOUT_MS = 20_000;
let csrf = "";

/** What the API refused, or that it could not be reached (code "network"). */
export class ApiError extends Error {
  constructor(code, status, message, detail = null, retryAfter = 0) {
    super(message);
    Object.assign(this, { code, status, detail, retryAfter });
  }
}

/** Remember the token that every write of this session must carry. */
export function useCsrf(token) {
  csrf = token;
}

/**
 * Ask the API and return what it tells, or null where there is no content.
 *
 * @param {string} method GET, POST, PUT, PATCH or DELETE.
 * @param {string} path Path with its query.
 * @param {object} [body] Sent as JSON.
 */
export async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new ApiError("network", 0, "network");
  });
  if (response.status === 204) return null;
  const told = await response.json().catch(() => null);
  if (response.ok && told !== null) return told;
  const { code = "server", message = "", detail = null } = told?.error ?? {};
  throw new ApiError(code, response.status, message, detail, Number(response.headers.get("Retry-After")) || 0);
}

/** Ask who is signed in, and remember the token for writes; throws where nobody is. */
export async function whoIsIn() {
  const session = await ask("GET", "/v1/session");
  useCsrf(session.csrf);
  return session;
}

/** As whoIsIn, but leaves for the sign-in page where nobody is signed in. */
export async function requireSession() {
  try {
    return await whoIsIn();
  } catch (error) {
    if (error.status === 401) leaveForSignIn();
    throw error;
  }
}

/** Go to the sign-in page, which comes back here afterwards. */
export function leaveForSignIn() {
  const here = location.pathname + location.search + location.hash;
  location.replace(`/login?next=${encodeURIComponent(here)}`);
}

/** Sign out and go to the sign-in page. */
export async function signOut() {
  await ask("DELETE", "/v1/session").catch((error) => {
    if (error.status !== 401) throw error;
  });
  location.replace("/login");
}
