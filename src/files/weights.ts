import { InputError } from "../errors.ts";
import { type ParticleData, placeOf } from "./particle-data.ts";

/**
 * Weights of sum 1 in each population, from w >= 0 or from logarithms l:
 *
 *   w_i / sum_j w_j,     e^{l_i - max l} / sum_j e^{l_j - max l}     (-Infinity is a weight of 0)
 *
 * @param weights shape [replicas, times, n]; changed. @param field where they are from, for messages.
 * @returns null where all of them are the same in each population: they weigh nothing.
 * @throws InputError for a weight that is negative or not a number, and for a population without any weight
 */
export function normaliseWeights(
  weights: Float64Array,
  logarithms: boolean,
  ensemble: Pick<ParticleData, "replicas" | "times" | "n">,
  field: string,
): Float64Array | null {
  const { n } = ensemble;
  const refuse = (i: number, problem: string, remedy: string): never => {
    throw new InputError(field, undefined, `${problem} in ${placeOf(i, ensemble)}`, remedy);
  };
  const name = logarithms ? "the logarithm of a weight" : "a weight";
  let equal = true;
  for (let start = 0; start < weights.length; start += n) {
    const w = weights.subarray(start, start + n);
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(w[i]) || w[i] === Number.POSITIVE_INFINITY) refuse(start + i, `${name} is ${w[i]}`, FINITE);
      if (!logarithms && w[i] < 0) refuse(start + i, `${name} is ${w[i]}, below zero`, LOGARITHMS);
      if (w[i] > most) most = w[i];
      if (w[i] !== w[0]) equal = false;
    }
    if (most === (logarithms ? Number.NEGATIVE_INFINITY : 0)) refuse(start, "all weights are zero", FINITE);
    // Relative to the largest, so that no sum overflows.
    let total = 0;
    for (let i = 0; i < n; i++) {
      w[i] = logarithms ? Math.exp(w[i] - most) : w[i] / most;
      total += w[i];
    }
    for (let i = 0; i < n; i++) w[i] /= total;
  }
  return equal ? null : weights;
}

const FINITE = "give each particle a weight >= 0, of sum > 0 in each population, or say --weights none if these are none";
const LOGARITHMS = "name logarithms log_weights, or say --weights none if these are no weights";

/** Whether numbers under another name look like weights: none negative, not all equal, of sum 1 or n in each population. */
export function lookLikeWeights(values: Float64Array, n: number): boolean {
  let equal = true;
  for (let start = 0; start < values.length; start += n) {
    let total = 0;
    for (let i = start; i < start + n; i++) {
      if (!(values[i] >= 0)) return false;
      if (values[i] !== values[start]) equal = false;
      total += values[i];
    }
    // Sums of single precision.
    if (Math.abs(total - 1) > 1e-5 && Math.abs(total / n - 1) > 1e-5) return false;
  }
  return !equal && n > 1;
}
