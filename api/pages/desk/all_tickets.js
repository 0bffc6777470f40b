// Every open ticket that one sees.

import { ask } from "../shared/api.js";

const PAGE = 200;

/** Load them, page by page. */
export async function allTickets() {
  const found = [];
  let cursor = "";
  do {
    const told = await ask("GET", `/v1/tickets?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`);
    found.push(...told.tickets);
    cursor = told.next;
  } while (cursor);
  return found;
}
