// Builds elements. Texts are always text: nothing that people wrote is ever read as HTML.

/**
 * Return a new element.
 *
 * @param {string} tag Its name.
 * @param {object} [properties] Attributes; `class`, `on` (event listeners by name) and
 *   `dataset` are understood, true sets an empty attribute, false and null leave it out.
 * @param {...(Node|string|null|false)} children What it holds; null and false are left out.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (name === "dataset") Object.assign(made.dataset, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

let made = 0;

/** Return an id that no other element has. */
export function freshId(word) {
  made += 1;
  return `${word}-${made}`;
}

/** Return a button; `properties` as of `element`. */
export function button(text, onClick, properties = {}) {
  const kind = `button ${properties.class ?? ""}`.trim();
  return element("button", { type: "button", ...properties, class: kind, on: { click: onClick } }, text);
}

/** Let a button show that something is under way, and not be pressed twice. */
export function setBusy(pressed, busy) {
  pressed.disabled = busy;
  if (busy) pressed.setAttribute("aria-busy", "true");
  else pressed.removeAttribute("aria-busy");
}
