import { THEME_CSS } from "../../src/figures/theme.ts";

/** The theme of the project, the report's own parts, and paper. */
export const REPORT_CSS = `${THEME_CSS}
main { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
.contents { display: none; }
.dot { display: inline-block; width: 0.6rem; height: 0.6rem; border-radius: 50%; margin-right: 0.4rem; }
@media (min-width: 82rem) {
  .contents { display: block; position: fixed; top: 0; bottom: 0; left: 0; width: 15rem; overflow-y: auto; padding: 1rem; box-sizing: border-box;
    border-right: 1px solid var(--line); font-size: 0.85rem; }
  .contents ul { list-style: none; margin: 0.5rem 0; padding: 0; }
  .contents li { margin: 0.35rem 0; }
  .contents a { text-decoration: none; }
  main { margin-left: max(16rem, calc((100vw - 60rem) / 2)); }
}
h1 { line-height: 1.2; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; scroll-margin-top: 0.5rem; }
h3 { margin: 1.5rem 0 0; font-size: 1rem; }
h4 { margin: 1rem 0 0.2rem; font-size: 1rem; }
.method p, .method ul { margin: 0.2rem 0; }
.label { color: var(--muted); }
#tables, .appendix { display: none; }
code { background: var(--soft); padding: 0.1rem 0.3rem; border-radius: 0.2rem; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: 0.8rem; overflow-x: auto; }
[hidden] { display: none !important; }
:root:not([data-script]) :is(button, .filter, .hint) { display: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; padding: 0; border: 0; }
.skip { position: absolute; left: -100vw; padding: 0.5rem; background: var(--back); }
.skip:focus { left: 0; z-index: 1; }
.claim { font-size: 1.1rem; }
.counts .badge { margin-left: 0.8rem; }
.counts .badge:first-child { margin-left: 0; }
.filter { border: 1px solid var(--line); border-radius: 0.3rem; margin: 0 0 1rem; padding: 0.2rem 0.8rem; }
.filter label { display: inline-block; margin-right: 1.2rem; padding: 0.2rem 0; }
.summary { width: 100%; }
.summary td, .summary th { vertical-align: top; padding: 0.5rem 1rem 0.5rem 0; }
.summary .number { white-space: nowrap; padding-right: 0; }
.others, .hint { color: var(--muted); }
.touch { display: none; }
@media (pointer: coarse) { .hint { display: none; } .touch { display: inline; } }
.findings { list-style: none; padding: 0; }
.findings li { display: grid; grid-template-columns: max-content 1fr; gap: 0.6rem; align-items: start; margin: 0.4rem 0; }
.figure { margin: 2rem 0; }
figcaption { font-weight: 600; }
.still svg { display: block; max-width: 100%; height: auto; }
.js-plotly-plot + .still { display: none; }
.table { margin: 1rem 0; }
.scroll { overflow-x: auto; }
.scroll th, .scroll td { white-space: nowrap; }
.scroll .long { white-space: normal; min-width: 18rem; }
.scroll td:last-child, .scroll th:last-child { padding-right: 0; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 0.4rem 0; font-size: 0.85rem; }
.command button { font-size: 0.85rem; }
.command span:not(.unseen) { display: inline-block; max-width: 100%; }
summary { cursor: pointer; }
.rest > summary { font-weight: 600; margin: 1rem 0; }
#message { position: fixed; bottom: 1rem; left: 50%; transform: translateX(-50%); margin: 0; padding: 0.4rem 1rem; width: max-content; max-width: 85vw;
  color: var(--back); background: var(--text); border-radius: 0.3rem; }
#message:empty { display: none; }
#enlarged { inset: 0; width: 100vw; height: 100vh; max-width: none; max-height: none; box-sizing: border-box; padding: 0.8rem; border: 0;
  color: var(--text); background: var(--back); }
#enlarged[open] { display: flex; flex-direction: column; }
#enlarged .bar { display: flex; justify-content: space-between; align-items: start; gap: 1rem; }
#enlarged h2 { margin: 0; border: 0; padding: 0; font-size: 1rem; }
#enlarged .plot { flex: 1; min-height: 0; }
@media (max-width: 40rem) {
  .summary thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .summary tr { display: block; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  .summary td { display: block; padding: 0.15rem 0; border: 0; }
  .summary .number { text-align: left; }
  .findings li { grid-template-columns: 1fr; gap: 0.1rem; }
  .findings .badge { justify-self: start; }
}
@page { margin: 15mm; @bottom-center { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; } }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  button, .filter, .hint, .tools, .skip, .modebar, .contents, .rest > summary, #message, #enlarged, details:not([open]), .repeat { display: none !important; }
  main { margin: 0; }
  #tables, .appendix { display: block; }
  #methods, #tables { break-before: page; }
  .summary { break-after: page; font-size: 8pt; line-height: 1.35; }
  .summary :is(td, th) { padding: 0.25rem 0.6rem 0.25rem 0; }
  .summary .badge { min-width: 0; font-size: 7pt; }
  .summary td:first-child { width: 45%; }
  .claim { font-size: 10pt; }
  h2 { margin-top: 1.6rem; font-size: 13pt; }
  .figure { margin: 1rem 0; }
  .badge { color: #000; background: none; border: 1px solid #000; }
  .scroll { overflow: visible; }
  .scroll th, .scroll td { white-space: normal; padding-right: 0.7em; }
  .scroll .long { min-width: 0; }
  .scroll :is(.number, [data-value]) { white-space: nowrap; }
  .scroll table { font-size: clamp(5pt, calc(62pt / var(--columns, 1)), 8pt); max-width: 100%; }
  .scroll caption { font-size: 8pt; }
  .scroll th { overflow-wrap: normal; }
  .drawn { min-height: 0 !important; }
  .plot:has(+ .still) { display: none; }
  .plot + .still { display: block; }
  .still svg { max-width: 135mm; }
  .findings li { margin: 0.15rem 0; }
  p { margin: 0.5rem 0; }
  thead { display: table-header-group; break-inside: avoid; break-after: avoid; }
  tbody tr:first-child { break-after: avoid; }
  h2, h3, h4, .claim, .claim + .findings, figcaption, caption { break-after: avoid; }
  h2 { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  tr, li, figure, .lead, .method { break-inside: avoid; }
}
`;
