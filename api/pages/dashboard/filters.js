// What is looked at: days, channel, product, intent. All of it stands in the address.

import { download, leaveForSignIn } from "../shared/api.js";
import { button, element, setBusy } from "../shared/element.js";
import { field } from "../shared/dialog.js";
import { toast } from "../shared/told.js";
import { problemText } from "../shared/words.js";
import { channelText } from "./words.js";

const NAMES = ["since", "until", "channel", "product", "intent"];
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Return the part of an address that asks for figures, with its question mark; empty for the usual ones. */
export function queryOf(search) {
  const given = new URLSearchParams(search);
  const known = NAMES.filter((name) => given.get(name)).map((name) => [name, given.get(name)]);
  return known.length ? `?${new URLSearchParams(known)}` : "";
}

/**
 * Fill the form of filters.
 *
 * @param {HTMLFormElement} form
 * @param {object} told What `/v1/measures` told, for the choices.
 * @param {(query: string) => void} search Asks another question.
 */
export function filterForm(form, told, search) {
  const { channels, intents, products } = told.choices;
  const controls = {
    since: element("input", { type: "date", required: true }),
    until: element("input", { type: "date", required: true }),
    channel: select("全部渠道", channels.map((one) => [one, channelText(one)])),
    product: select("全部险种", Object.entries(products)),
    intent: select("全部意图", Object.entries(intents)),
  };
  const ranges = [["最近 7 天", 7], ["最近 30 天", 30], ["最近 90 天", 90]].map(([name, days]) =>
    button(name, () => search(queryWith(controls, { since: dayBefore(days - 1), until: dayBefore(0) })), { class: "small" }),
  );
  const files = [["导出 CSV", "csv", "text/csv"], ["导出 Excel", "xlsx", XLSX]].map(([name, format, type]) =>
    button(name, ({ currentTarget }) => save(currentTarget, format, type), { class: "small" }),
  );
  form.replaceChildren(
    field("从", controls.since),
    field("到", controls.until),
    field("渠道", controls.channel),
    field("险种", controls.product),
    field("意图", controls.intent),
    element("div", { class: "filter-buttons" }, ...ranges, ...files),
  );
  form.addEventListener("change", () => form.checkValidity() && search(queryWith(controls)));
  form.addEventListener("submit", (event) => event.preventDefault());
  return { show: (shown) => showIn(controls, shown) };
}

function showIn(controls, { period, filter }) {
  for (const [name, value] of Object.entries({ ...filter, since: period.since, until: period.until })) {
    if (document.activeElement !== controls[name]) controls[name].value = value;
  }
}

function select(all, choices) {
  const options = [["", all], ...choices].map(([value, name]) => element("option", { value }, name));
  return element("select", {}, ...options);
}

function queryWith(controls, changed = {}) {
  const values = Object.fromEntries(NAMES.map((name) => [name, changed[name] ?? controls[name].value]));
  return queryOf(`?${new URLSearchParams(values)}`);
}

function dayBefore(days) {
  const day = new Date(Date.now() - days * 86_400_000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(day);
}

async function save(pressed, format, type) {
  setBusy(pressed, true);
  try {
    const query = queryOf(location.search);
    await download(`/v1/measures/file${query ? `${query}&` : "?"}format=${format}`, type);
  } catch (error) {
    if (error.status === 401) return leaveForSignIn();
    toast(problemText(error));
  } finally {
    setBusy(pressed, false);
  }
}
