import type { RandomStream } from "../numerics/random.ts";
import type { EventSelection } from "../schemes/kill-or-duplicate.ts";
import { PRIOR } from "../schemes/selection.ts";
import type { RidgeNetwork, UnitDistribution } from "./ridge-network.ts";

/** What births and deaths have done so far, counted in units. */
export interface Events {
  /** Killed by their own rate. */
  kills: number;
  /** Duplicated by their own rate. */
  copies: number;
  /** Drawn from the prior. */
  fresh: number;
}

/**
 * Births and deaths of the units of a network after a step of gradient descent. `rates[i]` is alpha V(theta_i) dt, positive where a unit does harm;
 * a rule may overwrite it. `prior` draws a unit anew; `events` is added to.
 */
export type BirthDeath = (
  network: RidgeNetwork,
  rates: Float64Array,
  prior: UnitDistribution,
  stream: RandomStream,
  events: Events,
) => void;

export interface BirthDeathRule {
  /** A rule for n units, with its scratch memory. */
  create(n: number): BirthDeath;
}

/** Every unit becomes a copy of its parent; those without one are drawn from the prior, from the last place to the first. */
export function bySelection(createSelection: (n: number) => EventSelection): BirthDeathRule {
  return {
    create(n) {
      const selection = createSelection(n);
      const parents = new Int32Array(2 * n);
      return (network, rates, prior, stream, events) => {
        const changes = selection.draw(parents, rates, 1, stream);
        events.kills += selection.events.kills;
        events.copies += selection.events.copies;
        if (!changes) return;
        const { c, a, d } = network;
        const former = { c: c.slice(), a: a.slice() };
        for (let i = n - 1; i >= 0; i--) {
          const parent = parents[i];
          if (parent === PRIOR) {
            prior(network, i, stream);
            events.fresh++;
          } else if (parent !== i) {
            c[i] = former.c[parent];
            for (let k = 0; k < d; k++) a[i * d + k] = former.a[parent * d + k];
          }
        }
      };
    },
  };
}

/** The selection of a single unit, made for one after another: a unit from the prior is drawn before the next one's turn. */
export function unitByUnit(createSelection: (n: number) => EventSelection): BirthDeathRule {
  return {
    create(n) {
      const selection = createSelection(1);
      const parent = new Int32Array(2);
      const rate = new Float64Array(1);
      return (network, rates, prior, stream, events) => {
        for (let i = 0; i < n; i++) {
          rate[0] = rates[i];
          if (!selection.draw(parent, rate, 1, stream) || parent[0] !== PRIOR) continue;
          prior(network, i, stream);
          events.kills++;
          events.fresh++;
        }
      };
    },
  };
}
