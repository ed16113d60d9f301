import type { Area, Axis, Figure, Series, Trace } from "../figures/figure.ts";

/** Curves over the snapshots of a run. */

export const TIME: Axis = { title: "time t" };

/** With a point at each snapshot: between them nothing was recorded. */
export function curve(name: string, times: readonly number[], values: readonly (number | null)[]): Series {
  return { name, x: times, y: values, mode: "lines+markers", size: 5 };
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

/** One figure of all observables; none where there is no observable. */
export function observableFigure(times: readonly number[], observables: readonly Readonly<Record<string, number>>[]): Figure[] {
  const names = Object.keys(observables[0] ?? {});
  if (names.length === 0) return [];
  const traces: Trace[] = names.map((name) => curve(name, times, observables.map((row) => row[name]))); // biome-ignore format: one call
  return [{ title: "Observables", x: TIME, y: { title: "mean under mu_t" }, traces }];
}
