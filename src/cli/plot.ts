import { extname } from "node:path";
import type { Figure } from "../figures/figure.ts";
import type { Wanted } from "./output-place.ts";
import { type Output, writeOutput } from "./outputs.ts";

/** `--plot`: what a command found as a picture. */

export const PLOT = "draw what was found: a page, or a picture for papers (.html, .svg, .png)";

export function plotAt(path: string | undefined): Wanted {
  return { option: "--plot", path, format: "picture" };
}

export interface Drawn {
  title: string;
  /** What was not resolved, checked or read: it stands beside the figures. */
  warnings: readonly string[];
  figures: readonly Figure[];
}

/** Draws what a command found where a picture is wanted: what draws, and makes the figures, is loaded then alone. */
export async function writePlot(output: Output | null, path: string | undefined, drawn: () => Promise<Drawn>): Promise<void> {
  if (output === null || path === undefined) return;
  const { title, warnings, figures } = await drawn();
  const notes = warnings.map((warning) => `warning: ${warning}`);
  const ending = extname(path).toLowerCase();
  if (ending === ".html") {
    const { renderStillPage } = await import("../figures/still-page.ts");
    return writeOutput(output, renderStillPage(title, notes, figures));
  }
  const { renderPicture } = await import("../figures/svg.ts");
  const picture = renderPicture(figures, { title, notes });
  if (ending === ".svg") return writeOutput(output, picture.svg);
  const { renderPng } = await import("../figures/png.ts");
  writeOutput(output, await renderPng(picture));
}
