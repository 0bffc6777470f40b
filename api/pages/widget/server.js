// Calls the server that this file came from, and no other.

// One script at /widget.js for sites; module by module from /assets/widget/ for whoever works on it.
const BASE = new URL(import.meta.url.includes("/assets/widget/") ? "../../" : "./", import.meta.url);
const TIMEOUT_MS = 20_000;
const KINDS = { 400: "unreadable", 401: "gone", 404: "gone", 413: "too_large", 415: "type", 422: "unreadable", 429: "busy" };

/** The server's name, for keys of what is stored in the browser. */
export const HOST = BASE.host;

/** A call that failed. `kind` is a key of `problems` in words.js; `after` is in seconds. */
export class CallError extends Error {
  constructor(kind, after = 0) {
    super(kind);
    this.kind = kind;
    this.after = after;
  }
}

/** Return the address of a path of the API. */
export const address = (path) => new URL(`v1/${path}`, BASE);

/** Return the headers that open a conversation; a token never stands in an address. */
export const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

/** Return the error that a status of the server means. */
export function failure(status, retryAfter) {
  return new CallError(KINDS[status] ?? "server", Number(retryAfter) || 0);
}

/**
 * Call the API and return its JSON (null without one).
 *
 * @param {string} path Behind `/v1/`.
 * @param {{body?: object, token?: string, signal?: AbortSignal}} options With a body it is a POST.
 * @throws {CallError} There was no usable reply.
 */
export async function call(path, { body, token, signal } = {}) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  signal?.addEventListener("abort", () => limit.abort());
  try {
    return await fetched(path, body, token, limit.signal);
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw new CallError(limit.signal.aborted ? "slow" : "network");
  } finally {
    clearTimeout(timer);
  }
}

async function fetched(path, body, token, signal) {
  const response = await fetch(address(path), {
    method: body ? "POST" : "GET",
    headers: { ...bearer(token), ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    signal,
  });
  if (!response.ok) throw failure(response.status, response.headers.get("Retry-After"));
  if (response.status === 204) return null;
  const told = await response.json().catch((error) => {
    throw error instanceof SyntaxError ? new CallError("server") : error;
  });
  if (told === null || typeof told !== "object") throw new CallError("server");
  return told;
}
