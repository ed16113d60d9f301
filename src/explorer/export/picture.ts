import type { Figure } from "../../figures/figure.ts";
import { titleOf, toPlotly } from "../../figures/plotly.ts";
import type { ThemeName } from "../../figures/theme.ts";

const WIDTH = 720;
const HEIGHT = 480;
/** Pixels of a PNG for each unit of the layout: sharp in print at half a column. */
const SCALE = 3;

/** Room for the title above, and for the names below the axes. */
const MARGIN = { t: 60, r: 30, l: 60, b: 110 };

/** A figure of one panel, drawn by plotly, which is loaded when the first one is needed. */
export async function drawPicture(figure: Figure, theme: ThemeName, format: "svg" | "png"): Promise<Blob> {
  const { default: Plotly } = await import("plotly.js-cartesian-dist-min");
  const { data, layout } = toPlotly(figure, theme);
  const options = { format, width: WIDTH, height: HEIGHT, ...(format === "png" ? { scale: SCALE } : {}) };
  const [head, body] = splitOnce(
    await Plotly.toImage({ data, layout: { ...layout, title: titleOf(figure), margin: MARGIN } }, options),
    ",",
  );
  if (format === "svg") return new Blob([decodeURIComponent(body)], { type: "image/svg+xml" });
  if (!head.includes("base64")) throw new Error("the picture came in an unknown form");
  return new Blob([Uint8Array.from(atob(body), (character) => character.charCodeAt(0))], { type: "image/png" });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
