import type { RandomStream } from "../numerics/random.ts";

/** offspring[i] of each of n particles, n in all, E offspring[i] = n w_i with w_i = weights[i] / total. */
export type DrawOffspring = (offspring: Int32Array, weights: Float64Array, total: number, stream: RandomStream) => void;

/**
 * Systematic resampling: with C_k = n (w_1 + ... + w_k) in some order of the particles and one uniform U in [0, 1),
 *
 *   offspring[k] = ceil(C_k - U) - ceil(C_{k-1} - U),      floor(n w_k) or ceil(n w_k)
 *
 * How noisy a sum over particles becomes depends on the order. `arrange` fills it in, shape [n].
 */
function createSystematic(
  n: number,
  arrange: (order: Int32Array, share: Float64Array, stream: RandomStream) => void,
): DrawOffspring {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  /** n w of each particle. */
  const share = new Float64Array(n);
  return (offspring, weights, total, stream) => {
    for (let i = 0; i < n; i++) share[i] = (n * weights[i]) / total;
    arrange(order, share, stream);
    const U = stream.uniform();
    /** C_k - k. */
    let surplus = 0;
    let given = 0;
    for (let k = 0; k < n; k++) {
      const i = order[k];
      surplus += share[i] - 1;
      const upToHere = k === n - 1 ? n : Math.min(n, k + 1 + Math.ceil(surplus - U));
      offspring[i] = upToHere - given;
      given = upToHere;
    }
  };
}

/**
 * In the order of the mean partition: first the particles with n w < 1, then the others, uniformly shuffled within each part. The sum C_k - k
 * falls and then rises once, so that where the weights come to 1/n the number of events comes to their rate and the noise per unit
 * time stays finite. Chopin, Singh, Soto & Vihola (2022), On resampling schemes for particle filters with weakly informative observations.
 */
export function createPartitionedOffspring(n: number): DrawOffspring {
  return createSystematic(n, (order, share, stream) => {
    let light = 0;
    let heavy = n;
    for (let i = 0; i < n; i++) order[share[i] < 1 ? light++ : --heavy] = i;
    shuffle(order, 0, light, stream);
    shuffle(order, light, n, stream);
  });
}

/**
 * In the order of the particles themselves. The sum C_k - k wanders, and crosses an integer much more often than the weights require: the noise per
 * unit time grows as dt -> 0 or n -> infinity.
 */
export function createIndexedOffspring(n: number): DrawOffspring {
  return createSystematic(n, () => {});
}

/** In a new uniformly random order at every step: noisier still, since copies of a particle do not stand together. */
export function createShuffledOffspring(n: number): DrawOffspring {
  return createSystematic(n, (order, _, stream) => shuffle(order, 0, n, stream));
}

/** Multinomial resampling: n independent draws with probabilities w, by uniforms in ascending order (partial sums of exponentials). O(n). */
export function createMultinomialOffspring(n: number): DrawOffspring {
  const arrivals = new Float64Array(n);
  return (offspring, weights, total, stream) => {
    let arrival = 0;
    for (let k = 0; k < n; k++) {
      arrival -= Math.log(1 - stream.uniform());
      arrivals[k] = arrival;
    }
    arrival -= Math.log(1 - stream.uniform());
    offspring.fill(0);
    let i = 0;
    let cumulative = weights[0];
    for (let k = 0; k < n; k++) {
      const draw = (arrivals[k] / arrival) * total;
      while (i < n - 1 && cumulative <= draw) cumulative += weights[++i];
      offspring[i]++;
    }
  };
}

/** A uniformly random order of entries start ... end - 1 (Fisher and Yates). */
function shuffle(order: Int32Array, start: number, end: number, stream: RandomStream): void {
  for (let k = end - 1; k > start; k--) {
    const other = start + stream.below(k - start + 1);
    const entry = order[k];
    order[k] = order[other];
    order[other] = entry;
  }
}
