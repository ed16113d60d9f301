import { type Figure, tableOf } from "./figure.ts";
import { formatNumber } from "./numbers.ts";
import type { Cell, Table } from "./table.ts";

/** Figures and tables as HTML. Their buttons are served by `page/`. */

/** Text from problems, paths and studies is shown as text, also within an attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A table that scrolls in its box, with buttons that copy it; numbers are shown rounded and copied as they are. */
export function renderTable({ title, header, rows }: Table): string {
  const heading = (name: string, k: number) =>
    `<th scope="col"${typeof rows[0]?.[k] === "number" ? ' class="number"' : ""}>${escapeHtml(name)}</th>`;
  return `<div class="table">
<div class="scroll" role="region" aria-label="${escapeHtml(title)}" tabindex="0"><table><caption>${escapeHtml(title)}</caption>
<thead><tr>${header.map(heading).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(renderCell).join("")}`).join("")}</tbody></table></div>
<p class="tools"><button type="button" data-copy="tabs">Copy table<span class="unseen"> ${escapeHtml(title)}</span></button>
<button type="button" data-copy="markdown">Copy as Markdown<span class="unseen">: ${escapeHtml(title)}</span></button></p>
</div>`;
}

/** Characters of a text that may be broken into lines. */
const LONG = 40;

/** Without what HTML lets one leave out: a report has ten thousand cells. A number that is shown rounded carries its digits. */
function renderCell(value: Cell): string {
  const shown = typeof value === "number" ? formatNumber(value, 4) : escapeHtml(String(value));
  if (typeof value !== "number") return `<td${shown.length > LONG ? " class=long" : ""}>${shown}`;
  return `<td ${shown === String(value) ? "class=number" : `data-value=${value}`}>${shown}`;
}

/** A place for a figure, named for those who do not see it, with its buttons and its numbers as a table. */
export function renderFigure(figure: Figure, id: string): string {
  const title = escapeHtml(figure.title);
  const space = figure.z === undefined ? "" : ` and ${figure.z.title}`;
  const act = figure.z === undefined ? "zoom" : "turn it";
  const names = figure.traces.map(({ name }) => name).join("; ");
  const text = `${figure.title}. ${figure.y.title}${figure.z === undefined ? " against" : ","} ${figure.x.title}${space}. Traces: ${names}. The numbers are in the table below.`;
  return `<figure class="figure">
<figcaption>${title}</figcaption>
<div class="plot" id="${id}" role="group" aria-label="${escapeHtml(text)}"></div>
<p class="tools"><button type="button" data-enlarge="${id}">Enlarge<span class="unseen"> ${title}</span></button>
<button type="button" data-download="${id}">Download as SVG<span class="unseen">: ${title}</span></button>
<span class="hint">Drag to ${act}, double-click to reset; click a name to hide its trace.</span>
<span class="hint touch">Enlarge it to ${act} by dragging; touch a name to hide its trace.</span></p>
<details><summary>Numbers of this figure</summary>
${renderTable(tableOf(figure))}
</details>
</figure>`;
}
