/**
 * Figures of the notebooks: each once as a static picture, which any page can show, and once drawn by plotly, to zoom and to read values off.
 * One description makes both.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { display } from "tslab";
import { interactiveOf } from "./interactive";
import type { Panel } from "./panel";
import { pictureOf } from "./static";

let shown = 0;

/** Shows panels side by side. */
export async function show(...panels: readonly Panel[]): Promise<void> {
  try {
    const { drawPicture } = require("./picture.mjs") as { drawPicture(specification: object): Promise<Uint8Array> };
    display.png(await drawPicture(pictureOf(panels)));
  } catch (error) {
    if (shown === 0) console.log(`Static pictures cannot be drawn here: ${(error as Error).message}`);
  }
  const id = `${panels[0].title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${++shown}`;
  const draw = readFileSync(join(process.cwd(), "browser.js"), "utf8")
    .replace(/^\/\*\*.*?\*\/\s*/s, "")
    .replace(/;\s*$/, "");
  const figure = JSON.stringify(interactiveOf(panels), (_, value) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value,
  );
  display.html(
    `<div id="${id}"></div>\n<script>\n(${draw})(${JSON.stringify(id)}, ${figure.replace(/</g, "\\u003c")});\n</script>`,
  );
}

/** A table in plain text, aligned on the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const text = [header, ...rows.map((row) => row.map((cell) => (typeof cell === "number" ? brief(cell) : cell)))];
  const widths = header.map((_, k) => Math.max(...text.map((row) => row[k].length)));
  return text.map((row) => row.map((cell, k) => cell.padStart(widths[k])).join("  ")).join("\n");
}

/** A number to four significant digits. */
export function brief(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(4)).toString();
}
