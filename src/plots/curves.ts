import type { Axis, Bars, Figure, Look, Series, Trace, Values } from "../figures/figure.ts";
import { pow } from "../numerics/pow.ts";

/** Figures of curves over one axis, from parts: `plot` puts them together, the others make its traces. */

/** A mean over independent replicas. */
export interface Measured {
  mean: number;
  standardError: number;
}

/** How a trace is drawn where its place among the others does not say. */
export type CurveLook = Partial<Look> & Pick<Series, "mode" | "dashed">;

/** Half-lengths of error bars, in standard errors. */
const BARS = 2;

/**
 * A figure of traces over one axis.
 *
 * @param x name of the axis with its symbol and unit, or an axis: `logarithmic("cell width h")`
 */
export function plot(title: string, x: string | Axis, y: string | Axis, traces: readonly Trace[]): Figure {
  return { title, x: axisOf(x), y: axisOf(y), traces };
}

function axisOf(axis: string | Axis): Axis {
  return typeof axis === "string" ? { title: axis } : axis;
}

/** A logarithmic axis, on which values that are not positive have no place. @param range from the data by default */
export function logarithmic(title: string, range?: readonly [from: number, to: number]): Axis {
  return { title, log: true, ...(range === undefined ? {} : { range }) };
}

/** A line through points (x_k, y_k); broken where one is null. */
export function curve(name: string, x: Values, y: Values, look: CurveLook = {}): Series {
  return { name, x, y, ...look };
}

/** Points (x_k, y_k): values, or means with bars of two standard errors. */
export function points(name: string, x: Values, y: ArrayLike<number | null | Measured>, look: CurveLook = {}): Series {
  return { name, x, mode: "markers", ...valuesOf(Array.from<number | null | Measured>(y)), ...look };
}

/**
 * A quantity over the recorded times: a line where `of` gives numbers, points with bars of two standard errors where it gives means over replicas.
 *
 * @param snapshots of any solution, ensemble or prediction
 * @param of the quantity at a snapshot; null where there is none
 */
export function overTime<S extends { time: number }>(
  name: string,
  snapshots: readonly S[],
  of: (snapshot: S) => number | null | Measured,
  look: CurveLook = {},
): Series {
  const values = valuesOf(snapshots.map(of));
  const mode = values.errors === undefined ? "lines" : "markers";
  return { name, x: snapshots.map(({ time }) => time), mode, ...values, ...look };
}

function valuesOf(values: readonly (number | null | Measured)[]): Pick<Series, "y" | "errors"> {
  const isMeasured = (value: (typeof values)[number]): value is Measured => typeof value === "object" && value !== null;
  const y = values.map((value) => (isMeasured(value) ? value.mean : value));
  if (!values.some(isMeasured)) return { y };
  // One replica has no standard error.
  return { y, errors: values.map((value) => (isMeasured(value) && value.standardError > 0 ? BARS * value.standardError : 0)) };
}

/**
 * A guide c x^exponent over the places of a trace, through its first point: on two logarithmic axes a line of that slope.
 *
 * @param name such as "h^2" or "n^-1/2"
 */
export function powerLaw(name: string, exponent: number, { x, y }: Series): Series {
  const [from, value] = [x[0] ?? Number.NaN, y[0] ?? Number.NaN];
  return { name, x, y: Array.from(x, (at) => (at === null ? null : value * pow(at / from, exponent))), dashed: true };
}

/** A guide at one value, from the first to the last place of a trace. */
export function level(name: string, value: number, { x }: Series, look: CurveLook = { dashed: true }): Series {
  const places = Array.from(x).filter((at) => at !== null);
  const ends = [Math.min(...places), Math.max(...places)];
  return { name, x: ends, y: [value, value], ...look };
}

/**
 * Values as bars, whose area is the share of the values in them, so that they are of the size of a density, each with a bar of two standard errors (binomial): traces of `plot`.
 *
 * @param range of the bars; values beyond it are in none, but count for the share
 */
export function histogram(
  name: string,
  values: ArrayLike<number>,
  { range: [from, to], bars }: { range: readonly [from: number, to: number]; bars: number },
  colour = 1,
): Trace[] {
  const width = (to - from) / bars;
  const n = values.length;
  const shares = new Float64Array(bars);
  for (let i = 0; i < n; i++) {
    const bar = Math.floor((values[i] - from) / width);
    if (bar >= 0 && bar < bars) shares[bar] += 1 / n;
  }
  const places = Array.from(shares, (_, k) => from + (k + 0.5) * width);
  const heights = Array.from(shares, (p) => ({ mean: p / width, standardError: Math.sqrt((p * (1 - p)) / n) / width }));
  return barsWithErrors(name, places, heights, width, colour);
}

/** Bars, each with a bar of two standard errors; without those where there are none. */
export function barsWithErrors(
  name: string,
  x: readonly number[],
  heights: readonly Measured[],
  width: number,
  colour: number,
): Trace[] {
  const bars: Bars = { kind: "bars", name, x, y: heights.map(({ mean }) => mean), width, colour, opacity: 0.45 };
  const hasErrors = heights.some(({ standardError }) => standardError > 0);
  return hasErrors ? [bars, points("+- 2 standard errors", x, heights, { colour, symbol: "circle", size: 2 })] : [bars];
}
