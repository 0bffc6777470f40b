// What an entry says, as the form holds it: plain data in the order of the fields.

export const FIELDS = [
  "kind", "intent", "question", "variants", "answer", "short_answer", "source", "legal_basis",
  "channels", "products", "valid_from", "valid_to", "related",
];

export const EMPTY = {
  kind: "answer", intent: "", question: "", variants: [], answer: "", short_answer: "", source: "company",
  legal_basis: [], channels: [], products: [], valid_from: null, valid_to: null, related: [],
};

/** Return the fields of an entry as the server tells it, every one there. */
export function textOf(entry) {
  const told = Object.fromEntries(FIELDS.map((name) => [name, entry[name] ?? EMPTY[name]]));
  const basis = told.legal_basis.map(({ law, version, article = "", paragraph = "" }) => ({ law, version, article, paragraph }));
  return { ...told, legal_basis: basis };
}

/** Return a text as it is saved: blanks at the edges and empty items do not count. */
export function tidied(text) {
  const lists = Object.fromEntries(
    ["variants", "channels", "products", "related"].map((name) => [name, text[name].map((one) => one.trim()).filter(Boolean)]),
  );
  const texts = Object.fromEntries(["question", "answer", "short_answer"].map((name) => [name, text[name].trim()]));
  const dates = { valid_from: text.valid_from || null, valid_to: text.valid_to || null };
  const told = { ...text, ...lists, ...texts, ...dates, legal_basis: text.legal_basis.filter(({ law }) => law) };
  return Object.fromEntries(FIELDS.map((name) => [name, told[name]]));
}

/** Tell whether two values of a field say the same. */
export function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Tell whether two texts would be saved as the same. */
export function sameText(one, other) {
  return same(tidied(one), tidied(other));
}

/** Return the names of the fields in which two texts differ. */
export function differing(one, other) {
  const [a, b] = [tidied(one), tidied(other)];
  return FIELDS.filter((name) => !same(a[name], b[name]));
}
