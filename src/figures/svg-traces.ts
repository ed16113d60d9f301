import {
  area as areaPath,
  line as linePath,
  type SymbolType,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbol as symbolPath,
  symbolSquare,
  symbolTimes,
  symbolTriangle,
} from "d3-shape";
import { edgesOf } from "./extents.ts";
import type { Area, Bars, Cells, Look, Series, Trace } from "./figure.ts";
import type { Scale } from "./svg-scales.ts";

/** Traces as elements of SVG, in pixels of the frame. */

export type Drawn = Look & { colour: string };

export interface Scales {
  x: Scale;
  y: Scale;
}

const SYMBOLS: Readonly<Record<string, SymbolType>> = {
  circle: symbolCircle,
  square: symbolSquare,
  diamond: symbolDiamond,
  "triangle-up": symbolTriangle,
  "triangle-down": symbolTriangle,
  x: symbolTimes,
  cross: symbolCross,
};

export function traceElements(trace: Trace, look: Drawn, scales: Scales): string {
  switch (trace.kind) {
    case "area":
      return areaElement(trace, look, scales);
    case "bars":
      return barElements(trace, look, scales);
    case "cells":
      return cellElements(trace, scales);
    case "surfaces":
      throw new RangeError(`${trace.name}: a figure in space is not drawn without a browser`);
    default:
      return seriesElements(trace, look, scales);
  }
}

/** How a trace looks in a legend: a piece of it, `width` pixels wide about y = 0. */
export function sampleElement(trace: Trace, look: Drawn, width: number): string {
  if (trace.kind === "area" || trace.kind === "bars") {
    const opacity = trace.kind === "area" ? trace.opacity : look.opacity;
    return `<rect x="0" y="-5" width="${width}" height="10" fill="${look.colour}" fill-opacity="${opacity}"/>`;
  }
  if (trace.kind === "cells" || trace.kind === "surfaces") return "";
  const mode = trace.mode ?? "lines";
  const line = `<path d="M0,0H${width}" ${strokeOf(look)}/>`;
  const bar = trace.errors === undefined ? "" : `<path d="M${width / 2},-7V7" stroke="${look.colour}" stroke-width="1.5"/>`;
  return `${bar}${mode.includes("lines") ? line : ""}${mode.includes("markers") ? markersAt([{ x: width / 2, y: 0 }], look) : ""}`;
}

function seriesElements({ x, y, mode = "lines", errors, xErrors }: Series, look: Drawn, scales: Scales): string {
  const points = Array.from(x, (at, k) => ({
    x: place(scales.x, at),
    y: place(scales.y, y[k]),
    ends: errors === undefined ? [] : around(scales.y, y[k], errors[k]),
    xEnds: xErrors === undefined ? [] : around(scales.x, at, xErrors[k]),
  }));
  const seen = points.filter((point): point is typeof point & { x: number; y: number } => point.x !== null && point.y !== null);
  const path = linePath<(typeof points)[number]>()
    .defined((point) => point.x !== null && point.y !== null)
    .x((point) => point.x ?? 0)
    .y((point) => point.y ?? 0)
    .digits(2)(points);
  const bars = seen.flatMap(({ x, y, ends, xEnds }) => [
    ...(ends.length === 2 ? [`M${round(x)},${round(ends[0])}V${round(ends[1])}`] : []),
    ...(xEnds.length === 2 ? [`M${round(xEnds[0])},${round(y)}H${round(xEnds[1])}`] : []),
  ]);
  return [
    bars.length === 0 ? "" : `<path d="${bars.join("")}" stroke="${look.colour}" stroke-width="1.5" fill="none"/>`,
    mode.includes("lines") && path !== null ? `<path d="${path}" ${strokeOf(look)}/>` : "",
    mode.includes("markers") ? markersAt(seen, look) : "",
  ].join("");
}

