import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { TimedResult } from "./run.ts";
import { type Cell, combine, type Figure, show, type Table, type Verdict } from "./study.ts";

export interface ReportInfo {
  version: string;
  node: string;
  machine: string;
  /** The command that repeats the whole report. */
  command: string;
  seconds: number;
}

/** The verdict on all results together. */
export function overallVerdict(results: readonly TimedResult[]): Verdict {
  return combine(results.flatMap(({ findings }) => findings));
}

export function renderJson(results: readonly TimedResult[], info: ReportInfo): string {
  return `${JSON.stringify({ ...info, verdict: overallVerdict(results), results }, null, 2)}\n`;
}

/** One self-contained page: summary of claims, then each with its figures, tables and settings; plotly is part of it. */
export function renderHtml(results: readonly TimedResult[], info: ReportInfo): string {
  const plotly = readFileSync(createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min"), "utf8");
  const figures = results.flatMap((result, r) =>
    result.figures.map((figure, f) => ({ id: `figure-${r}-${f}`, ...toPlotly(figure) })),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>birth-death-pde: validation</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Validation of birth-death-pde ${escapeHtml(info.version)}</h1>
<p>Every claim below was computed by <code>${escapeHtml(info.command)}</code> in ${info.seconds.toFixed(0)} s
(${escapeHtml(info.node)}, ${escapeHtml(info.machine)}). A claim <b>passes</b> when each of its findings does, <b>fails</b> when one fails, and
is <b>inconclusive</b> when the numbers cannot decide.</p>
<table>
<thead><tr><th>claim</th><th>verdict</th><th>time</th></tr></thead>
<tbody>
${results
  .map(
    (result, r) =>
      `<tr><td><a href="#result-${r}">${escapeHtml(result.name)}</a></td><td>${badge(result.verdict)}</td><td class="number">${result.seconds.toFixed(1)} s</td></tr>`,
  )
  .join("\n")}
</tbody>
</table>
${results.map(renderResult).join("\n")}
</main>
<script>${plotly}</script>
<script type="application/json" id="figures">${JSON.stringify(figures).replaceAll("<", "\\u003c")}</script>
<script>${DRAW}</script>
</body>
</html>
`;
}

function renderResult(result: TimedResult, r: number): string {
  return `<section id="result-${r}">
<h2>${escapeHtml(result.name)} ${badge(result.verdict)}</h2>
<p class="claim">${escapeHtml(result.claim)}</p>
<ul class="findings">
${result.findings.map(({ text, verdict }) => `<li>${badge(verdict)} ${escapeHtml(text)}</li>`).join("\n")}
</ul>
${result.figures.map((_, f) => `<div class="figure" id="figure-${r}-${f}"></div>`).join("\n")}
${result.notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n")}
${result.tables.map(renderTable).join("\n")}
<details><summary>Settings: everything needed to repeat it</summary><pre>${escapeHtml(JSON.stringify(result.settings, null, 2))}</pre></details>
</section>`;
}

function renderTable({ title, header, rows }: Table): string {
  const cell = (value: Cell) =>
    typeof value === "number" ? `<td class="number">${show(value)}</td>` : `<td>${escapeHtml(value)}</td>`;
  return `<div class="table"><table><caption>${escapeHtml(title)}</caption>
<thead><tr>${header.map((name, k) => `<th${typeof rows[0]?.[k] === "number" ? ' class="number"' : ""}>${escapeHtml(name)}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}
</tbody></table></div>`;
}

function badge(verdict: Verdict): string {
  return `<span class="badge ${verdict}">${verdict}</span>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Okabe & Ito: told apart by colour-blind readers. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];

function toPlotly(figure: Figure): { data: object[]; layout: object } {
  const axis = ({ title, log }: Figure["x"]) => ({
    title: { text: title },
    type: log === true ? "log" : "linear",
    ...(log === true ? { exponentformat: "power" } : {}),
    automargin: true,
  });
  let next = 0;
  const data = figure.traces.map((trace) => {
    const guide = trace.dashed === true;
    const colour = guide ? "#888888" : COLOURS[next++ % COLOURS.length];
    return {
      type: "scatter",
      name: trace.name,
      x: trace.x,
      y: trace.y,
      mode: trace.mode,
      showlegend: true,
      line: { color: colour, width: guide ? 1.5 : 2, dash: guide ? "dash" : "solid" },
      marker: { color: colour, size: 8 },
      ...(trace.errors === undefined ? {} : { error_y: { type: "data", array: trace.errors, color: colour, thickness: 1.5 } }),
    };
  });
  return {
    data,
    layout: {
      title: { text: figure.title, x: 0, xanchor: "left" },
      xaxis: axis(figure.x),
      yaxis: axis(figure.y),
      margin: { t: 50, r: 20 },
      legend: { orientation: "h", y: -0.25 },
      height: 460,
    },
  };
}

const STYLE = `
:root { color-scheme: light dark; --text: #1b1b1b; --back: #ffffff; --line: #d5d5d5; --soft: #f4f4f4; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --back: #161616; --line: #444444; --soft: #222222; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.table { overflow-x: auto; }
.claim { font-size: 1.1rem; }
.findings { list-style: none; padding: 0; }
.findings li { margin: 0.4rem 0; }
.badge { display: inline-block; min-width: 6.5rem; text-align: center; border-radius: 0.3rem; padding: 0 0.4rem; font-size: 0.85rem; font-weight: 600; color: #fff; }
.pass { background: #00694a; }
.fail { background: #a63603; }
.inconclusive { background: #5b5b5b; }
pre { background: var(--soft); padding: 0.8rem; overflow-x: auto; font-size: 0.8rem; }
@media print { details { display: none; } section { break-before: page; } }
`;

const DRAW = `
const dark = matchMedia("(prefers-color-scheme: dark)");
const figures = JSON.parse(document.getElementById("figures").textContent);
function draw() {
  const text = dark.matches ? "#e8e8e8" : "#1b1b1b";
  const grid = dark.matches ? "#444444" : "#dddddd";
  for (const { id, data, layout } of figures) {
    const axis = (of) => ({ ...of, gridcolor: grid, linecolor: grid, zeroline: false });
    Plotly.react(id, data, { ...layout, xaxis: axis(layout.xaxis), yaxis: axis(layout.yaxis), font: { color: text },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" }, { responsive: true, displaylogo: false });
  }
}
draw();
dark.addEventListener("change", draw);
`;
