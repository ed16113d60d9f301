import { InputError } from "../../src/errors.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { fitLine } from "../../src/numerics/statistics.ts";
import type { QuantityStatistics } from "../../src/particles/simulate.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { type KeepPart, keepNoPart } from "../shared/parts.ts";
import { type Size, simulateSizes } from "../shared/sizes.ts";

export interface FluctuationConfig {
  problem: Problem;
  sizes: readonly Size[];
  dt: number;
  seed: number;
  workers: number;
  /** Whether mu_t settles where alpha Vt = 0, so that n Var is expected to fall in time. */
  settles: boolean;
}

export type FluctuationOutcome = Awaited<ReturnType<typeof measureFluctuations>>;
export type Flatness = FluctuationOutcome["flatness"][number];

/** n Var of every observable and snapshot at each n, simulated, and predicted at the same n and dt; no prediction where there is none for the dynamics. */
export async function measureFluctuations(
  config: FluctuationConfig,
  onReplica: (share: number) => void = () => {},
  keep: KeepPart = keepNoPart,
) {
  const { problem, sizes, dt, seed, workers } = config;
  const found = await simulateSizes(problem, sizes, { dt, seed, workers, gap: false }, onReplica, keep);
  const predicted = await keep("predicted", () => predictEach(problem, sizes, dt));
  const flatness = problem.snapshotTimes.flatMap((time, s) =>
    problem.observables.map(({ name: quantity }) => {
      const statistics = found.map(({ snapshots }) => snapshots[s].statistics.observables[quantity]);
      const values = statistics.map(({ nVariance }) => nVariance);
      const errors = statistics.map(({ nVarianceError }) => nVarianceError);
      const own = predicted?.map((snapshots) => snapshots[s][quantity].nVariance) ?? null;
      const limit = predicted?.at(-1)?.[s][quantity].mean ?? null;
      const shift = limit === null ? null : shiftOf(statistics[statistics.length - 1], limit, sizes[sizes.length - 1].n);
      return { quantity, time, values, errors, fit: fitFlat(sizes, values, errors, own), predicted: own, ratio: own && ratioOf(values, errors, own), shift }; // biome-ignore format: one row
    }),
  );
  return { snapshots: found.map((ensemble) => ensemble.snapshots), flatness };
}

/**
 * The slope of log n Var against log n, which is 0 if fluctuations are of size n^-1/2. Where it is predicted that of n Var over its prediction, which at fixed dt falls itself with the noise of population
 * control.
 */
function fitFlat(
  sizes: readonly Size[],
  values: readonly number[],
  errors: readonly number[],
  predicted: readonly number[] | null,
) {
  return fitLine(
    sizes.map(({ n }) => Math.log10(n)),
    values.map((value, i) => Math.log10(value / (predicted?.[i] ?? 1))),
    values.map((value, i) => errors[i] / value / Math.LN10),
  );
}

/** The geometric mean over n of simulated over predicted, by the weights of their errors, and its relative standard error. */
function ratioOf(values: readonly number[], errors: readonly number[], predicted: readonly number[]) {
  const weights = values.map((value, i) => (value / errors[i]) ** 2);
  const total = weights.reduce((a, b) => a + b, 0);
  const log = values.reduce((sum, value, i) => sum + weights[i] * Math.log(value / predicted[i]), 0) / total;
  return { value: Math.exp(log), relativeError: 1 / Math.sqrt(total) };
}

/** The mean over replicas from that of the mean-field map at the same dt, and its standard error, in standard deviations of a replica. */
function shiftOf({ mean, standardError, nVariance }: QuantityStatistics, limit: number, n: number) {
  const noise = Math.sqrt(nVariance / n);
  return { value: (mean - limit) / noise, error: standardError / noise };
}

/** Mean and n Var by name at each n and snapshot. */
function predictEach(problem: Problem, sizes: readonly Size[], dt: number) {
  try {
    return sizes.map(({ n }) =>
      predictFluctuations(problem, { n, dt }).snapshots.map(({ observables }) =>
        Object.fromEntries(Object.entries(observables).map(([name, { mean, nVariance }]) => [name, { mean, nVariance }])),
      ),
    );
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
