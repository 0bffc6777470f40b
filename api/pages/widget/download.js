// Saves a file of the conversation: fetched with the token, which never stands in an address.

import { address, bearer, CallError, failure } from "./server.js";

/**
 * Let the customer save an attachment.
 *
 * @throws {CallError} It cannot be had.
 */
export async function save({ id, token }, attachment) {
  const where = address(`conversations/${id}/attachments/${attachment.id}`);
  const response = await fetch(where, { headers: bearer(token), credentials: "omit" }).catch(() => {
    throw new CallError("network");
  });
  if (!response.ok) throw failure(response.status);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = attachment.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
