/** n times the covariance of some quantities, by where it comes from; each row major, shape [count, count]. */
export interface CovarianceParts {
  /** Independent draws from mu_0. */
  initial: Float64Array;
  /** Kills and duplications (or replacements, or resampling). */
  events: Float64Array;
  /** Uniform kills and copies that bring the population back to n (or the uniform partners of the event process). */
  control: Float64Array;
  /** Noise of the motion, at a temperature. */
  motion: Float64Array;
}

export function createParts(count: number): CovarianceParts {
  return {
    initial: new Float64Array(count * count),
    events: new Float64Array(count * count),
    control: new Float64Array(count * count),
    motion: new Float64Array(count * count),
  };
}

/** The derivative of a quantity in the masses of nodes, shape [nodes], with mean 0 under the distribution; null for one that does not depend on them. */
export type Influence = Float64Array | null;

/** matrix[k, l] += scale sum_j weights[j] u_k[j] u_l[j]. */
export function addProducts(matrix: Float64Array, scale: number, weights: Float64Array, influences: readonly Influence[]): void {
  const count = influences.length;
  for (let k = 0; k < count; k++) {
    const u = influences[k];
    if (u === null) continue;
    for (let l = 0; l <= k; l++) {
      const v = influences[l];
      if (v === null) continue;
      let total = 0;
      for (let j = 0; j < weights.length; j++) total += weights[j] * u[j] * v[j];
      matrix[k * count + l] += scale * total;
      if (l < k) matrix[l * count + k] += scale * total;
    }
  }
}

/** The whole covariance: the sum of its parts. */
export function totalOf({ initial, events, control, motion }: CovarianceParts): Float64Array {
  return initial.map((x, i) => x + events[i] + control[i] + motion[i]);
}

/** The largest difference of n Var, relative to it. */
export function largestVarianceDifference(a: CovarianceParts, b: CovarianceParts): number {
  const [left, right] = [totalOf(a), totalOf(b)];
  const count = Math.sqrt(left.length);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const [x, y] = [left[i * (count + 1)], right[i * (count + 1)]];
    if (y > 0) largest = Math.max(largest, Math.abs(x - y) / y);
  }
  return largest;
}
