import { expBlock } from "../numerics/exp.ts";
import { meanOf } from "../numerics/moments.ts";
import { sum } from "../numerics/sum.ts";
import { addProducts, type CovarianceParts, type Influence } from "./covariance.ts";
import { EXPONENTIAL } from "./growth.ts";
import { type NoiseModel, noiseInContinuousTime } from "./noise-model.ts";
import { createPartitionedOffspring, type DrawOffspring } from "./offspring.ts";
import { placeChildren } from "./parents.ts";
import type { SteppedScheme } from "./scheme.ts";
import { type Selection, SelectionError } from "./selection.ts";
import { addRounding, addSystematicNoise } from "./systematic-noise.ts";

/** The noise of a step: see systematic-noise.ts. */
const noise: NoiseModel = {
  stepped: ({ n }) => ({
    addAfter(parts, { before, after }, influences) {
      const growth = after.map((w, j) => (before[j] === 0 ? 1 : w / before[j]));
      addSystematicNoise(parts.events, before, growth, influences, n);
    },
  }),
  // Kills, and copies, as many as there must be at the scheme's n dt, each of the distribution of the rates   (small b in systematic-noise.ts).
  limit: ({ n, dt }) =>
    noiseInContinuousTime((parts, weights, excess, step, influences) => {
      const [shrinks, grows] = [1, -1].map((sign) => weights.map((w, j) => w * Math.max(0, sign * excess[j])));
      for (const rates of [shrinks, grows]) addPicks(parts, rates, influences);
      addRounding(parts.events, shrinks, grows, influences, (n * dt) / step, (0.5 * step) / (n * dt));
    }),
};

function addPicks(parts: CovarianceParts, rates: Float64Array, influences: readonly Influence[]): void {
  const total = sum(rates);
  if (total === 0) return;
  const centred = influences.map((u) => {
    if (u === null) return null;
    const mean = meanOf(u, rates) / total;
    return u.map((value) => value - mean);
  });
  addProducts(parts.events, 0.5, rates, centred);
}

/** By systematic resampling in the order of the mean partition: the noise per unit time stays finite as dt -> 0. */
export const resampling: SteppedScheme = {
  description: "systematic resampling by e^{-alpha dt V}, in the order of the mean partition",
  follows: ["birth-death"],
  time: "steps",
  selection: (n) => resampleBy(createPartitionedOffspring(n), placeChildren, n),
  growth: EXPONENTIAL,
  noise,
};

/**
 * After the motion of a step of dt,
 *
 *   w_i = e^{-alpha dt V(theta_i, [mu^n])} / sum_j e^{-alpha dt V(theta_j, [mu^n])},
 *   particle i is replaced by a random number of copies of itself, of mean n w_i, n in all
 *
 * This solves d_t mu = -alpha (V - Vbar) mu with V held for dt. As n -> infinity and dt -> 0 the scheme follows the birth-death equation
 * (13), at order 1; where nothing moves and there is no K, at any dt.
 */
export function resampleBy(
  drawOffspring: DrawOffspring,
  place: (parents: Int32Array, children: Int32Array, n: number) => void,
  n: number,
): Selection {
  const weights = new Float64Array(n);
  const offspring = new Int32Array(n);
  return {
    draw(parents, V, rate, stream) {
      const total = weigh(weights, V, rate, n);
      if (!Number.isFinite(total)) throw new SelectionError("particles escape to infinity");
      drawOffspring(offspring, weights, total, stream);
      place(parents, offspring, n);
      return true;
    },
  };
}

/** weights[i] = e^{-rate (V_i - min V)}, of which the greatest is 1; returns their sum. */
export function weigh(weights: Float64Array, V: Float64Array, rate: number, n: number): number {
  let least = Infinity;
  for (let i = 0; i < n; i++) if (V[i] < least) least = V[i];
  expBlock(weights, 0, V, 0, n, -rate, rate * least);
  let total = 0;
  for (let i = 0; i < n; i++) total += weights[i];
  return total;
}
