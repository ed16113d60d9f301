import { axisText, type Figure } from "./figure.ts";
import { tableOf } from "./figure-table.ts";
import { escapeHtml, labelled, renderPlainTable, renderTable } from "./html.ts";
import { renderOnPage } from "./svg.ts";
import type { Table } from "./table.ts";

/** Figures as HTML. Their buttons are served by `page/`. */

/**
 * A place for a figure, named for those who do not see it, with its buttons and its numbers as a table. The picture in it is there at once, without a script and on
 * paper; the one that `page/` draws takes its place where it can be turned and zoomed.
 */
export function renderFigure(figure: Figure, id: string, label = ""): string {
  const title = escapeHtml(figure.title);
  const act = figure.z === undefined ? "zoom" : "turn it";
  const text = wordsOf(figure);
  const still = figure.z === undefined ? `<div class="still">${renderOnPage(figure, id).svg}</div>` : "";
  return `<figure class="figure">
<figcaption>${labelled(label)}${title}</figcaption>
<div class="drawn"><div class="plot" id="${id}" role="group" aria-label="${escapeHtml(text)}"></div>${still}</div>
<p class="tools"><button type="button" data-enlarge="${id}">Enlarge<span class="unseen"> ${title}</span></button>
<button type="button" data-download="${id}">Download as SVG<span class="unseen">: ${title}</span></button>
<span class="hint">Drag to ${act}, double-click to reset; click a name to hide its trace.</span>
<span class="hint touch">Enlarge it to ${act} by dragging; touch a name to hide its trace.</span></p>
${numbersOf(figure, renderTable)}
</figure>`;
}

/** A figure of a page without scripts, in the colours of the page: its picture, named for those who do not see it, and its numbers. @throws RangeError for a figure in space */
export function renderStill(figure: Figure, id: string, label = ""): string {
  return `<figure class="figure">
<figcaption>${labelled(label)}${escapeHtml(figure.title)}</figcaption>
<div class="still" role="img" aria-label="${escapeHtml(wordsOf(figure))}">${renderOnPage(figure, id).svg}</div>
${numbersOf(figure, renderPlainTable)}
</figure>`;
}

function wordsOf(figure: Figure): string {
  const space = figure.z === undefined ? "" : ` and ${axisText(figure.z)}`;
  const names = figure.traces.map(({ name }) => name).join("; ");
  return `${figure.title}. ${axisText(figure.y)}${figure.z === undefined ? " against" : ","} ${axisText(figure.x)}${space}. Traces: ${names}. The numbers are in the table below.`;
}

const numbersOf = (figure: Figure, render: (table: Table) => string) => `<details><summary>Numbers of this figure</summary>
${render(tableOf(figure))}
</details>`;
