// Colours and type. A site changes colours with variables on <baowen-chat>, for example
// `baowen-chat { --baowen-accent: #7a1f2b; --baowen-accent-ink: #fff }`; whoever changes one
// sees to the contrast with its ink.

const NAMED = (light) =>
  Object.entries(light)
    .map(([name, value]) => `--${name}: var(--baowen-${name}, ${value});`)
    .join("");

const LIGHT = NAMED({
  ground: "#f1f5f4",
  panel: "#fff",
  ink: "#17211f",
  quiet: "#52605d",
  line: "#d3dcda",
  edge: "#7b8a87",
  accent: "#0b655f",
  "accent-ink": "#fff",
  "accent-soft": "#e3f1ef",
  own: "#0b655f",
  "own-ink": "#fff",
  alarm: "#a3201a",
  "alarm-soft": "#fdecea",
  warm: "#7a4d00",
  "warm-soft": "#fdf1d8",
  focus: "#0b57d0",
});

const DARK = NAMED({
  ground: "#0f1514",
  panel: "#18211f",
  ink: "#e7efed",
  quiet: "#a5b5b1",
  line: "#2e3b38",
  edge: "#74857f",
  accent: "#6fd0c4",
  "accent-ink": "#06211e",
  "accent-soft": "#1c3330",
  own: "#15564f",
  "own-ink": "#fff",
  alarm: "#ffb4ab",
  "alarm-soft": "#3a1d1b",
  warm: "#f2c879",
  "warm-soft": "#38290e",
  focus: "#a8c7fa",
});

// "all: initial" keeps the site's type out; "medium" is the size that the reader chose.
export const TOKENS = `
.root {
  all: initial;
  color-scheme: light;
  ${LIGHT}
  --radius: 1em;
  color: var(--ink);
  font: medium/1.6 "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC",
    "HarmonyOS Sans SC", "Microsoft YaHei", system-ui, sans-serif;
  overflow-wrap: anywhere;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}
.root:lang(zh-Hant) {
  font-family: "PingFang TC", "Noto Sans TC", "Noto Sans CJK TC", "Microsoft JhengHei", system-ui, sans-serif;
}
.root[data-theme="dark"] { color-scheme: dark; ${DARK} }
@media (prefers-color-scheme: dark) {
  .root:not([data-theme="light"]) { color-scheme: dark; ${DARK} }
}
*, *::before, *::after { box-sizing: border-box; }
h1, h2, h3, p, ul, ol, fieldset, legend { margin: 0; padding: 0; border: 0; }
fieldset { min-width: 0; }
h1, h2, h3 { font-size: 1.0625em; line-height: 1.35; }
button, textarea, input { color: inherit; font: inherit; }
button { min-height: max(44px, 2.75em); cursor: pointer; touch-action: manipulation; }
[hidden] { display: none !important; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.icon { width: 1.375em; height: 1.375em; flex: none; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
