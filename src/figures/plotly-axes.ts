import { endsOfAxis } from "./extents.ts";
import type { Axis, Figure } from "./figure.ts";
import type { Theme } from "./theme.ts";

/** Axes and texts of figures in plotly's terms. */

type Plain = Readonly<Record<string, unknown>>;

/** Lower than plotly's own, so that what lies in a plane is not seen from above alone. */
const CAMERA = { eye: { x: 1.3, y: 1.3, z: 0.85 }, center: { x: 0, y: 0, z: -0.15 } };

/** Plotly reads tags and entities in its texts. */
export function plotlyText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One size for all letters of a figure, in pixels. */
export const FONT_SIZE = 12;

/** The axes of a layout. */
export function axesOf({ x, y, z, traces }: Figure, look: Theme): { xaxis?: Plain; yaxis?: Plain; scene?: Plain } {
  if (z !== undefined) return { scene: { ...sceneOf([x, y, z], look), aspectmode: "data", camera: CAMERA } };
  return { xaxis: axisOf(x, look, endsOfAxis("x", x, traces)), yaxis: axisOf(y, look, endsOfAxis("y", y, traces)) };
}

function sceneOf(axes: readonly [Axis, Axis, Axis], look: Theme): Plain {
  const [xaxis, yaxis, zaxis] = axes.map((axis) => axisOf(axis, look, axis.range ?? [0, 1]));
  return { xaxis, yaxis, zaxis };
}

/** @param extent of the axis, by its range or its data */
function axisOf(axis: Axis, theme: Theme, extent: readonly [number, number]): Plain {
  const { log, range, ticks } = axis;
  const colours = { gridcolor: theme.line, linecolor: theme.line, showline: true, zeroline: false };
  const ends = log === true ? range?.map(Math.log10) : range;
  return {
    // Names at an axis say by themselves what they are.
    title: { text: ticks === undefined ? titleOfAxis(axis) : "", font: { size: FONT_SIZE } },
    automargin: true,
    ...colours,
    ...(log === true ? { type: "log", ...logarithmicTicks(extent) } : { type: "linear" }),
    ...(ends === undefined ? {} : { range: ends }),
    ...(ticks === undefined ? {} : { tickvals: ticks.map(({ at }) => at), ticktext: ticks.map(({ text }) => plotlyText(text)) }),
  };
}

/** Words, and the symbol in italics. */
function titleOfAxis({ title, symbol }: Axis): string {
  return symbol === undefined ? plotlyText(title) : `${plotlyText(title)} <i>${plotlyText(symbol)}</i>`;
}

/** Powers of ten, or within two decades 1, 2 and 5 times those. With a format all are of one size: without one plotly writes powers larger and 2 and 5 smaller. */
function logarithmicTicks([from, to]: readonly [number, number]): Plain {
  const decades = Math.log10(to / from);
  const tickformat = from < 1e-4 || to > 1e5 ? "~e" : "~g";
  return { dtick: decades < 2 ? "D2" : Math.ceil(decades / 7), tickformat };
}
