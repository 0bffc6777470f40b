// The log and what stands in it.

export const LOG = `
.middle { position: relative; display: flex; flex: 1 0 0; flex-direction: column; }
.scroll { position: relative; flex: 1; min-height: 0; padding: 1em max(.875em, env(safe-area-inset-right)) .25em max(.875em, env(safe-area-inset-left)); overflow-y: auto; overscroll-behavior: contain; scrollbar-gutter: stable; }
.page .scroll { padding-inline: max(1em, (100% - 46em) / 2); }
.scroll:focus-visible { outline-offset: -3px; }
.log > *, .tail > * { position: relative; margin-bottom: 1em; }
.jump { position: absolute; bottom: .75em; left: 50%; padding: 0 1.25em; border: 1px solid transparent; border-radius: 1.375em; background: var(--accent); color: var(--accent-ink); box-shadow: 0 .125em .75em rgb(0 0 0 / 25%); transform: translateX(-50%); }
.message { display: flex; flex-direction: column; align-items: flex-start; }
.bubble { max-width: min(100%, 38em); padding: .625em .875em; border: 1px solid var(--line); border-radius: var(--radius); border-top-left-radius: .25em; background: var(--panel); white-space: pre-line; }
.from-customer { align-items: flex-end; }
.from-customer .bubble { max-width: min(85%, 34em); border-color: transparent; border-radius: var(--radius); border-top-right-radius: .25em; background: var(--own); color: var(--own-ink); }
.from-agent .bubble { border-color: var(--accent); background: var(--accent-soft); }
.message > .name { margin-bottom: .125em; color: var(--accent); font-size: .875em; font-weight: 600; }
.unsent .bubble { border: 1px dashed var(--alarm); background: var(--panel); color: var(--ink); }
.held::after { margin-top: .125em; color: var(--quiet); content: attr(data-state); font-size: .875em; }
.unsent::after { color: var(--alarm); content: attr(data-state); font-size: .875em; }
.bubble p + p, .also p + p { margin-top: .375em; }
.step { padding-left: 1.05em; text-indent: -1.05em; }
p.small { padding: 0; border: 0; border-radius: 0; background: none; color: var(--quiet); font-size: .875em; }
.tag { width: fit-content; margin-bottom: .375em; padding: 0 .625em; border-radius: .75em; background: var(--accent-soft); color: var(--accent); font-size: .875em; font-weight: 600; }
.urgent .bubble { border: 2px solid var(--alarm); }
.urgent .tag { background: var(--alarm-soft); color: var(--alarm); }
.unbroken { text-indent: 0; white-space: nowrap; }
.telephone { color: var(--accent); font-variant-numeric: tabular-nums; font-weight: 600; text-underline-offset: .2em; }
.telephone:only-child { display: inline-block; }
.basis-line { margin-top: .5em; padding-top: .375em; border-top: 1px solid var(--line); color: var(--quiet); font-size: .875em; }
.basis { color: var(--quiet); font-size: .875em; }
.basis summary { display: flex; align-items: center; width: fit-content; min-height: max(44px, 2.75em); margin-bottom: -.5em; padding-right: .75em; cursor: pointer; }
.basis summary::before { width: .4em; height: .4em; margin: 0 .5em 0 .125em; border: solid currentcolor; border-width: 0 2px 2px 0; content: ""; transform: rotate(-45deg); }
.basis[open] summary::before { transform: rotate(45deg); }
.basis ul { padding: .25em 0 .125em 1.25em; }
.also { max-width: min(100%, 38em); margin-top: .5em; padding: .5em .875em; border-left: 3px solid var(--edge); border-radius: .25em; color: var(--quiet); font-size: .9375em; white-space: pre-line; }
.also .question { font-weight: 600; }
.told { width: fit-content; max-width: 34em; margin-inline: auto; padding: .375em .875em; border-radius: var(--radius); background: var(--accent-soft); font-size: .9375em; }
.time { color: var(--quiet); font-size: .8125em; text-align: center; }
.more { display: flex; flex-wrap: wrap; gap: .5em; width: 100%; max-width: 38em; margin-top: .625em; }
.more .title { width: 100%; margin-bottom: -.125em; color: var(--quiet); font-size: .875em; }
.pick { padding: .375em .875em; border: 1px solid var(--edge); background: var(--panel); color: var(--accent); line-height: 1.4; text-align: left; }
.chips .pick { border-radius: 1.375em; font-size: .9375em; }
.choices { flex-direction: column; }
.choices .pick { padding: .625em .875em; border-color: var(--accent); border-radius: .75em; }
.notice { display: flex; flex-wrap: wrap; gap: .5em 1em; align-items: center; justify-content: space-between; padding: .625em .875em; border: 1px solid var(--alarm); border-radius: .75em; background: var(--alarm-soft); }
.notice p { flex: 1 1 14em; }
.notice .telephone { color: inherit; }
.retry, .drop { min-width: 5em; border: 1px solid var(--alarm); border-radius: 1.375em; background: var(--panel); color: var(--alarm); font-weight: 600; }
.file { display: flex; gap: .625em; align-items: center; }
.facts { display: flex; flex-direction: column; min-width: 0; }
.download { min-width: 44px; border: 0; background: none; font-weight: 600; text-decoration: underline; text-underline-offset: .2em; }
.upload progress { width: min(85%, 14em); height: .5em; margin-top: .5em; accent-color: var(--accent); }
.upload .state { margin-top: .25em; color: var(--quiet); font-size: .875em; }
.upload .more { justify-content: flex-end; }
/* Waiting: a quick reply comes before the dots are seen. */
.typing { min-height: 2.95em; opacity: 0; animation: appear .2s .15s forwards; }
.from-agent .typing { animation-delay: 0s; }
.dots { display: inline-flex; gap: .375em; }
.dots i { width: .5em; height: .5em; border-radius: 50%; background: var(--quiet); animation: breathe 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: .2s; }
.dots i:nth-child(3) { animation-delay: .4s; }
.slow { margin-top: .25em; color: var(--quiet); font-size: .875em; opacity: 0; animation: appear .2s 4s forwards; }
@keyframes appear { to { opacity: 1; } }
@keyframes breathe { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
@media (prefers-reduced-motion: no-preference) { .scroll { scroll-behavior: smooth; } }
@media (prefers-reduced-motion: reduce) { .dots i { animation: none; } }
`;
