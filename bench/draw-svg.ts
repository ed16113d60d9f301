import { createRequire } from "node:module";
import { pictureOf } from "../src/figures/drawing.ts";
import type { Figure } from "../src/figures/figure.ts";
import { launchBrowser } from "../test/browser.ts";

/** A figure as the text of an SVG, drawn by plotly in a browser without a window. */
export async function drawSvg(figure: Figure, width: number): Promise<string> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("plotly.js-dist") });
    const { picture, ...size } = pictureOf(figure, width);
    const address: string = await page.evaluate(
      `Plotly.toImage(${JSON.stringify(picture)}, ${JSON.stringify({ format: "svg", ...size })})`,
    );
    const svg = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    // What a reader hears who does not see it.
    return svg.replace(/^<svg[^>]*>/, (start) => `${start}<title>${figure.title.replace(/[<&]/g, " ")}</title>`);
  } finally {
    await browser.close();
  }
}
