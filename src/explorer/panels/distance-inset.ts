import { pageNumber } from "../state/page-number.ts";
import { recorded } from "../state/view.ts";
import type { Inset } from "./curves.ts";
import type { RunValues } from "./values.ts";

/**
 * W1 against n, both on logarithmic axes: its mean over the times that all of them have reached, of the run and of those before it that differ in n alone; null where there is but one n.
 */
export function insetOf({ n, setup, particles, earlier, meanField, kind }: RunValues): Inset | null {
  const frames = recorded(particles).filter(({ distances }) => distances !== null);
  const others = earlier.filter((run) => run.kind === kind && run.n !== n);
  if (setup === null || frames.length === 0 || others.length === 0) return null;
  const last = Math.min(frames[frames.length - 1].time, ...others.map(({ times }) => times[times.length - 1]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = new Map<number, number>();
  for (const run of others) {
    const seen = run.distances.filter((value, k) => run.times[k] <= last && value > 0);
    if (seen.length > 0) points.set(run.n, mean(seen));
  }
  if (points.size === 0) return null;
  points.set(n, mean(frames.flatMap(({ time, distances }) => (time <= last ? [distances![0].distance] : []))));
  const known = meanField.slice(0, setup.times.findLastIndex((time) => time <= last) + 1);
  return {
    title: `mean W\u2081 to t = ${pageNumber(last)}, against n`,
    points: [...points].map(([n, value]) => ({ n, value })).sort((a, b) => a.n - b.n),
    now: n,
    draws: mean(known.map(({ sampling }) => sampling[0][1])),
  };
}
