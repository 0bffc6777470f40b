// Keeps what was filled in and not sent yet, so that a reload or a lost connection loses nothing.

const key = (id) => `baowen-label-${id}`;

/** Keep a draft of a question. */
export function keepDraft(id, label) {
  try {
    localStorage.setItem(key(id), JSON.stringify(label));
  } catch {
    // Without storage there is no draft; sending still works.
  }
}

/** Return the draft of a question, or null. */
export function draftOf(id) {
  try {
    return JSON.parse(localStorage.getItem(key(id)));
  } catch {
    return null;
  }
}

/** Forget the draft of a question that was sent. */
export function dropDraft(id) {
  try {
    localStorage.removeItem(key(id));
  } catch {
    // Nothing was kept.
  }
}
