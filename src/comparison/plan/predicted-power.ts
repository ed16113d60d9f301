import { factorColumns } from "../../fluctuations/factor.ts";
import { createStream } from "../../numerics/random.ts";
import { studentQuantile } from "../../numerics/tails.ts";
import { jointTest } from "../mean-tests.ts";

/**
 * The tests of the means of a comparison before any particle is seen: one for each observable at each snapshot,
 * quantity s P + k being observable k of P at snapshot s, and one for all of a snapshot together.
 */
export interface PlannedTests {
  snapshots: number;
  observables: number;
  /** Expected mean over particles less what it is compared with, in the unit of the observable. */
  gaps: Float64Array;
  /** Left to the reference, dt and n. */
  allowances: Float64Array;
  /** n times the covariance of the means over particles, row by row. */
  covariance: Float64Array;
  /** Of each test. */
  significance: number;
}

/** A share of simulated ensembles, and its standard error. */
export interface Power {
  power: number;
  error: number;
}

/** More replicas are simulated as so many whose means vary less: their variance is known well either way. */
const MOST_ROWS = 256;

/**
 * The share of ensembles of `replicas` Gaussian replicas, of which some test of a mean or of means together finds the
 * gaps. Cost: a few microseconds a replica and trial.
 */
export function powerOfAll(tests: PlannedTests, n: number, replicas: number, trials: number, seed: number): Power {
  const { snapshots, observables: P, gaps, allowances, covariance, significance } = tests;
  const size = snapshots * P;
  const count = Math.min(replicas, MOST_ROWS);
  const columns = factorColumns(
    covariance.map((value) => (value * count) / (n * replicas)),
    size,
  );
  const quantile = -studentQuantile(significance / 2, count - 1);
  const stream = createStream(seed);
  const rows = Array.from({ length: count }, () => new Float64Array(size));
  const bySnapshot = Array.from({ length: snapshots }, (_, s) => rows.map((row) => row.subarray(s * P, (s + 1) * P)));
  const found = (): boolean => {
    for (const row of rows) {
      row.set(gaps);
      for (const column of columns) {
        const z = stream.normal();
        for (let i = 0; i < size; i++) row[i] += z * column[i];
      }
    }
    for (let i = 0; i < size; i++) if (isFound(rows, i, allowances[i], quantile)) return true;
    if (P < 2) return false;
    for (let s = 0; s < snapshots; s++) {
      const test = jointTest(bySnapshot[s], new Float64Array(P), allowances.subarray(s * P, (s + 1) * P));
      if (test !== null && test.pValue < significance) return true;
    }
    return false;
  };
  let successes = 0;
  for (let t = 0; t < trials; t++) if (found()) successes++;
  return shareOf(successes, trials);
}

function isFound(rows: readonly Float64Array[], i: number, allowance: number, quantile: number): boolean {
  const R = rows.length;
  let mean = 0;
  for (const row of rows) mean += row[i] / R;
  let square = 0;
  for (const row of rows) square += (row[i] - mean) ** 2;
  return Math.abs(mean) - allowance > quantile * Math.sqrt(square / (R * (R - 1)));
}

/** The share of ensembles whose test of one mean finds its gap, whatever the others find; shape as `gaps`. */
export function powersAlone(tests: PlannedTests, n: number, replicas: number, trials: number, seed: number): Power[] {
  const { gaps, allowances, covariance, significance } = tests;
  const freedom = Math.min(replicas, MOST_ROWS) - 1;
  const quantile = -studentQuantile(significance / 2, freedom);
  const stream = createStream(seed);
  /** The mean of a replica's deviations in its standard errors, and its estimated standard error over the true one. */
  const draws = Array.from({ length: trials }, () => {
    let square = 0;
    for (let r = 0; r < freedom; r++) square += stream.normal() ** 2;
    return { z: stream.normal(), ratio: Math.sqrt(square / freedom) };
  });
  return Array.from(gaps, (gap, i) => {
    const unit = Math.sqrt(covariance[i * (gaps.length + 1)] / (n * replicas));
    let count = 0;
    for (const { z, ratio } of draws) {
      if (Math.abs(gap + z * unit) - allowances[i] > quantile * ratio * unit) count++;
    }
    return shareOf(count, trials);
  });
}

/** With half a success and half a failure more, so that a share of 0 or 1 has an error too. */
function shareOf(count: number, trials: number): Power {
  const power = count / trials;
  const near = (count + 0.5) / (trials + 1);
  return { power, error: Math.sqrt((near * (1 - near)) / trials) };
}
