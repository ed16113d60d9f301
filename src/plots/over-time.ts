import type { Area, Axis, Figure, Series } from "../figures/figure.ts";
import { curve, overTime } from "./curves.ts";

/** Curves over the snapshots of a run. */

export const TIME: Axis = { title: "time", symbol: "t" };

/** Of curves of a run, with a point at each snapshot: between them nothing was recorded. */
export const RECORDED = { mode: "lines+markers", size: 5 } as const;

/** A curve with a point at each snapshot. */
export function recorded(name: string, times: readonly number[], values: readonly (number | null)[]): Series {
  return curve(name, times, values, RECORDED);
}

/** Values over time with bars of two standard errors, or of stated errors, at half-length `errors`. */
export function measured(name: string, times: readonly number[], values: readonly number[], errors: readonly number[]): Series {
  return { name, x: times, y: values, mode: "markers", errors, size: 6 };
}

/** What lies within `halves` of `middles`. */
export function band(name: string, times: readonly number[], middles: readonly number[], halves: readonly number[]): Area {
  const low = middles.map((value, k) => value - halves[k]);
  const high = middles.map((value, k) => value + halves[k]);
  return { kind: "area", name, x: times, low, high, opacity: 0.25, colour: 0 };
}

/** One figure of the means of all observables over time; without traces where there is no observable. */
export function observablesFigure(snapshots: readonly { time: number; observables: Readonly<Record<string, number>> }[]): Figure {
  const names = Object.keys(snapshots[0]?.observables ?? {});
  const traces = names.map((name) => overTime(name, snapshots, ({ observables }) => observables[name], RECORDED));
  return { title: "Observables", x: TIME, y: { title: "mean under mu_t" }, traces };
}
