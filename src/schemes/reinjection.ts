import { KILL_OR_DUPLICATE_BY_V } from "./growth.ts";
import { drawAbove, drawEvents, killOrDuplicate } from "./kill-or-duplicate.ts";
import { fillFromPrior } from "./parents.ts";
import type { SteppedScheme } from "./scheme.ts";

/**
 * Particles whose dead come back from a prior mu_b. After the motion of a step of dt, with A = int alpha dt over it and V without its mean,
 *
 *   net-deficit:  kill i with probability 1 - e^{-A V_i} if V_i > 0, duplicate it with probability 1 - e^{-A |V_i|} if V_i < 0;
 *                 of a population below n the missing are drawn from mu_b, of one above n as many uniformly chosen die
 *   every-death:  kill i with probability 1 - e^{-A V_i} if V_i > 0; each killed one is replaced by a draw from mu_b
 *
 * As n -> infinity they follow the equations of reinjection in problem.ts, at order 1 in dt. Under net-deficit n dt has to be large: where
 * Vbar is about 0 or below, the counts of a step still fall short of n by chance, by the root of their number, and mass comes back at a
 * rate of order (alpha int |V| dmu / (n dt))^(1/2); as n dt -> 0 every kill is replaced from mu_b. Cost: as Algorithm 1.
 */
export const reinjection: SteppedScheme = {
  description: "kills and duplicates with probability 1 - e^{-alpha dt |V|}; what is missing is drawn from the prior",
  follows: ["net-deficit", "every-death"],
  time: "steps",
  selection: (n, rule) =>
    killOrDuplicate(n, {
      // With a floor of 0 there are no duplicates, and all that is missing comes back.
      draw: rule !== null && rule.floor > -Infinity ? drawAbove(rule.floor) : drawEvents,
      centred: false,
      fillUp: fillFromPrior,
      order: "list",
    }),
  growth: KILL_OR_DUPLICATE_BY_V,
  noise: null,
};
