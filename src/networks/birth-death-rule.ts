import type { RandomStream } from "../numerics/random.ts";
import type { RidgeNetwork, UnitLaw } from "./ridge-network.ts";

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
export type BirthDeath = (network: RidgeNetwork, rates: Float64Array, prior: UnitLaw, stream: RandomStream, events: Events) => void;

export interface BirthDeathRule {
  /** A rule for n units, with its scratch memory. */
  create(n: number): BirthDeath;
}
