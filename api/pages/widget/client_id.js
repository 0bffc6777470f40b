// The sender's own number of a message or file, by which the server knows it again.

/** Return a number that no other message has; works without a secure context, too. */
export function freshClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
