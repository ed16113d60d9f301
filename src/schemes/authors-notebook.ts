import { addProducts } from "./covariance.ts";
import { LINEAR, type ReactionStep } from "./growth.ts";
import { drawEachBy, killOrDuplicate, linearly } from "./kill-or-duplicate.ts";
import { addQuotientBias, bernoulliVariances, type NoiseModel } from "./noise-model.ts";
import { fillFromAll, fillFromPrior } from "./parents.ts";
import { expectedChange } from "./population-change.ts";
import type { SteppedScheme } from "./scheme.ts";
import { SelectionError } from "./selection.ts";

const chancesOf = ({ excess }: ReactionStep): Float64Array => excess.map((x) => Math.min(1, Math.max(-1, x)));

/**
 * The noise of a step, D = D+ - D- the change of n,
 *
 *   sum w p (1 - p) u^2 / Z^2  +  (E D- / n + E D+ / (n max(Z, 1))) Var u,   p = min(|x|, 1):
 *
 * below n, n - n Z + noise copies are drawn independently from all that are there, which adds their share of Var u; above n, a set is removed
 * uniformly, as in Algorithm 1. Without the mean of V the population changes by n (Z - 1) in the mean.
 */
const noise: NoiseModel = {
  stepped: ({ n }) => ({
    addAfter(parts, reaction, influences) {
      const { before, after, total } = reaction;
      const chances = chancesOf(reaction);
      addProducts(parts.events, 1, bernoulliVariances(reaction, chances), influences);
      const change = expectedChange(before, chances, n) / n;
      const [missing, surplus] = [-1, 1].map((sign) => Math.max(0, 0.5 * (change + sign * (total - 1))));
      addProducts(parts.control, missing + surplus / Math.max(1, total), after, influences);
    },
    addBias: (masses, reaction) => addQuotientBias(masses, reaction, chancesOf(reaction)),
  }),
  limit: null,
};

/**
 * The scheme of the notebook that accompanies Rotskoff et al. (2019), for the mixture of Gaussians, step for step; it is not their Algorithm 1. With a = int
 * alpha dt over the step (the notebook's own "alpha", which is per step: 0.05 at dt = 0.01 is alpha = 5), after the motion
 *
 *   kill i with probability min(a V_i, 1) if V_i > 0, append a copy of i with probability min(a |V_i|, 1) if V_i < 0;
 *   below n: append copies of particles drawn independently from all that are there, survivors and copies alike
 *   (reinjection net-deficit: draws from mu_b instead); above n: remove a uniformly chosen set
 *
 * Algorithm 1 differs in the mean that it takes off V, in probabilities 1 - e^{-x} for x, and in copies that can be copied again.
 * Both follow (13) as n -> infinity and dt -> 0: without the mean the population grows by -a Vbar + O(dt^2), and filling up or removing takes this back
 * in proportion. At fixed dt their limits differ by O(dt). With mu_b, n dt has to be large; see `reinjection`.
 */
export const authorsNotebook: SteppedScheme = {
  description: "the scheme of the authors' notebook: probabilities alpha dt |V|, without the mean",
  follows: ["birth-death", "net-deficit"],
  time: "steps",
  selection: (n, reinjection) =>
    killOrDuplicate(n, {
      draw: drawEachBy(linearly),
      centred: false,
      fillUp: reinjection === null ? fillFromAll : fillFromPrior,
      order: "list",
      check({ kills }) {
        if (reinjection === null && kills === n) throw new SelectionError("all particles die at once", " or alpha");
      },
    }),
  growth: LINEAR,
  noise,
};
