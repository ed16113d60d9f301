import { normalQuantile, studentQuantile } from "../numerics/tails.ts";

/** What one test of a mean can see. */
export interface Resolution {
  /** The deviation that is found with probability 0.9, in standard deviations of the observable under the reference. */
  detectable: number;
  /** n replicas (their product), in FEWEST_REPLICAS or more, that would bring it down to the required size at this n Var; null where no number does. */
  needed: number | null;
}

const POWER = 0.9;
/** Fewer are not advised: Student's quantile grows fast, and their variance is hardly known. */
export const FEWEST_REPLICAS = 12;

/**
 * How many standard errors d off a mean must be for |t| > q with probability `power`: Z + d > q S, with S the estimated standard error over the true one, of mean
 * 1 - 1 / (4 f) and variance 1 / (2 f) at f degrees of freedom.
 */
export function standardErrorsFound(quantile: number, freedom: number, power = POWER): number {
  return quantile * (1 - 1 / (4 * freedom)) + normalQuantile(power) * Math.sqrt(1 + quantile ** 2 / (2 * freedom));
}

/**
 * @param significance of the test.
 * @param size of the deviation that has to be found, in standard deviations.
 * @param bound that |t| has to exceed where skewness makes it larger than Student's quantile.
 * @param allowance that is left to the reference, dt and n, in the unit of the observable.
 */
export function resolutionOf(
  nVariance: number,
  n: number,
  replicas: number,
  significance: number,
  deviation: number,
  allowance: number,
  size: number,
  bound = 0,
): Resolution {
  if (!(deviation > 0)) return { detectable: 0, needed: 0 };
  const quantile = Math.max(bound, replicas > 1 ? -studentQuantile(significance / 2, replicas - 1) : Infinity);
  const margin =
    quantile === Infinity ? Infinity : standardErrorsFound(quantile, replicas - 1) * Math.sqrt(nVariance / (n * replicas));
  const room = size * deviation - allowance;
  const advised = Math.max(FEWEST_REPLICAS, replicas);
  const enough = standardErrorsFound(-studentQuantile(significance / 2, advised - 1), advised - 1) ** 2;
  const detectable = (margin + allowance) / deviation;
  const needed = room > 0 ? (enough * nVariance) / room ** 2 : null;
  // Of a skewed mean more is needed than of a Gaussian one: how much, only the larger ensemble will tell.
  return { detectable, needed: needed !== null && detectable > size ? Math.max(needed, bound > 0 ? 2 * n * replicas : 0) : needed };
}
