// <baowen-chat>: the widget on a page.
//
// Attributes: channel (web), customer-token, locale (zh-CN, zh-TW, zh-HK), theme (light, dark),
// position (right, left), open, mode (page: fills its place instead of floating), large.
// The property customerToken or the page's own function window.baowenCustomerToken may give
// the token when it is needed. Colours: --baowen-accent and others in styles/tokens.js.

import { Conversation } from "./conversation.js";
import { PanelDialog } from "./dialog.js";
import { save } from "./download.js";
import { Launcher } from "./launcher.js";
import { Panel } from "./panel.js";
import { part, set } from "./parts.js";
import { Preferences } from "./preferences.js";
import { call, HOST } from "./server.js";
import { Stored } from "./stored.js";
import { SHEETS } from "./styles/sheets.js";
import { faultOf } from "./upload.js";
import { isTraditional, wordsFor } from "./words.js";

const tab = new Stored(HOST, "session");

/** The custom element. */
export class BaowenChat extends HTMLElement {
  static observedAttributes = ["open", "theme", "position"];

  #listening;
  #drawing = 0;
  #late = 0;
  #quiet = false; // opened by a reload: the focus stays where the page has it
  #learning = null;
  #again = null;
  #questions = [];
  #company = {};

  /** The customer's token, or a function that gives it (perhaps later). */
  customerToken = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = SHEETS;
  }

  /** Whether the panel is open. */
  get open() {
    return this.isPage || this.hasAttribute("open");
  }

  set open(open) {
    this.toggleAttribute("open", Boolean(open));
  }

  /** Whether the element is the page itself. */
  get isPage() {
    return this.getAttribute("mode") === "page";
  }

  /** Open the panel and send a question, if one is given: what a button of the site may do. */
  ask(text = "") {
    this.open = true;
    if (text) this.#say(text);
  }

  /** In which Chinese the widget speaks. */
  get locale() {
    return this.preferences.locale;
  }

  connectedCallback() {
    this.preferences = new Preferences(this);
    this.conversation = new Conversation(this);
    this.conversation.addEventListener("change", () => this.#draw());
    this.conversation.addEventListener("problem", ({ detail }) => this.#failed(detail));
    this.#build();
    this.#listen();
    this.#quiet = !this.isPage && tab.get("open") === true;
    if (this.#quiet && !this.open) this.open = true;
    else if (this.open) this.#opened();
    this.#quiet = false;
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.dialog?.end();
    this.conversation.end();
  }

  attributeChangedCallback(name) {
    if (!this.panel) return;
    if (name !== "open") this.#dress();
    else if (this.open) this.#opened();
    else this.#closed();
    if (name === "open") tab.set("open", this.open);
  }

  /** Build everything in the present script; what was typed stays. */
  #build() {
    const typed = this.panel?.composer.input.value ?? "";
    const words = wordsFor(this.locale);
    this.dialog?.end();
    this.panel = new Panel(this.#context(words));
    this.launcher = new Launcher(words, () => (this.open = true));
    this.dialog = this.isPage ? null : new PanelDialog(this.panel.element, () => (this.open = false));
    this.root = part("div", "root", this.isPage ? [this.panel.element] : [this.launcher.element, this.panel.element]);
    this.shadowRoot.replaceChildren(this.root);
    this.#dress();
    this.panel.composer.offer(typed);
    this.panel.update(this.conversation);
    this.panel.tell(this.#company, this.#questions);
    this.launcher.update(this.open, this.conversation.unread);
  }

  #dress() {
    const { root } = this;
    root.classList.toggle("large", this.preferences.large);
    root.classList.toggle("page", this.isPage);
    root.classList.toggle("open", this.open);
    set(root, {
      lang: isTraditional(this.locale) ? "zh-Hant" : "zh-Hans",
      "data-theme": this.getAttribute("theme") ?? "auto",
      "data-position": this.getAttribute("position") ?? "right",
    });
  }

  #context(words) {
    const { conversation } = this;
    return {
      words,
      company: this.#company,
      isPage: this.isPage,
      isLarge: () => this.preferences.large,
      onPick: (text) => this.#say(text),
      onRetry: () => conversation.outbox.retry(),
      onPerson: () => this.#act(() => conversation.askForPerson()),
      onBack: () => this.#act(() => conversation.goBack()),
      onFinish: () => this.#act(() => conversation.close()),
      onRate: (rating) => this.#do(() => conversation.rate(rating)), // the form stays until it is taken
      onRecommend: (said) => this.#do(() => conversation.recommend(said)),
      onCallback: () => this.panel.askForCall(),
      onCallbackSent: (wanted) => this.#act(() => conversation.askForCall(wanted)),
      onProgress: () => this.#act(() => this.#showComplaint()),
      onFile: (file) => this.#sendFile(file),
      onRetryFile: (item) => conversation.files.send(item),
      onDropFile: (item) => conversation.files.drop(item),
      onDownload: (attachment) => this.#act(() => save(conversation.opened, attachment)),
      onTyping: () => conversation.tellTyping(),
      onLarge: () => this.#switchLarge(),
      onScript: () => this.#switchScript(),
      onShrink: () => (this.open = false),
    };
  }

  #say(text) {
    this.panel.clearTail();
    this.conversation.say(text);
  }

  #act(deed) {
    this.panel.clearTail();
    return this.#do(deed);
  }

  // What fails is told with a way to do it again.
  async #do(deed) {
    this.#again = () => this.#act(deed);
    try {
      return await deed();
    } catch (error) {
      if (!error.kind) throw error;
      return this.#failed({ kind: error.kind, act: true });
    }
  }

  #failed(detail) {
    this.panel.fail(detail, detail.act ? this.#again : null);
  }

  async #showComplaint() {
    this.panel.showComplaint(this.conversation.standing.complaint, await this.conversation.complaint());
  }

  #sendFile(file) {
    const kind = faultOf(file, this.#company.attachments);
    if (kind) this.panel.fail({ kind });
    else this.conversation.files.add(file);
  }

  #opened() {
    this.#dress();
    this.dialog?.open();
    this.panel.composer.refresh();
    this.panel.log.showEnd();
    if (!this.#quiet) this.#focus();
    this.#learn();
    this.#draw();
  }

  #closed() {
    this.#dress();
    this.dialog?.close();
    this.launcher.button.focus();
    this.#draw();
  }

  // With a mouse and keys one may type at once; on a phone the keyboard would cover half the page.
  #focus() {
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) this.panel.composer.input.focus({ preventScroll: true });
    else if (!this.isPage) this.panel.title.focus();
  }

  /** Ask for the company and the questions of the moment, once. */
  async #learn() {
    if (this.#learning) return;
    const channel = encodeURIComponent(this.conversation.channel);
    const asked = [call(`company?channel=${channel}`), call(`top-questions?channel=${channel}`)];
    this.#learning = Promise.allSettled(asked);
    const [company, top] = await this.#learning;
    Object.assign(this.#company, company.value);
    this.#questions = top.value?.questions ?? [];
    if (company.reason) this.#learning = null; // asked again when the panel is opened again
    this.conversation.announce(company.value?.notice ?? null);
    this.panel.tell(this.#company, this.#questions);
  }

  /** Show the conversation once for all changes of a moment. */
  #draw() {
    cancelAnimationFrame(this.#drawing);
    clearTimeout(this.#late);
    const draw = () => {
      cancelAnimationFrame(this.#drawing);
      clearTimeout(this.#late);
      this.#drawNow();
    };
    this.#drawing = requestAnimationFrame(draw);
    this.#late = setTimeout(draw, 250); // a hidden page has no frames
  }

  #drawNow() {
    const { conversation } = this;
    if (this.open && document.visibilityState === "visible") conversation.look();
    this.panel.update(conversation);
    this.launcher.update(this.open, conversation.unread);
  }

  #listen() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const on = (target, name, act) => target.addEventListener(name, act, { signal });
    on(window, "online", () => this.conversation.hurry());
    on(window, "offline", () => this.conversation.check());
    on(document, "visibilitychange", () => this.#seen());
    on(window, "pagehide", () => this.conversation.rest());
    on(window, "pageshow", () => this.conversation.follow());
  }

  // A hidden page keeps its connection only while a person may write.
  #seen() {
    const { conversation } = this;
    const { state } = conversation.standing;
    if (document.visibilityState === "visible") conversation.follow();
    else if (state !== "waiting" && state !== "with_person") conversation.rest();
    this.#draw();
  }

  #switchLarge() {
    this.panel.log.keepPlace(() => {
      this.preferences.switchLarge();
      this.#dress();
      this.panel.composer.refresh();
    });
    set(this.panel.large, { "aria-pressed": String(this.preferences.large) });
  }

  #switchScript() {
    this.preferences.switchScript();
    this.#build();
    if (this.open) this.dialog?.open();
    this.panel.composer.refresh();
    this.panel.log.showEnd();
    this.panel.element.querySelector(".script").focus();
  }
}
