// The one script that a site includes: defines <baowen-chat> and puts one on the page if there is none.
//
//   <script type="module" src="https://HOST/widget.js" data-channel="web"></script>
//
// Each data-NAME of the script becomes the attribute NAME of the element.

import { BaowenChat } from "./element.js";

const NAME = "baowen-chat";

if (!customElements.get(NAME)) {
  customElements.define(NAME, BaowenChat);
  if (!document.querySelector(NAME)) append();
}

function append() {
  const script = [...document.scripts].find((one) => one.src === import.meta.url);
  const chat = document.createElement(NAME);
  for (const { name, value } of script?.attributes ?? []) {
    if (name.startsWith("data-")) chat.setAttribute(name.slice(5), value);
  }
  document.body.append(chat);
}
