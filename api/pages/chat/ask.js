// Asks the server: one question in, one reply out, or an AskError.

const TIMEOUT_MS = 20_000;

/** A question that got no reply. `kind` is a key of PROBLEMS in words.js. */
export class AskError extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }

  /** Whether sending the same text again may help. */
  get retryable() {
    return this.kind !== "unreadable";
  }
}

/**
 * Send a question and return the reply object of `POST /v1/ask`.
 *
 * @param {string} text The customer's question.
 * @param {string[]} history Earlier texts of the customer, oldest first.
 * @param {AbortSignal} signal Gives the question up; the promise then rejects with its AbortError.
 */
export async function ask(text, history, signal) {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
  const forward = () => timeout.abort();
  signal.addEventListener("abort", forward);
  try {
    return await post({ text, channel: "web", history }, timeout.signal);
  } catch (error) {
    if (signal.aborted) throw new DOMException("given up", "AbortError");
    if (error instanceof AskError) throw error;
    throw new AskError(timeout.signal.aborted ? "slow" : "network");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", forward);
  }
}

async function post(question, signal) {
  const response = await fetch("/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question),
    signal,
  });
  if (!response.ok) throw new AskError(problemOf(response.status));
  const reply = await response.json().catch((error) => {
    throw error instanceof SyntaxError ? new AskError("server") : error;
  });
  if (typeof reply?.text !== "string") throw new AskError("server");
  return reply;
}

function problemOf(status) {
  if (status === 422 || status === 400) return "unreadable";
  return status === 429 ? "busy" : "server";
}
