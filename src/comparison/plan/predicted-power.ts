import { factorColumns } from "../../numerics/factor.ts";
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
  const isFound = simulated(tests, n, replicas, seed);
  let successes = 0;
  for (let t = 0; t < trials; t++) if (isFound()) successes++;
  return shareOf(successes, trials);
}

/** Whether the power of `powerOfAll` is at least `required`: it stops where that is decided. */
export function isPowerOfAll(
  required: number,
  tests: PlannedTests,
  n: number,
  replicas: number,
  trials: number,
  seed: number,
): boolean {
  const isFound = simulated(tests, n, replicas, seed);
  let successes = 0;
  for (let t = 0; t < trials; t++) {
    if (isFound()) successes++;
    if (successes / trials >= required) return true;
    if ((successes + trials - 1 - t) / trials < required) return false;
  }
  return false;
}

/** Draws the means of an ensemble and tests them. */
function simulated(tests: PlannedTests, n: number, replicas: number, seed: number): () => boolean {
  const { snapshots, observables: P, gaps, allowances, covariance, significance } = tests;
  const size = snapshots * P;
  const count = Math.min(replicas, MOST_ROWS);
  const columns = factorColumns(
    covariance.map((value) => (value * count) / (n * replicas)),
    size,
  );
  const quantile = -studentQuantile(significance / 2, count - 1);
  const factor = Float64Array.from(columns.flatMap((column) => Array.from(column)));
  const stream = createStream(seed);
  /** The means of all replicas, shape [count, size], and those of each snapshot. */
  const means = new Float64Array(count * size);
  const snapshotRows = Array.from({ length: snapshots }, (_, s) =>
    Array.from({ length: count }, (__, r) => means.subarray(r * size + s * P, r * size + (s + 1) * P)),
  );
  const snapshotAllowances = snapshotRows.map((_, s) => allowances.subarray(s * P, (s + 1) * P));
  const draw = (): void => {
    for (let row = 0; row < means.length; row += size) {
      for (let i = 0; i < size; i++) means[row + i] = gaps[i];
      for (let column = 0; column < factor.length; column += size) {
        const z = stream.normal();
        for (let i = 0; i < size; i++) means[row + i] += z * factor[column + i];
      }
    }
  };
  return () => {
    draw();
    for (let i = 0; i < size; i++) if (findsMean(means, i, size, allowances[i], quantile)) return true;
    if (P < 2) return false;
    return snapshotRows.some((rows, s) => {
      const test = jointTest(rows, new Float64Array(P), snapshotAllowances[s]);
      return test !== null && test.pValue < significance;
    });
  };
}

/** Whether the test of mean i finds its gap; `means` has the shape [replicas, size]. */
function findsMean(means: Float64Array, i: number, size: number, allowance: number, quantile: number): boolean {
  const R = means.length / size;
  let mean = 0;
  for (let at = i; at < means.length; at += size) mean += means[at] / R;
  let square = 0;
  for (let at = i; at < means.length; at += size) square += (means[at] - mean) ** 2;
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