function areaElement({ x, low, high, opacity, width = 0 }: Area, look: Drawn, scales: Scales): string {
  const points = Array.from(x, (at, k) => ({
    x: place(scales.x, at),
    low: place(scales.y, low[k]),
    high: place(scales.y, high[k]),
  }));
  const path = areaPath<(typeof points)[number]>()
    .defined((point) => point.x !== null && point.low !== null && point.high !== null)
    .x((point) => point.x ?? 0)
    .y0((point) => point.low ?? 0)
    .y1((point) => point.high ?? 0)
    .digits(2)(points);
  const stroke = width === 0 ? "" : ` stroke="${look.colour}" stroke-width="${width}"`;
  return path === null ? "" : `<path d="${path}" fill="${look.colour}" fill-opacity="${opacity}"${stroke}/>`;
}

function barElements({ x, y, width }: Bars, look: Drawn, scales: Scales): string {
  const base = place(scales.y, 0) ?? scales.y.range()[0];
  return Array.from(x, (at, k) => {
    const top = place(scales.y, y[k]);
    if (at === null || top === null) return "";
    const [left, right] = [scales.x(at - width / 2), scales.x(at + width / 2)];
    return `<rect x="${round(left)}" y="${round(Math.min(top, base))}" width="${round(right - left)}" height="${round(Math.abs(base - top))}" fill="${look.colour}" fill-opacity="${look.opacity}"/>`;
  }).join("");
}

/** One rectangle for each run of cells of one colour along y: they are many. */
function cellElements({ x, y, values, range, colours }: Cells, scales: Scales): string {
  const [left, down] = [edgesOf(x).map(scales.x), edgesOf(y).map(scales.y)];
  const colourOf = (value: number) => colourAt((value - range[0]) / (range[1] - range[0]), colours);
  const parts: string[] = [];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0, end = 1; j < y.length; j = end, end = j + 1) {
      const colour = colourOf(values[i * y.length + j]);
      while (end < y.length && colourOf(values[i * y.length + end]) === colour) end++;
      // Neighbours overlap by half a pixel: between exact edges the ground would shine through.
      parts.push(
        `<path d="M${round(left[i])},${round(down[j])}H${round(left[i + 1] + 0.5)}V${round(down[end] - 0.5)}H${round(left[i])}Z" fill="${colour}"/>`,
      );
    }
  }
  return parts.join("");
}

/** The colour at a share of the range: that of the nearest given share. */
export function colourAt(share: number, colours: Cells["colours"]): string {
  let best = colours[0];
  for (const one of colours) if (Math.abs(one[0] - share) < Math.abs(best[0] - share)) best = one;
  return best[1];
}

function markersAt(points: readonly { x: number; y: number }[], { symbol, size, colour, opacity }: Drawn): string {
  if (points.length === 0) return "";
  const area = 0.7 * size * size;
  const path = symbolPath(SYMBOLS[symbol] ?? symbolCircle, area).digits(2)();
  const turn = symbol === "triangle-down" ? " rotate(180)" : "";
  const radius = round(Math.sqrt(area / Math.PI));
  const each = ({ x, y }: { x: number; y: number }) =>
    symbol === "circle"
      ? `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`
      : `<path transform="translate(${round(x)},${round(y)})${turn}" d="${path}"/>`;
  // A cross of two lines has nothing to fill.
  const paint = symbol === "x" ? `fill="none" stroke="${colour}" stroke-width="1.5"` : `fill="${colour}"`;
  return `<g ${paint}${opacity === 1 ? "" : ` opacity="${opacity}"`}>${points.map(each).join("")}</g>`;
}

function strokeOf({ colour, width, dash, opacity }: Drawn): string {
  const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
  return `fill="none" stroke="${colour}" stroke-width="${width}"${opacity === 1 ? "" : ` stroke-opacity="${opacity}"`}${dashes} stroke-linejoin="round"`;
}

/** Pixels, or null where there is no point: on a log axis only what is above 0 has one. */
function place(scale: Scale, value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  const at = scale(value);
  return Number.isFinite(at) ? at : null;
}

/** Ends of a bar about a value, in pixels; one without a place is at the beginning of the axis. */
function around(scale: Scale, value: number | null, half: number): number[] {
  if (value === null || !Number.isFinite(half)) return [];
  return [value - half, value + half].map((end) => place(scale, end) ?? scale.range()[0]);
}

/** To a hundredth of a pixel. */
export function round(pixels: number): number {
  return Math.round(100 * pixels) / 100;
}
