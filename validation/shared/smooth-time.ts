import { roughness } from "../../src/grid/density.ts";
import type { Grid } from "../../src/grid/grid.ts";
import type { Problem } from "../../src/problem/problem.ts";

/** Roughness of a smooth density, with a typical peak of standard deviation 9 cells; where mu_0 is rougher, that and a little more. */
const SMOOTH = 0.012;
const ROUGHER_THAN_START = 1.15;
const MOST_HALVINGS = 6;

/** Times at which orders may be measured, the latest first: the snapshots, and the first of them halved. */
export function candidateTimes({ snapshotTimes, end }: Pick<Problem, "snapshotTimes" | "end">): number[] {
  const recorded = snapshotTimes.filter((time) => time > 0);
  const first = recorded[0] ?? end;
  return [...recorded.toReversed(), ...Array.from({ length: MOST_HALVINGS }, (_, k) => first / 2 ** (k + 1))];
}

/** The last of the candidates at which mu_t is smooth on the coarsest grid, and the earliest where it never is. @param densityAt cell averages on that grid */
export function lastSmoothTime(times: readonly number[], coarsest: Grid, densityAt: (time: number) => Float64Array): number {
  const roughnessAt = (time: number) => roughness(coarsest, densityAt(time));
  const limit = Math.max(SMOOTH, ROUGHER_THAN_START * roughnessAt(0));
  return times.find((time) => roughnessAt(time) <= limit) ?? times[times.length - 1];
}
