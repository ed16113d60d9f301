import { type Solution, type SolveOptions, solveSteps } from "../finite-volume/solve.ts";
import type { Problem } from "../problem/problem.ts";
import type { Recorded } from "../reference/datasets.ts";

/** A solution whose densities were handed over when they were recorded. */
export type RecordedSolution = Omit<Solution, "snapshots"> & { snapshots: Recorded[] };

/** `solve`, with one density in memory: `onDensity` receives each when it is recorded. */
export function solveRecorded(
  problem: Problem,
  { onStep, ...options }: SolveOptions,
  onDensity: (density: Float64Array) => void,
): RecordedSolution {
  const steps = solveSteps(problem, options);
  const snapshots: Recorded[] = [];
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { ...value, snapshots };
    if (value.snapshot !== null) {
      const { density, ...recorded } = value.snapshot;
      snapshots.push(recorded);
      onDensity(density);
    }
    if (value.time > 0) onStep?.(value.time);
  }
}
