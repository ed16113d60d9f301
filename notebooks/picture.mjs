/**
 * A Vega-Lite specification as the bytes of a PNG, drawn by Node alone and with a font of its own, so that the same figure is the same file
 * everywhere. (SVG would do on most pages, but Jupyter shows it only in notebooks that its user trusts.) The kernel loads modules by `require`, which cannot
 * take Vega, as it waits at its top level; a module of its own can import it.
 */

import { fileURLToPath } from "node:url";

const FONT = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));

export async function drawPicture(specification) {
  const [vega, { compile }, { Resvg }] = await Promise.all([import("vega"), import("vega-lite"), import("@resvg/resvg-js")]);
  const { spec } = compile(specification);
  const legends = [spec, ...spec.marks].flatMap(({ legends = [] }) => legends);
  for (const [k, update] of spec.usermeta.legendSymbols.entries()) legends[k].encode = { symbols: { update } };
  const svg = await new vega.View(vega.parse(spec), { renderer: "none" }).toSVG();
  const font = { loadSystemFonts: false, fontFiles: [FONT], defaultFontFamily: "DejaVu Sans" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: 1.25 } }).render().asPng();
}
