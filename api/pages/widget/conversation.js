// One customer's conversation: what was said, where it stands, and what the customer can do.

import { customerToken, subjectOf } from "./customer.js";
import { Files } from "./files.js";
import { Kept } from "./kept.js";
import { Ledger } from "./ledger.js";
import { Outbox } from "./outbox.js";
import { call, CallError, HOST } from "./server.js";
import { Stored } from "./stored.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";
import { upload } from "./upload.js";

const TYPING_MS = 6000;
const TELL_TYPING_MS = 4000;
const FIRST = { state: "assistant", ticket: null, agent: null, notice: null, out_of_hours: null, rated: false };

/** Tells of every change by an event `change`, of what failed by `problem` (detail: {kind, act?}). */
export class Conversation extends EventTarget {
  /** @param {HTMLElement} element The widget, whose attributes say how to begin. */
  constructor(element) {
    super();
    this.element = element;
    this.channel = element.getAttribute("channel") || "web";
    const stored = new Stored(`${HOST}:${this.channel}`);
    this.kept = new Kept(stored);
    this.tabs = new Tabs(stored.prefix, (told) => this.#heard(told));
    this.lock = stored.prefix;
    this.outbox = new Outbox(stored, {
      send: (item) => this.#send(item),
      onChange: () => this.#changed(),
      onRefused: (item) => this.#problem({ kind: "unreadable", text: item.text }),
    });
    this.files = new Files({ send: (item) => this.#sendFile(item), onChange: () => this.#changed() });
    this.ledger = new Ledger();
    this.standing = FIRST;
    this.lost = ""; // what does not answer: the network, the server
    this.agentTyping = false;
    this.restored = this.#restore();
  }

  /** Messages that nobody has looked at. */
  get unread() {
    return this.ledger.list().filter((one) => one.seq > this.seen && one.author !== "customer").length;
  }

  /** The last number that was looked at, here or in another tab. */
  get seen() {
    return Math.max(this.kept.seen ?? 0, this.#seen); // another tab's word may come before the storage shows it
  }

  #announced = null;
  #ended = false;
  #seen = 0;
  #told = 0;
  #typingTimer;

  /** Note that all messages were looked at. */
  look() {
    if (this.ledger.upTo <= this.seen) return;
    this.#seen = this.ledger.upTo;
    this.kept.seen = this.#seen;
    this.tabs.tell({ seen: this.#seen });
  }

  /** Show a notice of the company before there is a conversation; later ones come with its state. */
  announce(notice) {
    this.#announced = notice;
    if (this.opened) return;
    this.standing = { ...this.standing, notice };
    this.#changed();
  }

  /** Send a text; it is kept until the server has it. */
  say(text) {
    this.outbox.add(text);
  }

  /** Ask for a person; never waits for a message that is under way. */
  askForPerson() {
    return this.#act("handoff", {}, true);
  }

  /** Leave the queue. */
  goBack() {
    return this.#act("back", {});
  }

  /** Ask to be called. */
  askForCall(wanted) {
    return this.#act("callback", wanted);
  }

  /** End the conversation. */
  close() {
    return this.#act("close", {});
  }

  /** Rate it: {score, resolved, comment}. */
  rate(rating) {
    return this.#act("rating", rating);
  }

  /** Say whether one would recommend the company: {score}, null to skip. */
  recommend(said) {
    return this.#act("recommendation", said);
  }

  /** Return the steps of the customer's complaint. */
  async complaint() {
    return call(`complaints/${this.standing.complaint}`, { token: this.opened.token });
  }

  /** Tell the agent that the customer is writing; not with every key. */
  tellTyping() {
    if (!this.opened || this.standing.state === "assistant" || Date.now() - this.#told < TELL_TYPING_MS) return;
    this.#told = Date.now();
    this.#call("typing", {}).catch(() => {});
  }

  /** Look at once whether the server is there, and send what waits. */
  hurry() {
    this.check();
    if (this.outbox.items.length) this.outbox.work();
  }

  /** Find out whether the server is out of reach: the browser knows its own network only. */
  check() {
    if (this.stream) this.stream.renew();
    else call(`company?channel=${encodeURIComponent(this.channel)}`).then(() => this.#setLost(""), (error) => this.#missed(error));
  }

  /** Stop following it, e.g. while nobody looks. */
  rest() {
    this.stream?.stop();
    this.stream = null;
  }

  /** Follow it (again). */
  follow() {
    if (this.stream || !this.opened || this.#ended) return;
    this.stream = new Stream(this.opened, {
      after: () => this.ledger.upTo,
      onEvent: (name, data) => this.#event(name, data),
      onConnected: () => this.#setLost(""),
      onLost: () => this.#catchUp(),
      onGone: () => this.#forget(),
    });
  }

  /** Leave the page for good. */
  end() {
    this.#ended = true;
    this.rest();
    this.tabs.close();
  }

  async #restore() {
    const person = subjectOf(await customerToken(this.element));
    const { conversation, isFresh } = this.kept;
    const strange = this.kept.meet(person);
    if (conversation && !strange && isFresh) this.#resume(conversation);
    else if (conversation) this.#forget(conversation);
    if (strange) this.outbox.disown();
    else this.outbox.restore();
  }

  #resume(opened) {
    this.opened = opened;
    this.follow();
    this.#changed();
  }

  // Another tab may begin at the same moment: the lock makes it one conversation.
  #open() {
    if (this.opened) return this.opened;
    const begin = () => this.#begin();
    this.opening ??= (navigator.locks ? navigator.locks.request(this.lock, begin) : begin()).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async #begin() {
    await this.restored;
    if (this.opened) return this.opened;
    const { conversation } = this.kept;
    if (conversation) this.#resume(conversation);
    else await this.#start();
    return this.opened;
  }

  async #start() {
    const token = await customerToken(this.element);
    const body = { channel: this.channel, locale: this.element.locale };
    const started = await call("conversations", { body: { ...body, ...(token && { customer_token: token }) } }).catch(
      (error) => {
        if (error.kind !== "gone" || !token) throw error;
        return call("conversations", { body }); // a token that is over: served without a name
      },
    );
    const opened = { id: started.id, token: started.token, person: subjectOf(token) };
    this.kept.keep(opened);
    this.tabs.tell({ started: true, opened });
    this.#resume(opened);
  }

  #forget(gone = this.opened) {
    this.rest();
    this.opened = null;
    this.ledger = new Ledger();
    this.standing = { ...FIRST, notice: this.#announced };
    this.#seen = 0;
    this.kept.forget(gone);
    this.outbox.release();
    this.#changed();
  }

  async #send(item) {
    const { id, token } = await this.#open();
    if (this.ledger.has(item.client_id)) return;
    const body = { text: item.text, client_id: item.client_id };
    try {
      await this.#sent(item, await this.#from(id, call(`conversations/${id}/messages`, { body, token })));
      this.#setLost("");
    } catch (error) {
      if (error.kind === "network") this.#setLost("network");
      throw error;
    }
  }

  async #sendFile(item) {
    const { id, token } = await this.#open();
    const told = await this.#from(id, upload(`conversations/${id}/attachments`, token, item, () => this.#changed()));
    await this.#take(told.messages);
  }

  // What is asked of a conversation that is gone fails; the next try begins a new one.
  async #from(id, asked) {
    try {
      return await asked;
    } catch (error) {
      if (error.kind === "gone" && this.opened?.id === id) this.#forget();
      throw error;
    }
  }

  // A reply counts only where it holds the message, or says that the server keeps it for later.
  async #sent(item, told) {
    if (told.spooled) {
      this.outbox.hold(item, told.notice);
      return;
    }
    if (!Array.isArray(told.messages)) throw new CallError("server");
    if (told.state) this.standing = { ...this.standing, state: told.state };
    await this.#take(told.messages);
    if (!this.ledger.has(item.client_id)) throw new CallError("server");
  }

  async #act(name, body, opens = false) {
    try {
      if (opens) await this.#open();
      this.#stand(await this.#call(name, body));
      return true;
    } catch (error) {
      if (!error.kind) throw error;
      this.#problem({ kind: error.kind, act: name });
      return false;
    }
  }

