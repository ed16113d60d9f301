import { type Figure, type Series, seriesOf, tableOf } from "../../src/figures/figure.ts";
import { GUIDE, SERIES } from "../../src/figures/theme.ts";
import { renderTable } from "./tables.ts";
import { escapeHtml } from "./text.ts";

/** Dashes and symbols tell traces apart without colour; their numbers are prime to that of the colours, so that pairs repeat late. */
const DASHES = ["solid", "12px,4px", "3px,3px", "12px,4px,3px,4px", "20px,6px"] as const;
const GUIDE_DASHES = ["6px,5px", "2px,4px", "10px,4px,2px,4px"] as const;
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "x", "triangle-down", "cross"] as const;

/** A place for a figure, named for those who do not see it, with its buttons and its numbers as a table. */
export function renderFigure(figure: Figure, id: string): string {
  const title = escapeHtml(figure.title);
  const names = figure.traces.map(({ name }) => name).join("; ");
  const text = `${figure.title}. ${figure.y.title} against ${figure.x.title}. Traces: ${names}. The numbers are in the table below.`;
  return `<figure class="figure">
<figcaption>${title}</figcaption>
<div class="plot" id="${id}" role="group" aria-label="${escapeHtml(text)}"></div>
<p class="tools"><button type="button" data-enlarge="${id}">Enlarge<span class="unseen"> ${title}</span></button>
<button type="button" data-download="${id}">Download as SVG<span class="unseen">: ${title}</span></button>
<span class="hint">Drag to zoom, double-click to reset; click a name to hide its trace.</span>
<span class="hint touch">Enlarge it to zoom by dragging; touch a name to hide its trace.</span></p>
<details><summary>Numbers of this figure</summary>
${renderTable(tableOf(figure))}
</details>
</figure>`;
}

/** For plotly, which adds the colours of the page when it draws. */
export function toPlotly(figure: Figure): { title: string; data: object[]; layout: object } {
  let series = 0;
  let guides = 0;
  const data = seriesOf(figure.traces).map((trace) => toTrace(trace, trace.dashed === true ? guides++ : series++));
  return {
    title: plain(figure.title),
    data,
    layout: { xaxis: toAxis(figure.x), yaxis: toAxis(figure.y), margin: { t: 40, r: 15, l: 60 }, uirevision: "keep" },
  };
}

/** @param k counts the guides, or the traces that are none. */
function toTrace(trace: Series, k: number): object {
  const guide = trace.dashed === true;
  const color = guide ? GUIDE : SERIES[k % SERIES.length];
  const dash = guide ? GUIDE_DASHES[k % GUIDE_DASHES.length] : trace.mode === "lines" ? DASHES[k % DASHES.length] : "solid";
  return {
    type: "scatter",
    name: plain(trace.name),
    x: trace.x,
    y: trace.y,
    mode: trace.mode,
    showlegend: true,
    line: { color, width: guide ? 1.5 : 2, dash },
    marker: { color, size: 8, symbol: SYMBOLS[k % SYMBOLS.length] },
    ...(trace.errors === undefined ? {} : { error_y: { type: "data", array: trace.errors, color, thickness: 1.5 } }),
  };
}

function toAxis({ title, log }: Figure["x"]): object {
  return {
    title: { text: plain(title) },
    automargin: true,
    zeroline: false,
    ...(log === true ? { type: "log", exponentformat: "power" } : { type: "linear" }),
  };
}

/** Plotly reads tags and entities in its texts. */
function plain(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
