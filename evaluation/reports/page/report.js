"use strict";
// Explores what the report embeds; every text is set as text, never as markup.
// It is built part by part, so that the page answers in between.
(async () => {
  const pause = () => new Promise((done) => setTimeout(done));
  const data = JSON.parse(document.getElementById("data").textContent);
  const field = Object.fromEntries(data.fields.map((name, place) => [name, place]));
  const PAGE = 50;
  const HANDOFF = 2; // the place of 转人工 among the actions
  const chinese = new Intl.Collator("zh-CN");
  const byId = (id) => document.getElementById(id);

  function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  const percent = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)}%`);
  const between = (low, high) => (low === null ? "" : `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}%`);
  const intentName = (place) => data.intents[place][1];
  await pause();

  // Sorting: a button in every heading of a sortable table.
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = element("button", { type: "button", textContent: head.textContent });
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => {
          const cell = row.cells[column];
          return column ? Number(cell.dataset.value ?? cell.textContent) : cell.textContent;
        };
        const order = (a, b) => (column ? key(a) - key(b) : chinese.compare(key(a), key(b)));
        body.append(...[...body.rows].sort((a, b) => (down ? order(b, a) : order(a, b))));
      });
      head.replaceChildren(button);
    });
  }

  // The threshold explorer. A point is: cut, cost, n, then value, low, high of five shares.
  const SHARES = [
    ["回答正确率", 3],
    ["自动回答占全部行", 6],
    ["可回答的得到回答", 9],
    ["转人工率", 12],
    ["实际需要人工率", 15],
  ];

  function place(chart, x, y) {
    const svg = byId(`chart-${chart}`);
    const [xLow, xHigh, yLow, yHigh] = svg.dataset.range.split(" ").map(Number);
    const { x0, x1, y0, y1 } = svg.dataset;
    const at = (value, low, high, from, to) => +from + ((value - low) / (high - low)) * (to - from);
    const mark = svg.querySelector(".chosen");
    mark.setAttribute("cx", x === null ? -20 : at(Math.min(x, xHigh), xLow, xHigh, x0, x1));
    mark.setAttribute("cy", y === null ? -20 : at(Math.min(Math.max(y, yLow), yHigh), yLow, yHigh, y0, y1));
  }

  function explore() {
    const point = data.curve[Number(byId("cut").value)];
    byId("cut-value").textContent = point[0].toFixed(2);
    const shares = SHARES.map(([name, at]) =>
      element("div", {}, element("dt", { textContent: name }), element("dd", {}, percent(point[at]), " ",
        element("small", { textContent: between(point[at + 1], point[at + 2]) }))));
    const cost = element("div", {}, element("dt", { textContent: "每行代价" }),
      element("dd", { textContent: point[1].toFixed(3) }));
    byId("what-if").replaceChildren(...shares, cost);
    place("risk", point[6], point[3] === null ? null : 1 - point[3]);
    place("handoff", point[3] === null ? null : point[15], point[3]);
  }
  byId("cut").value = Math.round(100 * (data.inUse ?? 0.5));
  byId("cut").addEventListener("input", explore);
  explore();
  await pause();

  // The confusion matrix.
  const errorsOf = new Map();
  for (const [truth, predicted, count] of data.confusions) {
    errorsOf.set(truth, (errorsOf.get(truth) ?? 0) + count);
    errorsOf.set(predicted, (errorsOf.get(predicted) ?? 0) + count);
  }
  const confused = [...errorsOf.keys()].sort((a, b) => errorsOf.get(b) - errorsOf.get(a));
  const counts = new Map(data.confusions.map(([truth, predicted, count]) => [`${truth} ${predicted}`, count]));
  const correct = new Map(data.correct.map(([intent, , right]) => [intent, right]));

  function cell(truth, predicted) {
    if (truth === predicted) return element("td", { className: "right", textContent: correct.get(truth) ?? 0 });
    const count = counts.get(`${truth} ${predicted}`);
    if (!count) return element("td");
    const button = element("button", { type: "button", textContent: count });
    button.ariaLabel = `${intentName(truth)}判成${intentName(predicted)}：${count} 行，查看问题`;
    button.addEventListener("click", () => show({ truth, intent: predicted, kind: "wrong" }));
    return element("td", {}, button);
  }

  function drawMatrix() {
    const wanted = Number(byId("how-many").value);
    const shown = wanted ? confused.slice(0, wanted) : confused;
    const heads = shown.map((intent) => element("th", { scope: "col", textContent: intentName(intent) }));
    const rows = shown.map((truth) =>
      element("tr", {}, element("th", { scope: "row", textContent: intentName(truth) }),
        ...shown.map((predicted) => cell(truth, predicted))));
    const corner = element("td");
    byId("matrix").replaceChildren(element("table", {},
      element("thead", {}, element("tr", {}, corner, ...heads)), element("tbody", {}, ...rows)));
    byId("matrix").hidden = !shown.length;
  }
  byId("how-many").addEventListener("change", drawMatrix);
  drawMatrix();
  await pause();

  // The rows: a row passes every filter that is set.
  const form = byId("filters");
  const passes = {
    text: (row, text) => row[field.question].toLowerCase().includes(text) || row[field.id].toLowerCase().includes(text),
    kind: (row, kind) => (row[field.faults].length > 0) === (kind === "wrong"),
    fault: (row, fault) => row[field.faults].includes(Number(fault)),
    truth: (row, truth) => row[field.intents][0] === Number(truth),
    intent: (row, intent) => row[field.intent] === Number(intent),
    action: (row, action) => row[field.action] === Number(action),
    slice: (row, slice) => row[field.slices].includes(Number(slice)),
  };

  function fill(name, labels) {
    const options = labels.map(([value, label]) => element("option", { value, textContent: label }));
    form.elements[name].append(...options);
  }
  const used = (name, each) => new Set(data.rows.flatMap((row) => each(row[field[name]])));
  const listed = (places, label) =>
    [...places].map((place) => [place, label(place)]).sort((a, b) => chinese.compare(a[1], b[1]));
  fill("fault", data.faults.map((name, place) => [place, name]));
  fill("truth", listed(used("intents", (all) => all.slice(0, 1)), intentName));
  fill("intent", listed(used("intent", (one) => [one]), intentName));
  fill("action", data.actions.map((name, place) => [place, name]));
  fill("slice", listed(used("slices", (all) => all), (place) => data.slices[place]));

  let found = [];
  let shown = 0;

  function search() {
    const wanted = [...new FormData(form)].filter(([, value]) => value !== "");
    const tests = wanted.map(([name, value]) => (row) => passes[name](row, value.toLowerCase().trim()));
    found = data.rows.filter((row) => tests.every((test) => test(row)));
    shown = 0;
    byId("list").replaceChildren();
    more();
  }

  function more() {
    byId("list").append(...found.slice(shown, shown + PAGE).map(item));
    shown = Math.min(found.length, shown + PAGE);
    byId("found").textContent = found.length ? `找到 ${found.length} 条，显示 ${shown} 条` : "没有符合条件的行，请放宽条件。";
    byId("more").hidden = shown >= found.length;
  }

  function entryText(place) {
    const [id, question] = data.entries[place];
    return question ? `${question}（${id}）` : id;
  }

  const joined = (places, name) => places.map(name).join("、");

  function expected(row) {
    const parts = [joined(row[field.actions], (place) => data.actions[place])];
    if (row[field.intents].length) parts.push(joined(row[field.intents], intentName));
    if (row[field.queue] && row[field.actions].includes(HANDOFF)) parts.push(`队列 ${row[field.queue]}`);
    if (row[field.entries]) parts.push(row[field.entries].length ? joined(row[field.entries], entryText) : "没有条目能回答");
    return parts.join("；");
  }

  function got(row) {
    const parts = [data.actions[row[field.action]], intentName(row[field.intent])];
    if (row[field.to]) parts.push(`队列 ${row[field.to]}`);
    if (row[field.entry] >= 0) parts.push(entryText(row[field.entry]));
    if (row[field.choices]) parts.push(`选项：${row[field.choices].map(([, text]) => text).join("／")}`);
    return parts.join("；");
  }

  function why(row) {
    const cut = data.inUse === null ? "" : `（默认回答阈值 ${data.inUse.toFixed(3)}）`;
    return `${data.reasons[row[field.reason]]}；把握 ${row[field.confidence].toFixed(3)}${cut}；${row[field.ms]} 毫秒`;
  }

  function candidates(row) {
    const right = new Set(row[field.entries] ?? []);
    return element("ul", {}, ...row[field.candidates].map(([entry, confidence, dense, lexical, fused]) =>
      element("li", { className: right.has(entry) ? "right-one" : "" },
        `${right.has(entry) ? "✓ " : ""}${entryText(entry)} `,
        element("small", { textContent: `把握 ${confidence} · 语义 ${dense} · 字面 ${lexical} · 合计 ${fused}` }))));
  }

  function item(row) {
    const told = [["编号", row[field.id]], ["应当", expected(row)], ["实际", got(row)], ["原因", why(row)]];
    if (row[field.history]) told.unshift(["此前", row[field.history].join("／")]);
    const list = element("dl", {}, ...told.flatMap(([name, text]) =>
      [element("dt", { textContent: name }), element("dd", { textContent: text })]));
    if (row[field.candidates].length) list.append(element("dt", { textContent: "候选" }), element("dd", {}, candidates(row)));
    const faults = row[field.faults].map((place) => element("span", { className: "fault", textContent: data.faults[place] }));
    return element("li", {}, element("p", { className: "question", textContent: row[field.question] }),
      element("p", {}, ...faults), list);
  }

  function show(wanted) {
    form.reset();
    for (const [name, value] of Object.entries(wanted)) form.elements[name].value = String(value);
    search();
    byId("rows").scrollIntoView();
    form.elements.text.focus({ preventScroll: true });
  }

  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => show({}));
  byId("more").addEventListener("click", more);
  await pause();
  search();
  document.documentElement.dataset.ready = "yes";
})();
