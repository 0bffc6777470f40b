// The customer's chat page: joins the parts.

import { showCertificate } from "./certificate.js";
import { Composer } from "./chat/composer.js";
import { watchConnection } from "./chat/connection.js";
import { Conversation } from "./chat/conversation.js";
import { bindLargeType } from "./chat/large_type.js";
import { buttons } from "./chat/messages.js";
import { LABELS, PERSON, SAMPLES } from "./chat/words.js";

const at = (id) => document.getElementById(id);

const connection = watchConnection(at("offline"));
const conversation = new Conversation(at("log"), {
  onReached: connection.reached,
  onProblem: (kind, text) => {
    if (kind === "network") connection.check();
    if (kind === "unreadable") composer.offer(text);
  },
});
const composer = new Composer(at("composer"), (text) => conversation.say(text));

showCertificate(at("certificate"));
bindLargeType(at("large-type"), (change) =>
  conversation.keepPlace(() => {
    change();
    composer.refresh();
  }),
);
at("person").addEventListener("click", () => conversation.say(PERSON));
at("samples").replaceWith(
  ...buttons(SAMPLES.map((text) => ({ text })), LABELS.samples, "chips", (text) => conversation.say(text), true),
);

// With a mouse and keys one may type at once; on a phone this would cover half the page.
if (matchMedia("(hover: hover) and (pointer: fine)").matches) composer.input.focus({ preventScroll: true });