  #call(name, body) {
    if (!this.opened) throw new CallError("gone");
    const { id, token } = this.opened;
    return this.#from(id, call(`conversations/${id}/${name}`, { body, token }));
  }

  #event(name, data) {
    if (name === "message") this.#take([data]);
    else if (name === "state") this.#stand(data);
    else if (name === "typing") this.#setTyping(data.who === "agent");
  }

  async #take(messages = []) {
    this.#keep(messages);
    if (this.opened) this.kept.keep(this.opened);
    this.#changed();
    if (this.ledger.hasGap) await this.#fill().catch(() => {}); // the stream brings it, too
  }

  #keep(messages) {
    for (const message of messages) {
      if (!this.ledger.take(message)) continue;
      if (message.client_id) this.#settle(message.client_id);
      if (message.author === "agent") this.#setTyping(false);
    }
  }

  // A reply may be lost, and the message come another way.
  #settle(clientId) {
    this.outbox.settle(clientId);
    this.files.settle(clientId);
  }

  /** Fetch what is missing; a stream that does not get through is replaced by this. */
  async #fill() {
    const { id, token } = this.opened;
    for (let last = Infinity; this.ledger.upTo < last; ) {
      const before = this.ledger.upTo;
      const told = await call(`conversations/${id}/messages?after=${before}`, { token });
      last = told.last_seq;
      this.#keep(told.messages);
      if (this.ledger.upTo === before) break;
    }
    this.#changed();
  }

  async #catchUp() {
    try {
      const { id, token } = this.opened;
      this.#stand(await call(`conversations/${id}`, { token }));
      this.#setLost("");
    } catch (error) {
      this.#missed(error);
    }
  }

  #missed(error) {
    this.#setLost(error.kind === "server" ? "server" : "network");
  }

  #stand(view) {
    this.standing = { ...this.standing, ...view };
    if (view.state !== "with_person") this.agentTyping = false;
    this.#changed();
    if (view.last_seq > this.ledger.upTo) this.#fill().catch(() => {});
    this.outbox.release(); // whoever can tell the state has its database
  }

  #setTyping(typing) {
    clearTimeout(this.#typingTimer);
    this.agentTyping = typing;
    if (typing) this.#typingTimer = setTimeout(() => this.#setTyping(false), TYPING_MS);
    this.#changed();
  }

  #setLost(lost) {
    if (this.lost === lost) return;
    this.lost = lost;
    this.#changed();
  }

  #heard(told) {
    if (told.seen) this.#seen = Math.max(this.#seen, told.seen);
    if (told.started && !this.opened) this.#resume(told.opened);
    this.#changed();
  }

  #problem(detail) {
    this.dispatchEvent(new CustomEvent("problem", { detail }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
