import { formatNumber } from "./numbers.ts";
import type { Cell, Table } from "./table.ts";

/** Text and tables as HTML. The buttons of a table are served by `page/`. */

/** Text from problems, paths and studies is shown as text, also within an attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A table that scrolls in its box, with buttons that copy it; numbers are shown rounded and copied as they are. @param label before its title */
export function renderTable(table: Table, label = ""): string {
  const title = escapeHtml(table.title);
  return inBox(
    table,
    label,
    `<p class="tools"><button type="button" data-copy="tabs">Copy table<span class="unseen"> ${title}</span></button>
<button type="button" data-copy="markdown">Copy as Markdown<span class="unseen">: ${title}</span></button></p>
`,
  );
}

/** The same without buttons, for a page without scripts. */
export function renderPlainTable(table: Table, label = ""): string {
  return inBox(table, label, "");
}

function inBox({ title, header, rows }: Table, label: string, tools: string): string {
  const heading = (name: string, k: number) =>
    `<th scope="col"${typeof rows[0]?.[k] === "number" ? ' class="number"' : ""}>${escapeHtml(name)}</th>`;
  return `<div class="table">
<div class="scroll" role="region" aria-label="${escapeHtml(title)}" tabindex="0"><table${header.length > FEW ? ` style="--columns: ${header.length}"` : ""}><caption>${labelled(label)}${escapeHtml(title)}</caption>
<thead><tr>${header.map(heading).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(renderCell).join("")}`).join("")}</tbody></table></div>
${tools}</div>`;
}

/** Columns that have room on paper in letters of the usual size. */
const FEW = 7;

/** A label such as `Table 3.1` before a title. */
export function labelled(label: string): string {
  return label === "" ? "" : `<span class="label">${escapeHtml(label)}.</span> `;
}

/** Characters of a text that may be broken into lines. */
const LONG = 40;

/** Without what HTML lets one leave out: a report has ten thousand cells. A number that is shown rounded carries its digits. */
function renderCell(value: Cell): string {
  const shown = typeof value === "number" ? formatNumber(value, 4) : escapeHtml(String(value));
  if (typeof value !== "number") return `<td${shown.length > LONG ? " class=long" : ""}>${shown}`;
  return `<td ${shown === String(value) ? "class=number" : `data-value=${value}`}>${shown}`;
}
