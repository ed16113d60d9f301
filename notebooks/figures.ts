/**
 * Figures of the notebooks: each once as a static picture, which any page can show, and once drawn by plotly, to zoom and to read values off.
 * One description makes both: the `Figure` of the package.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, formatNumber, formatTable, renderPicture, renderPng, type Table, toPlotlyRow } from "birth-death-pde";
import { display } from "tslab";

let shown = 0;

/** Pixels of a picture for one of its drawing. */
const SCALE = 1.25;

/** Shows figures, two beside each other. */
export async function show(...figures: readonly Figure[]): Promise<void> {
  for (let k = 0; k < figures.length; k += 2) await showRow(figures.slice(k, k + 2));
}

async function showRow(figures: readonly Figure[]): Promise<void> {
  display.png(await renderPng(renderPicture(figures), SCALE));
  const id = `${figures[0].title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${++shown}`;
  const draw = readFileSync(join(process.cwd(), "browser.js"), "utf8")
    .replace(/^\/\*\*.*?\*\/\s*/s, "")
    .replace(/;\s*$/, "");
  const { data, layout } = toPlotlyRow(figures, "light");
  const figure = JSON.stringify({ traces: data.map(rounded), layout: { ...layout, height: 420 } }, (_, value) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value,
  );
  display.html(
    `<div id="${id}"></div>\n<script>\n(${draw})(${JSON.stringify(id)}, ${figure.replace(/</g, "\\u003c")});\n</script>`,
  );
}

/** A trace whose map, which has many numbers, keeps three digits of the largest. */
function rounded(trace: Readonly<Record<string, unknown>>): object {
  if (trace.type !== "heatmap") return trace;
  const digits = Math.max(0, Math.ceil(3 - Math.log10(trace.zmax as number)));
  return { ...trace, z: (trace.z as number[][]).map((row) => row.map((value) => Number(value.toFixed(digits)))) };
}

/** A table in plain text, its numbers to four digits. */
export function table(header: Table["header"], rows: Table["rows"]): string {
  return formatTable(header, rows, 4);
}

/** A number to four digits. */
export function brief(value: number): string {
  return formatNumber(value, 4);
}
