// The style sheets of the widget: constructed, so that a site's policy may forbid inline styles.

import { COMPOSER } from "./composer.js";
import { FRAME } from "./frame.js";
import { LOG } from "./log.js";
import { TOKENS } from "./tokens.js";

/** All of them, shared by every widget of a page. */
export const SHEETS = [TOKENS, FRAME, LOG, COMPOSER].map((rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
});
