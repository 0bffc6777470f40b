// The input and the small forms.

export const COMPOSER = `
.composer { position: relative; flex: none; padding: .5em max(.875em, env(safe-area-inset-right)) max(.625em, env(safe-area-inset-bottom)) max(.875em, env(safe-area-inset-left)); border-top: 1px solid var(--line); background: var(--panel); }
.page .composer { padding-inline: max(1em, (100% - 46em) / 2); }
.tools { display: flex; flex-wrap: wrap; gap: .5em; align-items: center; margin-bottom: .5em; }
.person, .tool { display: inline-flex; gap: .375em; align-items: center; justify-content: center; border: 1px solid var(--edge); border-radius: 1.375em; background: var(--panel); white-space: nowrap; }
.person { padding: 0 1em 0 .75em; border-color: var(--accent); color: var(--accent); font-weight: 600; }
.tool { min-width: max(44px, 2.75em); padding: 0 .625em; }
.finish { padding: 0 .875em; font-size: .9375em; }
.counter { margin-left: auto; color: var(--quiet); font-size: .875em; }
.counter.over { color: var(--alarm); font-weight: 600; }
.entry { display: flex; gap: .5em; align-items: flex-end; }
textarea, .field input { width: 100%; min-width: 0; min-height: 3em; padding: .625em .875em; border: 1px solid var(--edge); border-radius: .75em; background: var(--ground); }
.entry textarea { display: block; flex: 1; max-height: min(10em, 30vh); resize: none; font-size: max(16px, 1em); }
textarea:focus-visible, .field input:focus-visible { outline-offset: 0; }
::placeholder { color: var(--quiet); opacity: 1; }
[aria-invalid="true"] { border-color: var(--alarm); }
.send { flex: none; min-height: max(44px, 3em); padding: 0 1.25em; border: 1px solid transparent; border-radius: .75em; background: var(--accent); color: var(--accent-ink); font-weight: 600; }
.certificate, .hint { margin-top: .25em; color: var(--quiet); font-size: .8125em; }
.hint { display: none; }
.suggestions { position: absolute; z-index: 2; bottom: 100%; left: .5em; right: .5em; max-height: 17em; padding: .25em; overflow-y: auto; border: 1px solid var(--line); border-radius: .75em; background: var(--panel); box-shadow: 0 -.25em 1.25em rgb(0 0 0 / 16%); list-style: none; }
.page .suggestions { inset-inline: max(1em, (100% - 46em) / 2); }
.suggestions li { display: flex; align-items: center; min-height: max(44px, 2.75em); padding: .375em .75em; border-radius: .5em; cursor: pointer; line-height: 1.4; }
.suggestions li[aria-selected="true"] { background: var(--accent-soft); box-shadow: inset 3px 0 var(--accent); }
.card { display: flex; flex-direction: column; gap: .75em; padding: .875em; border: 1px solid var(--line); border-radius: var(--radius); background: var(--panel); }
.page .card { max-width: 38em; }
.card > .small { align-self: flex-start; }
.card legend, .field span { margin-bottom: .25em; font-weight: 600; }
.field { display: flex; flex-direction: column; }
.fault { color: var(--alarm); }
.fault:empty { display: none; }
.options { display: flex; flex-wrap: wrap; gap: .5em; }
.option { position: relative; display: flex; flex: 1 0 auto; align-items: center; justify-content: center; min-width: max(44px, 3.25em); min-height: max(44px, 2.75em); padding: .25em .625em; border: 1px solid var(--edge); border-radius: .75em; cursor: pointer; line-height: 1.3; text-align: center; }
.option input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; opacity: 0; }
.option small { display: block; color: var(--quiet); font-size: .75em; }
.option:has(:checked) { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
.option:has(:checked) small { color: inherit; }
.option:has(:focus-visible) { outline: 3px solid var(--focus); outline-offset: 2px; }
.score .option { flex-basis: 0; padding-inline: .125em; }
.scale { display: grid; grid-template-columns: repeat(auto-fit, minmax(max(44px, 2.75em), 1fr)); }
.scale .option { min-width: 0; padding-inline: 0; }
.ends { display: flex; justify-content: space-between; gap: 1em; margin-top: .375em; color: var(--quiet); font-size: .875em; }
.recommendation { display: flex; flex-direction: column; gap: 1em; }
.steps { padding-left: 1.25em; }
.steps small { margin-left: .5em; color: var(--quiet); }
@media (hover: hover) {
  .pick:hover, .person:hover, .tool:hover, .toggle:not([aria-pressed="true"]):hover, .suggestions li:hover { background: var(--accent-soft); }
  .send:hover, .bubble-button:hover { filter: brightness(1.1); }
}
@media (hover: hover) and (pointer: fine) and (min-height: 38rem) { .hint { display: block; } }
@media print { .composer, .toggle, .launcher { display: none; } .scroll { overflow: visible; } }
`;
