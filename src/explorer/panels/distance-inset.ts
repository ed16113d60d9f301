import { recorded } from "../state/view.ts";
import type { Inset } from "./curves.ts";
import type { RunValues } from "./values.ts";

/** W1 against n, both on logarithmic axes: the mean over time of the run and of those before it that differ in n alone; null where there is but one n. */
export function insetOf({ n, scheme, setup, particles, earlier, meanField, kind }: RunValues): Inset | null {
  const frames = recorded(particles).filter(({ distances }) => distances !== null);
  const last = frames.at(-1)?.time ?? 0;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = new Map<number, number>();
  for (const run of earlier) {
    const seen = run.distances.filter((value, k) => run.times[k] <= last && value > 0);
    if (run.kind === kind && run.n !== n && seen.length > 0) points.set(run.n, mean(seen));
  }
  if (setup === null || points.size === 0 || frames.length === 0) return null;
  points.set(n, mean(frames.map(({ distances }) => distances![0].distance)));
  const known = meanField.slice(0, setup.times.findLastIndex((time) => time <= last) + 1);
  return {
    title: `mean W\u2081 of ${scheme} against n`,
    points: [...points].map(([n, value]) => ({ n, value })).sort((a, b) => a.n - b.n),
    now: n,
    draws: mean(known.map(({ sampling }) => sampling[0][1])),
  };
}
