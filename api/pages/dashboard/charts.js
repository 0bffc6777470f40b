// Small charts as inline SVG. Numbers are in the text beside them and in tables, so that nobody needs to see.

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 84;
const PAD = 6;

function part(tag, properties, ...children) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

function title(text) {
  const made = document.createElementNS(SPACE, "title");
  made.textContent = text;
  return made;
}

/**
 * Return a line over days with the band of its intervals and the target.
 *
 * @param {object} chart
 * @param {string} chart.label What it shows, for those who do not see it.
 * @param {string[]} chart.days Every day of the period, in order.
 * @param {{day: string, value: number, low: number, high: number}[]} chart.points
 * @param {number|null} [chart.target] Where the target stands.
 * @param {(point: object) => string} chart.tell What a point is called.
 */
export function lineChart({ label, days, points, target = null, tell }) {
  const known = points.filter(({ value }) => value !== null);
  const svg = part("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": label });
  if (!known.length) return svg;
  const place = scaleOf(days, known, target);
  if (target !== null) {
    const y = place.y(target);
    svg.append(part("line", { class: "aim", x1: 0, x2: WIDTH, y1: y, y2: y }));
  }
  for (const run of runsOf(days, known)) svg.append(...runOf(run, place));
  for (const point of known) {
    const dot = part("circle", { class: "dot", cx: place.x(point.day), cy: place.y(point.value), r: known.length > 45 ? 1.5 : 2.5 });
    dot.append(title(tell(point)));
    svg.append(dot);
  }
  return svg;
}

function scaleOf(days, known, target) {
  const middle = known.map(({ value }) => value);
  const aims = target === null ? [] : [target];
  const [least, most] = [Math.min(...middle, ...aims), Math.max(...middle, ...aims)];
  const room = (most - least || Math.abs(most) || 1) * 0.35;
  const [low, high] = [least - room, most + room];
  const step = (WIDTH - 2 * PAD) / Math.max(days.length - 1, 1);
  const places = new Map(days.map((day, index) => [day, PAD + index * step]));
  const clip = (value) => Math.min(high, Math.max(low, value));
  return {
    x: (day) => places.get(day),
    y: (value) => Number((PAD + ((high - clip(value)) / (high - low)) * (HEIGHT - 2 * PAD)).toFixed(2)),
  };
}

/** Return the runs of days that have a figure: a gap is no line. */
function runsOf(days, known) {
  const byDay = new Map(known.map((point) => [point.day, point]));
  const runs = [[]];
  for (const day of days) {
    if (byDay.has(day)) runs.at(-1).push(byDay.get(day));
    else if (runs.at(-1).length) runs.push([]);
  }
  return runs.filter((run) => run.length);
}

function runOf(run, place) {
  const at = (name) => run.map((point) => `${place.x(point.day)},${place.y(point[name])}`);
  const band = part("polygon", { class: "band", points: [...at("high"), ...at("low").reverse()].join(" ") });
  return [band, part("polyline", { class: "trend", points: at("value").join(" ") })];
}

/**
 * Return a bar of a share between 0 and 1 of the longest one.
 *
 * @param {number} share
 */
export function bar(share) {
  const svg = part("svg", { viewBox: "0 0 100 8", class: "meter-bar", "aria-hidden": "true", preserveAspectRatio: "none" });
  svg.append(part("rect", { class: "meter-ground", width: 100, height: 8, rx: 2 }));
  svg.append(part("rect", { class: "meter-fill", width: Math.max(1, 100 * share), height: 8, rx: 2 }));
  return svg;
}
