// Bubble, panel, header, and what stands under the log.

export const FRAME = `
.launcher { position: fixed; z-index: 2147483000; bottom: max(1.25em, env(safe-area-inset-bottom)); right: max(1.25em, env(safe-area-inset-right)); }
[data-position="left"] .launcher { right: auto; left: max(1.25em, env(safe-area-inset-left)); }
.root.open .launcher { visibility: hidden; }
.bubble-button {
  position: relative; display: flex; gap: .5em; align-items: center; min-height: 3.5em; padding: 0 1.375em 0 1.125em;
  border: 1px solid transparent; border-radius: 1.75em; background: var(--accent); color: var(--accent-ink);
  box-shadow: 0 .25em 1.25em rgb(10 40 36 / 28%); font-weight: 600;
}
.badge {
  position: absolute; top: -.5em; right: -.25em; min-width: 1.75em; padding: 0 .375em; border: 2px solid var(--panel);
  border-radius: 1em; background: #b3261e; color: #fff; font-size: .8125em; line-height: 1.5; text-align: center;
}
.panel { display: flex; flex-direction: column; padding: 0; border: 0; background: var(--ground); color: var(--ink); font-size: 1em; }
.large .panel { font-size: 1.3125em; }
.middle { min-height: 9em; } /* where large type leaves less, the panel itself scrolls */
.panel { overflow-y: auto; }
dialog.panel:not([open]) { display: none; }
dialog.panel {
  position: fixed; z-index: 2147483001; inset: auto 1.25em 1.25em auto; width: min(26.5em, calc(100vw - 2.5em));
  height: min(44em, calc(100dvh - 2.5em)); max-width: none; max-height: none; margin: 0;
  border: 1px solid var(--line); border-radius: var(--radius); box-shadow: 0 .75em 3em rgb(10 30 27 / 28%);
}
[data-position="left"] dialog.panel { inset: auto auto 1.25em 1.25em; }
dialog.panel:modal { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }
dialog::backdrop { background: var(--ground); }
.root.page { display: block; height: 100%; }
.page .panel { height: 100%; }
.bar {
  display: flex; flex: none; gap: .625em; align-items: center;
  padding: max(.625em, env(safe-area-inset-top)) max(.875em, env(safe-area-inset-right)) .625em max(.875em, env(safe-area-inset-left));
  border-bottom: 1px solid var(--line); background: var(--panel);
}
.logo { display: grid; flex: none; place-items: center; width: 2.5em; height: 2.5em; border-radius: .75em; background: var(--accent); color: var(--accent-ink); }
.bar .name { flex: 1; min-width: 0; }
.bar .name p { color: var(--quiet); font-size: .8125em; line-height: 1.35; }
.toggles { display: flex; flex: none; gap: .625em; margin-left: auto; }
.toggle {
  display: inline-grid; flex: none; place-items: center; min-width: max(44px, 2.75em); padding: 0 .5em; border: 1px solid var(--edge);
  border-radius: 1.375em; background: var(--panel); font-size: .9375em; white-space: nowrap;
}
.toggle[aria-pressed="true"] { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
.shrink { border-color: transparent; }
.offline { flex: none; padding: .5em 1em; background: var(--alarm-soft); color: var(--alarm); font-size: .9375em; text-align: center; }
.offline:empty { display: none; }
.standing {
  display: flex; flex: none; flex-wrap: wrap; gap: .5em 1em; align-items: center; justify-content: space-between;
  padding: .625em 1em; border-top: 1px solid var(--line); background: var(--accent-soft); font-size: .9375em; line-height: 1.5;
}
.standing.waiting { background: var(--warm-soft); color: var(--warm); }
.standing-text { flex: 1 1 12em; }
.standing-text p:first-child { font-weight: 600; }
.standing-buttons { display: flex; flex-wrap: wrap; gap: .5em; }
.standing-buttons:empty { display: none; }
.small { padding: 0 1em; border: 1px solid var(--edge); border-radius: 1.375em; background: var(--panel); color: var(--ink); font-size: .9375em; }
.small.main { border-color: transparent; background: var(--accent); color: var(--accent-ink); font-weight: 600; }
button:disabled { cursor: default; opacity: .6; }
@media (max-width: 24.5rem) { .logo { display: none; } .bar, .toggles { gap: .375em; } }
@media (max-width: 30rem) { .bubble-button { padding: 0 1.125em; } }
.large .bar { flex-wrap: wrap; gap: .25em .375em; }
.large .bar .name { flex: 1 1 8em; }
.large .toggles { gap: .375em; }
.large .toggle { min-width: 44px; padding: 0 .25em; font-size: .8125em; }
.page .bar { padding-inline: max(1em, (100% - 46em) / 2); }
.page .standing, .page .offline { padding-inline: max(1em, (100% - 46em) / 2); }
`;
