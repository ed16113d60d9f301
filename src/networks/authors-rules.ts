import type { BirthDeathRule } from "./birth-death-rule.ts";
import { copyUnit } from "./ridge-network.ts";

/**
 * The rule in the code that Rotskoff et al. (2019) published for their section 7.2, which is not Algorithm 1: with r_i = rates[i], no mean
 * subtracted and no exponential,
 *
 *   1. every unit with r_i > 0 is killed with probability min(r_i, 1), and becomes a copy of a survivor chosen uniformly;
 *   2. every unit with r_i < 0 is cloned with probability min(|r_i|, 1): it overwrites a unit chosen uniformly among those that are not cloned
 *      themselves, also one that step 1 has just placed; of two clones on one unit the later stays.
 *
 * Where no unit would survive step 1, none dies; where all are cloned, none is overwritten. One uniform number a unit.
 */
export const authorsBirthDeath: BirthDeathRule = {
  create(n) {
    const chosen = new Int32Array(n);
    const others = new Int32Array(n);
    return (network, rates, _prior, stream, events) => {
      let killed = 0;
      let survivors = 0;
      let cloned = 0;
      for (let i = 0; i < n; i++) {
        const event = stream.uniform() < Math.abs(rates[i]);
        if (event && rates[i] > 0) chosen[killed++] = i;
        else others[survivors++] = i;
        if (event && rates[i] < 0) cloned++;
        rates[i] = event ? rates[i] : 0;
      }
      if (survivors > 0) {
        for (let k = 0; k < killed; k++) copyUnit(network, others[stream.below(survivors)], chosen[k]);
        events.kills += killed;
      }
      if (cloned === 0 || cloned === n) return;
      events.copies += cloned;
      let free = 0;
      for (let i = 0; i < n; i++) if (rates[i] >= 0) others[free++] = i;
      for (let i = 0; i < n; i++) if (rates[i] < 0) copyUnit(network, i, others[stream.below(free)]);
    };
  },
};

/**
 * The authors' second rule: every unit with r_i > 0 is killed with probability min(r_i, 1) and drawn anew from the prior; nothing is cloned. It differs from
 * `every-death` in the linear probability alone.
 */
export const authorsPrior: BirthDeathRule = {
  create(n) {
    return (network, rates, prior, stream, events) => {
      for (let i = 0; i < n; i++) {
        if (!(rates[i] > 0 && stream.uniform() < rates[i])) continue;
        prior(network, i, stream);
        events.kills++;
        events.fresh++;
      }
    };
  },
};
