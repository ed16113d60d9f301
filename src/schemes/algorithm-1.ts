import { sum } from "../numerics/sum.ts";
import { addProducts } from "./covariance.ts";
import { KILL_OR_DUPLICATE, type ReactionStep } from "./growth.ts";
import { drawEvents, killOrDuplicate } from "./kill-or-duplicate.ts";
import { addQuotientBias, bernoulliVariances, type NoiseModel, noiseInContinuousTime } from "./noise-model.ts";
import { fillByCopies } from "./parents.ts";
import { expectedChange, expectedSkellam } from "./population-change.ts";
import type { SteppedScheme } from "./scheme.ts";

/** The probabilities of death, and less those of a copy. */
const chancesOf = ({ excess }: ReactionStep): Float64Array => excess.map((x) => -Math.sign(x) * Math.expm1(-Math.abs(x)));

/**
 * The noise of a step, D the net change of population in it,
 *
 *   sum w p (1 - p) u^2 / Z^2  +  E|D| / (n Z) Var u,   p = 1 - e^{-|x|}
 *   sum w |x| u^2              +  dt E|D| / (n dt') Var u,   D of the Skellam distribution at lambda = n dt' alpha M, dt' the scheme's step     as dt -> 0
 */
const noise: NoiseModel = {
  stepped: ({ n }) => ({
    addAfter(parts, reaction, influences) {
      const { before, after, total } = reaction;
      const chances = chancesOf(reaction);
      addProducts(parts.events, 1, bernoulliVariances(reaction, chances), influences);
      addProducts(parts.control, expectedChange(before, chances, n) / (n * total), after, influences);
    },
    addBias: (masses, reaction) => addQuotientBias(masses, reaction, chancesOf(reaction)),
  }),
  // Control is that of a step of the scheme's own dt, in which n sum w |x| dt / step events are expected.
  limit: ({ n, dt }) =>
    noiseInContinuousTime((parts, weights, excess, step, influences) => {
      const rates = weights.map((w, j) => w * Math.abs(excess[j]));
      addProducts(parts.events, 0.5, rates, influences);
      addProducts(parts.control, (0.5 * expectedSkellam((n * sum(rates) * dt) / step) * step) / (n * dt), weights, influences);
    }),
};

/**
 * Algorithm 1 of Rotskoff et al. (2019), as printed there. After the motion of a step of dt, with Vt_i = V(theta_i, [mu^n]) - mean_j V(theta_j, [mu^n]),
 *
 *   kill i with probability 1 - e^{-alpha Vt_i dt} if Vt_i > 0,
 *   duplicate i with probability 1 - e^{-alpha |Vt_i| dt} if Vt_i < 0,
 *   kill or duplicate particles chosen uniformly, one after another, until n are left
 *
 * (with int alpha over the step for alpha dt where alpha changes in time). The particle of least V is never killed, so the population cannot die out. As n -> infinity at fixed dt it follows the mean-field
 * map, and as dt -> 0 the birth-death equation (13), at order 1. Without K 20 to 30 ns a particle and
 * step where events are rare.
 */
export const algorithm1: SteppedScheme = {
  description:
    "kills and duplicates with probability 1 - e^{-alpha dt |V - Vbar|}, then restores n uniformly: the paper's Algorithm 1",
  follows: ["birth-death"],
  time: "steps",
  selection: (n) => killOrDuplicate(n, { draw: drawEvents, centred: true, fillUp: fillByCopies, order: "list" }),
  growth: KILL_OR_DUPLICATE,
  noise,
};
