import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import type { Ensemble } from "../../src/particles/simulate.ts";
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
    initial: { x: { type: "normal", mean: 1, sd: 0.25 } },
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

/** How much n Var and n times the bias change over the later half of the run, both as a share of the predicted n Var at the end. */
export interface ChaosChange {
  n: number;
  observable: string;
  variance: Estimate;
  bias: Estimate;
}

/** n Var and n times the bias at each snapshot after the start, beside the limit at the same dt. */
export async function measureChaos(config: ChaosConfig, onShare: (share: number) => void = () => {}, keep?: KeepPart) {
  const { sizes, dt, seed, workers } = config;
  const problem = await chaosProblem(config);
  const scheme = "gradient-descent";
  const limit = predictFluctuations(problem, { scheme, n: sizes[0].n, dt }).snapshots;
  const names = problem.observables.map(({ name }) => name);
  const measureSize = ({ n, snapshots, records }: Ensemble) => ({
    rows: snapshots.slice(1).flatMap(({ time, statistics }, s) =>
      names.map((observable): ChaosRow => {
        const { mean, nVariance: predicted } = limit[s + 1].observables[observable];
        const found = statistics.observables[observable];
        return {
          ...{ n, time, observable, predicted },
          nVariance: { value: found.nVariance, error: found.nVarianceError },
          nBias: { value: n * (found.mean - mean), error: n * found.standardError },
        };
      }),
    ),
    changes: names.map((observable, k): ChaosChange => {
      const late = snapshots.map(({ time }, s) => ({ time, s })).filter(({ time }) => time >= config.end / 2);
      const scale = n / limit[limit.length - 1].observables[observable].nVariance;
      const changeOf = (value: (mean: number, s: number) => number): Estimate => {
        const each = records.map(({ table }) => {
          const width = table.length / snapshots.length;
          return scale * changeAlong(late.map(({ time, s }) => [time, value(table[s * width + k], s)])); // biome-ignore format: one call
        });
        const { mean, standardError } = sampleMoments(each);
        return { value: mean, error: standardError };
      };
      return {
        ...{ n, observable },
        variance: changeOf((mean, s) => (mean - snapshots[s].observables[observable]) ** 2),
        bias: changeOf((mean, s) => mean - limit[s].observables[observable].mean),
      };
    }),
  });
  const ensembles = await simulateSizes(problem, sizes, { dt, seed, workers, scheme }, onShare, keep);
  const found = ensembles.map(measureSize);
  return { rows: found.flatMap(({ rows }) => rows), changes: found.flatMap(({ changes }) => changes) };
}

/** Slope of a line through points times the length of time. Taken of each replica, so that its errors are those of replicas, however snapshots of one depend on each other. */
function changeAlong(points: readonly (readonly [time: number, value: number])[]): number {
  const middle = points.reduce((total, [time]) => total + time, 0) / points.length;
  const [moment, square] = points.reduce(
    ([m, s], [time, value]) => [m + (time - middle) * value, s + (time - middle) ** 2],
    [0, 0],
  );
  return (moment / square) * (points[points.length - 1][0] - points[0][0]);
}
