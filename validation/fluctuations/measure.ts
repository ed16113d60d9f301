import { fitLine } from "../../src/numerics/statistics.ts";
import { chiSquareTail } from "../../src/numerics/tails.ts";
import type { QuantityStatistics } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { KeepPart } from "../shared/parts.ts";
import { simulateSizes } from "../shared/sizes.ts";

export interface FluctuationConfig {
  problem: Problem;
  sizes: readonly number[];
  replicas: number;
  dt: number;
  seed: number;
  workers: number;
  /** Whether mu_t settles where alpha Vt = 0, so that n Var is expected to fall in time. */
  settles: boolean;
}

export type FluctuationOutcome = Awaited<ReturnType<typeof measureFluctuations>>;
export type Flatness = FluctuationOutcome["flatness"][number];

export async function measureFluctuations(
  config: FluctuationConfig,
  onReplica: (share: number) => void = () => {},
  keep?: KeepPart,
) {
  const { problem, sizes, replicas, dt, seed, workers } = config;
  const ensembles = sizes.map((n) => ({ n, replicas }));
  const found = await simulateSizes(problem, ensembles, { dt, seed, workers }, onReplica, keep);
  const snapshots = found.map((ensemble) => ensemble.snapshots);
  const flatness = problem.snapshotTimes.flatMap((time, s) =>
    problem.observables.map(({ name: quantity }) => {
      const statistics = snapshots.map((ensemble) => ensemble[s].statistics.observables[quantity]);
      return { quantity, time, ...testFlatness(sizes, statistics) };
    }),
  );
  return { snapshots, flatness };
}

/**
 * n Var at each n with standard errors, the slope of log n Var against log n, which is 0 if fluctuations are of size n^-1/2, and P(chi^2 at least this
 * large) if n Var did not depend on n.
 */
function testFlatness(sizes: readonly number[], statistics: readonly QuantityStatistics[]) {
  const values = statistics.map((s) => s.nVariance);
  const errors = statistics.map((s) => s.nVarianceError);
  // Errors relative to the pooled value: those of single points follow their own luck, and would favour the low ones.
  const relative = values.map((value, i) => errors[i] / value);
  const weights = relative.map((r) => 1 / r ** 2);
  const pooled = values.reduce((total, value, i) => total + weights[i] * value, 0) / weights.reduce((a, b) => a + b, 0);
  const chiSquare = values.reduce((total, value, i) => total + ((value - pooled) / (relative[i] * pooled)) ** 2, 0);
  const fit = fitLine(
    sizes.map(Math.log10),
    values.map(Math.log10),
    relative.map((r) => r / Math.LN10),
  );
  return { values, errors, fit, pValue: chiSquareTail(chiSquare, sizes.length - 1) };
}
