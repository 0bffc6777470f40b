// Builds elements. Only text is set: nothing that people wrote is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element with a class and what it holds: a text, or a list of nodes. */
export function part(name, className = "", content = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (typeof content === "string") element.textContent = content;
  else element.append(...content);
  return element;
}

/** Return a button. */
export function button(className, text, onClick) {
  const element = part("button", className, text);
  element.type = "button";
  if (onClick) element.addEventListener("click", onClick);
  return element;
}

/** Return a button that shows a drawing and is called by a name. */
export function drawnButton(className, drawing, name, onClick) {
  const element = button(className, "", onClick);
  element.append(icon(drawing));
  element.setAttribute("aria-label", name);
  return element;
}

/** Set attributes; null takes one away. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  return element;
}

/** Return a drawing of 24 x 24: a path of lines. */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  set(drawing, { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" });
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** Return three dots that breathe. */
export const dots = () => part("span", "dots", [part("i"), part("i"), part("i")]);

export const DRAWINGS = {
  chat: "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2Zm3 5h8M8 12.5h5",
  shield: "M12 3 19 5.5v5.5c0 4.8-3 8-7 9.8-4-1.8-7-5-7-9.8V5.5ZM9 11.7l2.2 2.2L15.2 10",
  person: "M4 14v-2a8 8 0 0 1 16 0v2M4 14v3a2 2 0 0 0 3 0v-3a2 2 0 0 0-3 0Zm16 0v3a2 2 0 0 1-3 0v-3a2 2 0 0 1 3 0Zm-1 5c-1 2-3 2.5-6 2.5",
  clip: "m8 12.5 6-6a3 3 0 0 1 4.3 4.3l-8 8a4.8 4.8 0 0 1-6.8-6.8l7.5-7.5",
  file: "M6 3h8l4 4v14H6ZM14 3v4h4",
  down: "m6 10 6 6 6-6",
};
