/**
 * Figures of the notebooks: each once as a static picture, which any page can show, and once drawn by plotly, to zoom and to read values off.
 * One description makes both: the `Figure` of the package.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, formatNumber, formatTable, type Table, toPlotlyRow } from "birth-death-pde";
import { display } from "tslab";
import { pictureOf } from "./static";

let shown = 0;

/** Shows figures side by side. */
export async function show(...figures: readonly Figure[]): Promise<void> {
  try {
    const { drawPicture } = require("./picture.mjs") as { drawPicture(specification: object): Promise<Uint8Array> };
    display.png(await drawPicture(pictureOf(figures)));
  } catch (error) {
    if (shown === 0) console.log(`Static pictures cannot be drawn here: ${(error as Error).message}`);
  }
  const id = `${figures[0].title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${++shown}`;
  const draw = readFileSync(join(process.cwd(), "browser.js"), "utf8")
    .replace(/^\/\*\*.*?\*\/\s*/s, "")
    .replace(/;\s*$/, "");
  const { data, layout } = toPlotlyRow(figures, "light");
  const figure = JSON.stringify({ traces: data, layout: { ...layout, height: 420 } }, (_, value) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value,
  );
  display.html(
    `<div id="${id}"></div>\n<script>\n(${draw})(${JSON.stringify(id)}, ${figure.replace(/</g, "\\u003c")});\n</script>`,
  );
}

/** A table in plain text, its numbers to four digits. */
export function table(header: Table["header"], rows: Table["rows"]): string {
  return formatTable(header, rows, 4);
}

/** A number to four digits. */
export function brief(value: number): string {
  return formatNumber(value, 4);
}
