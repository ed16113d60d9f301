import type { Axis, Trace } from "./figure.ts";

/** Where the axes of a figure begin and end: at the least and the largest of its data where an axis gives no range. */

/** Share of the range of the data that is left free at either end. */
const SLACK = 0.03;

/** Both ends of an axis. */
export function endsOfAxis(name: "x" | "y", { log = false, range }: Axis, traces: readonly Trace[]): readonly [number, number] {
  return range ?? widened(extentOf(name, traces, log), log, traces.some(({ kind }) => kind === "cells")); // biome-ignore format: one call
}

/** Pixels that the names of an axis need below each other. */
export function heightOfNames({ ticks = [], perTick = 1 }: Axis): number {
  return ticks.length * Math.max(NAME_ROW, MARK_ROW * perTick);
}

/** Of a name, and of a marker with its bar. */
const [NAME_ROW, MARK_ROW] = [17, 9];

/** How far along an axis a value lies, from 0 to 1; not finite where a logarithm has no place for it. */
export function shareAlong([from, to]: readonly [number, number], log: boolean, value: number): number {
  return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

function widened([low, high]: readonly [number, number], log: boolean, exact: boolean): [number, number] {
  if (log) {
    const factor = low < high ? Math.exp(SLACK * Math.log(high / low)) : 2;
    return [low / factor, high * factor];
  }
  if (low === high) return [low - 0.5, high + 0.5];
  const slack = exact ? 0 : SLACK * (high - low);
  return [low - slack, high + slack];
}

/** On a log axis without what is not above 0. */
function extentOf(name: "x" | "y", traces: readonly Trace[], log: boolean): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const trace of traces) {
    for (const value of endsOf(trace, name)) {
      if (value === null || !Number.isFinite(value) || (log && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low <= high) return [low, high];
  return log ? [0.1, 1] : [0, 1];
}

/** All values of a trace along an axis, those at the ends of error bars and bars among them. */
function* endsOf(trace: Trace, name: "x" | "y"): Generator<number | null> {
  switch (trace.kind) {
    case "surfaces":
      return;
    case "cells":
      yield* edgesOf(trace[name]);
      return;
    case "area":
      if (name === "x") yield* Array.from(trace.x);
      else yield* [...Array.from(trace.low), ...Array.from(trace.high)];
      return;
    case "bars":
      if (name === "x") yield* Array.from(trace.x).flatMap((at) => around(at, trace.width / 2));
      else yield* [0, ...Array.from(trace.y)];
      return;
    default:
      if (name === "x") yield* Array.from(trace.x).flatMap((value, k) => around(value, trace.xErrors?.[k] ?? 0));
      else yield* Array.from(trace.y).flatMap((value, k) => around(value, trace.errors?.[k] ?? 0));
  }
}

function around(value: number | null, half: number): (number | null)[] {
  return value === null ? [] : [value - half, value + half];
}

/** Edges of cells, from their centres: half-way between two of them, and as far beyond the first and the last. */
export function edgesOf(centres: ArrayLike<number>): number[] {
  const n = centres.length;
  if (n === 1) return [centres[0] - 0.5, centres[0] + 0.5];
  const inner = Array.from({ length: n - 1 }, (_, k) => (centres[k] + centres[k + 1]) / 2);
  return [2 * centres[0] - inner[0], ...inner, 2 * centres[n - 1] - inner[n - 2]];
}
