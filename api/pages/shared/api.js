// Asks the API of our own server; every failure is an ApiError with words for people.
// A server that does not answer is told to the whole window, too, as the event "unreachable".

const TIMEOUT_MS = 20_000;
const UPLOAD_MS = 120_000;
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
 * @param {object|FormData} [body] Sent as JSON, or as a form with files.
 */
export async function ask(method, path, body) {
  const response = await reach(method, path, "application/json", body);
  if (response.status === 204) return null;
  const told = await response.json().catch(() => null);
  if (response.ok && told !== null) return told;
  throw refusal(response, told);
}

/** Save what the API gives as a file of a media type, under the name that it tells. */
export async function download(path, mediaType) {
  const response = await reach("GET", path, mediaType);
  if (!response.ok) throw refusal(response, await response.json().catch(() => null));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TIMEOUT_MS);
}

async function reach(method, path, accept, body) {
  const headers = { Accept: accept };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  const sent = body === undefined || isForm ? body : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers, body: sent, signal: AbortSignal.timeout(isForm ? UPLOAD_MS : TIMEOUT_MS) });
  } catch {
    dispatchEvent(new Event("unreachable"));
    throw new ApiError("network", 0, "network");
  }
}

function refusal(response, told) {
  const { code = "server", message = "", detail = null } = told?.error ?? {};
  return new ApiError(code, response.status, message, detail, Number(response.headers.get("Retry-After")) || 0);
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
