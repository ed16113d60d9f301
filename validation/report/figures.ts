import { type Figure, tableOf } from "../../src/figures/figure.ts";
import { renderTable } from "./tables.ts";
import { escapeHtml } from "./text.ts";

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
