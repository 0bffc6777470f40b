// The fields of an entry. What is written is told at once as plain data (text.js).

import { field } from "../../shared/dialog.js";
import { element } from "../../shared/element.js";
import { DOMAINS, SOURCES } from "../words.js";
import { BasisEditor } from "./basis_editor.js";
import { FindingPlace, findingNode } from "./findings.js";
import { RelatedEditor } from "./related_editor.js";
import { VariantsEditor } from "./variants_editor.js";

const PLAIN = ["question", "intent", "answer", "short_answer", "source", "valid_from", "valid_to"];

export class Form {
  /**
   * @param {object} choices Of `/v1/entries/choices`.
   * @param {string} own The entry's id; empty for a new one.
   * @param {() => void} onChange Is called after each change.
   */
  constructor(choices, own, onChange) {
    Object.assign(this, { choices, onChange, kind: "answer", places: {} });
    this.controls = {
      question: element("input", { type: "text", maxlength: 500, autocomplete: "off" }),
      intent: element("select", {}, element("option", { value: "" }, "请选择"), ...intentGroups(choices.intents)),
      answer: element("textarea", { rows: 9, maxlength: 5000 }),
      short_answer: element("textarea", { rows: 2, maxlength: 1000 }),
      source: element("select", {}, ...Object.entries(SOURCES).map(([value, name]) => element("option", { value }, name))),
      valid_from: element("input", { type: "date" }),
      valid_to: element("input", { type: "date" }),
    };
    for (const one of Object.values(this.controls)) one.addEventListener("input", () => this.#changed());
    this.counters = { answer: element("span", { class: "quiet" }), short_answer: element("span", { class: "quiet" }) };
    this.variants = new VariantsEditor(() => this.#changed());
    this.basis = new BasisEditor(choices.laws, () => this.#changed());
    this.related = new RelatedEditor(own, () => this.#changed());
    this.products = new Checks("险种（不选为全部）", choices.products, () => this.#changed());
    this.channels = new Checks("渠道（不选为全部）", choices.channels.map((id) => ({ id, name: id })), () => this.#changed());
    this.about = element("p", { class: "quiet" });
    this.node = element("div", { class: "entry-form" }, ...this.#parts());
  }

  #parts() {
    const at = (name, label, ...more) => {
      const place = new FindingPlace(this.controls[name]);
      this.places[name] = place;
      const made = field(label, this.controls[name]);
      made.append(...more, place.node);
      return made;
    };
    const placeholders = element("details", { class: "why" }, element("summary", {}, "可用的占位符"),
      element("ul", { class: "placeholders" }, ...this.choices.placeholders.map(({ name, value }) => element("li", {}, element("code", {}, `{${name}}`), ` ${value}`))));
    const dates = element("div", { class: "two" }, at("valid_from", "开始日期（空为不限）"), at("valid_to", "结束日期（空为不限）"));
    for (const [name, editor] of [["products", this.products], ["channels", this.channels]]) this.places[name] = editor.place;
    return [
      element("section", { class: "part" }, at("question", "问题"), at("intent", "意图", this.about)),
      element("section", { class: "part" }, at("answer", "答案", this.counters.answer, placeholders), at("short_answer", "短答案", this.counters.short_answer)),
      this.variants.node,
      element("section", { class: "part" }, at("source", "来源")),
      this.basis.node,
      element("section", { class: "part" }, this.products.node, this.channels.node, dates),
      this.related.node,
    ];
  }

  /** Show another text; `related` names entries of it. */
  show(text, related = []) {
    this.kind = text.kind;
    const intent = this.controls.intent;
    if (text.intent && ![...intent.options].some(({ value }) => value === text.intent)) {
      intent.append(element("option", { value: text.intent }, text.intent));
    }
    for (const name of PLAIN) this.controls[name].value = text[name] ?? "";
    this.variants.show(text.variants);
    this.basis.show(text.legal_basis);
    this.related.show(text.related, related);
    this.products.show(text.products);
    this.channels.show(text.channels);
    this.#describe();
  }

  /** Return what stands in the form. */
  text() {
    const plain = Object.fromEntries(PLAIN.map((name) => [name, this.controls[name].value]));
    return {
      ...plain,
      kind: this.kind,
      valid_from: plain.valid_from || null,
      valid_to: plain.valid_to || null,
      variants: this.variants.values(),
      legal_basis: this.basis.values(),
      related: this.related.values(),
      products: this.products.values(),
      channels: this.channels.values(),
    };
  }

  showFindings(findings) {
    const nodeOf = (one) => findingNode(one, this.choices.bounds, { show: (it) => this.point(it), put: (it) => this.#put(it) });
    const of = (name) => findings.filter(({ field: about }) => about === name);
    for (const [name, place] of Object.entries(this.places)) {
      place.show(of(name).map(nodeOf), of(name).some(({ severity }) => severity === "error"));
    }
    this.variants.showFindings(of("variants"), nodeOf);
    this.basis.showFindings(of("legal_basis"), nodeOf);
    this.related.showFindings(of("related"), nodeOf);
  }

  /** Go to the place of a finding. */
  point({ field: name, item, start, end }) {
    if (name === "variants" && item !== null) return this.variants.focus(item);
    const control = this.controls[name];
    if (!control) {
      const part = { legal_basis: this.basis, related: this.related, products: this.products, channels: this.channels, variants: this.variants }[name];
      return part?.node.querySelector("input, select, button")?.focus();
    }
    control.focus();
    if (end > start) control.setSelectionRange(start, end);
  }

  #put({ field: name, start, end, put, found }) {
    const control = this.controls[name];
    if (!control || control.value.slice(start, end) !== found) return; // the text has changed since; it is checked again
    control.focus();
    control.setRangeText(put, start, end, "end");
    this.#changed();
  }

  #changed() {
    this.#describe();
    this.onChange();
  }

  #describe() {
    const intent = this.choices.intents.find(({ id }) => id === this.controls.intent.value);
    if (intent) this.kind = intent.action === "handoff" ? "acknowledgement" : "answer";
    this.about.textContent = intent ? `${intent.about}${this.kind === "answer" ? "" : "。由人工办理：答案是转人工时对客户说的话。"}` : "";
    for (const [name, counter] of Object.entries(this.counters)) {
      counter.textContent = `${this.controls[name].value.trim().length} 字（${this.choices.bounds[name].join(" 到 ")} 字为好）`;
    }
  }
}

function intentGroups(intents) {
  const domains = [...new Set(intents.map(({ domain }) => domain))];
  return domains.map((domain) =>
    element("optgroup", { label: DOMAINS[domain] ?? domain },
      ...intents.filter((one) => one.domain === domain).map(({ id, name }) => element("option", { value: id }, name))),
  );
}

class Checks {
  constructor(title, options, onChange) {
    Object.assign(this, { options, onChange, order: [] });
    this.boxes = element("div", { class: "checks" });
    this.place = new FindingPlace(null);
    this.node = element("fieldset", {}, element("legend", { class: "legend" }, title), this.boxes, this.place.node);
  }

  show(values) {
    this.order = values;
    const unknown = values.filter((value) => !this.options.some(({ id }) => id === value)).map((id) => ({ id, name: id }));
    this.inputs = [...this.options, ...unknown].map(({ id, name }) => {
      const input = element("input", { type: "checkbox", value: id, checked: values.includes(id), on: { change: this.onChange } });
      return { input, node: element("label", { class: "check" }, input, name) };
    });
    this.boxes.replaceChildren(...this.inputs.map(({ node }) => node));
  }

  values() {
    const checked = this.inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
    return [...this.order.filter((one) => checked.includes(one)), ...checked.filter((one) => !this.order.includes(one))];
  }
}
