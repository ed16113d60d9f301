import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { fitLine } from "../../src/numerics/statistics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { KeepPart } from "../shared/parts.ts";
import type { Estimate } from "../shared/root-n.ts";
import { type Size, simulateSizes } from "../shared/sizes.ts";

export interface ChaosConfig {
  sizes: readonly Size[];
  end: number;
  snapshots: number;
  dt: number;
  seed: number;
  workers: number;
}

/**
 * Langevin in a convex F with K = x x' / 2: mu_t tends to its only fixed point, and chaos propagates uniformly in time (Malrieu 2001).
 */
const chaosProblem = ({ end, snapshots }: Pick<ChaosConfig, "end" | "snapshots">): Promise<Problem> =>
  createProblem({
    name: "confined",
    variables: { x: { min: -4.5, max: 4.5, cells: 256 } },
    potential: { F: "0.5*x^2 + sqrt(1 + x^2)", K: { type: "pairwise", expression: "0.5*x*x_prime" } },
    alpha: 0,
    dynamics: "gradient-descent",
    temperature: 0.5,
    initial: { x: { type: "normal", mean: 1, sd: 0.5 } },
    time: { end, snapshots },
    observables: { mean: "x", second: "x^2" },
  });

export interface ChaosRow {
  n: number;
  time: number;
  observable: string;
  predicted: number;
  nVariance: Estimate;
  /** n times the mean over replicas less its limit. */
  nBias: Estimate;
}

/** n Var and n times the bias at each snapshot after the start, beside the limit at the same dt. */
export async function measureChaos(config: ChaosConfig, onShare: (share: number) => void = () => {}, keep?: KeepPart) {
  const { sizes, dt, seed, workers } = config;
  const problem = await chaosProblem(config);
  const scheme = "gradient-descent";
  const limit = predictFluctuations(problem, { scheme, n: sizes[0].n, dt }).snapshots;
  const ensembles = await simulateSizes(problem, sizes, { dt, seed, workers, scheme }, onShare, keep);
  const rows = ensembles.flatMap(({ snapshots }, k) =>
    snapshots.slice(1).flatMap(({ time, observables }, s) =>
      Object.entries(observables).map(([observable, found]): ChaosRow => {
        const { mean, nVariance: predicted } = limit[s + 1].observables[observable];
        const { n } = sizes[k];
        return {
          ...{ n, time, observable, predicted },
          nVariance: { value: found.nVariance, error: found.nVarianceError },
          nBias: { value: n * (found.mean - mean), error: n * found.standardError },
        };
      }),
    ),
  );
  return { rows, trends: trendsOf(rows, config.end / 2) };
}

/** Slopes in time of n Var and of n times the bias over the later half, for each n and observable. Snapshots are correlated, which the interval by scatter allows for only in part. */
function trendsOf(rows: readonly ChaosRow[], from: number) {
  const keys = [...new Set(rows.map(({ n, observable }) => `${n} ${observable}`))];
  return keys.map((key) => {
    const own = rows.filter((row) => `${row.n} ${row.observable}` === key && row.time >= from);
    const trend = (of: (row: ChaosRow) => Estimate) =>
      fitLine(own.map(({ time }) => time), own.map((row) => of(row).value), own.map((row) => of(row).error)); // biome-ignore format: one call
    return { key, variance: trend((row) => row.nVariance), bias: trend((row) => row.nBias) };
  });
}
