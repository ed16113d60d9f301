import type { TrainRecord } from "../../src/networks/train.ts";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { studentQuantile } from "../../src/numerics/tails.ts";
import type { IntervalAt } from "../claims.ts";
import type { KeepPart } from "../shared/parts.ts";
import { quantile } from "../shared/quantile.ts";
import { runJobs, type Setting, type Sizes } from "./runs.ts";

/** One setting over several seeds: `runs[k]` are the records of seed k, at the same steps. */
export interface Curve {
  setting: Setting;
  runs: TrainRecord[][];
}

export interface CurvesConfig {
  settings: readonly Setting[];
  sizes: Sizes;
  seeds: readonly number[];
  workers: number;
}

export async function measureCurves(config: CurvesConfig, onPart: (share: number) => void, keep?: KeepPart): Promise<Curve[]> {
  const { settings, sizes, seeds, workers } = config;
  const jobs = settings.flatMap((setting) => seeds.map((seed) => ({ setting, sizes, seed })));
  const records = await runJobs(jobs, workers, (done) => onPart(done / jobs.length), keep);
  return settings.map((setting, k) => ({ setting, runs: records.slice(k * seeds.length, (k + 1) * seeds.length) }));
}

export type Quantity = Exclude<keyof TrainRecord, "step">;

/** A quantity over the seeds, at record `at` (negative: from the end). */
export function over(curve: Curve, quantity: Quantity, at = -1): number[] {
  return curve.runs.map((run) => run.at(at)?.[quantity] ?? Number.NaN);
}

export type Ratio = ReturnType<typeof compare>;

/** Over the seeds. */
export const median = (curve: Curve, quantity: Quantity, at = -1) => quantile(over(curve, quantity, at), 0.5);

/** Runs of one seed share teacher, start and inputs, so that they are compared in pairs; at record `at` (negative: from the end). */
export function pairedRatio(curve: Curve, base: Curve, at = -1): Ratio {
  return compare(over(curve, "heldOut", at), over(base, "heldOut", at));
}

/** values[k] / others[k] over the seeds k: geometric mean, and intervals by Student's t on the logarithms. */
export function compare(values: readonly number[], others: readonly number[]) {
  const logs = values.map((value, k) => Math.log(value / others[k]));
  const { mean, standardError, count } = sampleMoments(logs);
  const intervalAt: IntervalAt = (confidence) => {
    const half = studentQuantile((1 + confidence) / 2, count - 1) * standardError;
    return [Math.exp(mean - half), Math.exp(mean + half)];
  };
  return {
    mean: Math.exp(mean),
    intervalAt,
    /** How far it lies below 1, in standard errors; 0 where it does not. */
    fall: mean < 0 ? mean / standardError : 0,
    /** Seeds in which it is below 1. */
    below: logs.filter((log) => log < 0).length,
  };
}
