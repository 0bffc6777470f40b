// Fields of the widget's small forms.

import { part, set } from "./parts.js";

/** Return a field with its label. */
export const field = (label, input) => part("label", "field", [part("span", "", label), input]);

/** Return the line that tells what is missing. */
export const errorLine = () => set(part("p", "fault"), { role: "alert" });
