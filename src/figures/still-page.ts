import type { Figure } from "./figure.ts";
import { tableOf } from "./figure-table.ts";
import { escapeHtml } from "./html.ts";
import { formatNumber } from "./numbers.ts";
import { renderPicture } from "./svg.ts";
import type { Table } from "./table.ts";
import { THEME_CSS } from "./theme.ts";

/** Figures as a page without scripts, which asks nothing of a network: each with its numbers as a table. @param head sentences above them */
export function renderStillPage(title: string, head: readonly string[], figures: readonly Figure[]): string {
  const sections = figures.map(
    (figure) => `<figure>
${renderPicture([figure]).svg}<details><summary>Numbers of this figure</summary>
${renderNumbers(tableOf(figure))}</details>
</figure>`,
  );
  return `<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${THEME_CSS}
main { max-width: 1200px; margin: 0 auto; padding: 1rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 34rem), 1fr)); gap: 1rem; }
figure { margin: 0; }
svg { max-width: 100%; height: auto; }
details { overflow-x: auto; }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${head.map((line) => `<p>${escapeHtml(line)}</p>`).join("\n")}
<div class="figures">
${sections.join("\n")}
</div>
</main>
</body>
</html>
`;
}

function renderNumbers({ title, header, rows }: Table): string {
  const cell = (value: Table["rows"][number][number]) =>
    typeof value === "number"
      ? `<td class="number" title="${value}">${formatNumber(value)}</td>`
      : `<td>${escapeHtml(String(value))}</td>`;
  return `<table><caption>${escapeHtml(title)}</caption>
<thead><tr>${header.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}
</tbody></table>
`;
}
