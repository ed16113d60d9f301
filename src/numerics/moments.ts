/** Sample mean and variance of replicas, each with its standard error. */
export interface SampleMoments {
  count: number;
  mean: number;
  standardError: number;
  variance: number;
  /** Standard error of `variance` from the fourth central moment: Var(s^2) = (m4 - s^4 (R - 3) / (R - 1)) / R. */
  varianceError: number;
}

/** Two-pass moments of `values`; errors are NaN where there are too few values to tell (1, or 3 for `varianceError`). */
export function sampleMoments(values: ArrayLike<number>): SampleMoments {
  const count = values.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    const square = (values[i] - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  return momentsFromSums(count, mean, second, fourth);
}

/** The same from the sums of the second and fourth powers of the differences from the mean. */
export function momentsFromSums(count: number, mean: number, second: number, fourth: number): SampleMoments {
  const variance = count > 1 ? second / (count - 1) : Number.NaN;
  const spread = fourth / count - (variance * variance * (count - 3)) / (count - 1);
  return {
    count,
    mean,
    standardError: Math.sqrt(variance / count),
    variance,
    varianceError: count > 3 ? Math.sqrt(Math.max(0, spread) / count) : Number.NaN,
  };
}

/** sum_j w_j y_j, shape [nodes]; without weights (null) the mean of the first `count` values. */
export function meanOf(values: Float64Array, weights: Float64Array | null, count = values.length): number {
  let total = 0;
  if (weights === null) {
    for (let j = 0; j < count; j++) total += values[j];
    return total / count;
  }
  for (let j = 0; j < count; j++) total += weights[j] * values[j];
  return total;
}

/** Whether a variance is more than the rounding of values of this mean. */
export function varies(variance: number, mean: number): boolean {
  return variance > ROUNDING * mean * mean;
}

const ROUNDING = 1e-20;
