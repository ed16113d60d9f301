import { meanOf } from "../numerics/moments.ts";

/**
 * One reaction step of weighted nodes, in the limit n -> infinity of a scheme at fixed dt:
 *
 *   x_j = A (V_j - L),   A = int alpha dt over the step,   Z = sum_j w_j f(x_j),   w_j <- w_j f(x_j) / Z
 *
 * with the growth f that is the scheme's own, and L = Vbar or 0 as it says.
 */
export interface Reacted {
  /** w after, before it is divided by Z, shape [nodes]. */
  after: Float64Array;
  /** A (V - L), Vbar under the masses before. */
  excess: Float64Array;
  /** Z, the sum of `after`. */
  total: number;
}

/** The same, with w divided by Z unless the prior fills up. */
export interface ReactionStep extends Reacted {
  /** w before, shape [nodes]. */
  before: Float64Array;
  /** dt. */
  step: number;
  /** A, 0 without a reaction. */
  rate: number;
  /** When the step began. */
  time: number;
  /** The mean temperature of the step. */
  temperature: number;
}

type GrowthName = "exponential" | "kill or duplicate" | "kill or duplicate by V" | "linear" | "constant";

/** f of a reaction step, and its derivative. */
export interface Growth {
  /** Growths of one name are one. */
  name: GrowthName;
  /** Whether masses change: f(x) = 1 - x + O(x^2), or 1. */
  reacts: boolean;
  factor(excess: number): number;
  slope(excess: number): number;
  /** b with log f(x) = -x + b(x) + O(x^3): the difference of a reaction in steps from the equation. */
  bend(excess: number): number;
  /** Whether x is of V - Vbar, or of V itself. */
  centred: boolean;
}

/** The exact solution of d_t mu = -alpha (V - Vbar) mu with V frozen. */
export const EXPONENTIAL: Growth = {
  name: "exponential",
  reacts: true,
  factor: (x) => Math.exp(-x),
  slope: (x) => -Math.exp(-x),
  bend: () => 0,
  centred: true,
};

/** Killed with probability 1 - e^{-x} if x > 0, duplicated with probability 1 - e^{x} if x < 0. */
export const KILL_OR_DUPLICATE: Growth = {
  name: "kill or duplicate",
  reacts: true,
  factor: (x) => (x > 0 ? Math.exp(-x) : 2 - Math.exp(x)),
  slope: (x) => -Math.exp(-Math.abs(x)),
  bend: (x) => (x > 0 ? 0 : -x * x),
  centred: true,
};

/** The same with x of V without its mean. */
export const KILL_OR_DUPLICATE_BY_V: Growth = { ...KILL_OR_DUPLICATE, name: "kill or duplicate by V", centred: false };

/** Killed with probability min(x, 1) if x > 0, duplicated with probability min(-x, 1) if x < 0, x of V without its mean. */
export const LINEAR: Growth = {
  name: "linear",
  reacts: true,
  factor: (x) => 1 - Math.min(1, Math.max(-1, x)),
  slope: (x) => (Math.abs(x) < 1 ? -1 : 0),
  bend: (x) => -0.5 * x * x,
  centred: false,
};

/** Without births and deaths. */
export const CONSTANT: Growth = {
  name: "constant",
  reacts: false,
  factor: () => 1,
  slope: () => 0,
  bend: () => 0,
  centred: true,
};

/** How the masses of nodes change in a step. */
export interface ReactionRule {
  /** Share of V before the motion in the potential that decides; the rest is V after it. */
  earlier: 0 | 0.5 | 1;
  /** From the masses and the potential that decides, which may be overwritten. */
  react(before: Float64Array, potential: Float64Array, rate: number): Reacted;
}

/** The rule of a growth. */
export interface StepRule extends ReactionRule {
  growth: Growth;
}

export function byGrowth(growth: Growth, earlier: StepRule["earlier"]): StepRule {
  return {
    growth,
    earlier,
    react(before, potential, rate) {
      const count = before.length;
      const mean = growth.centred ? meanOf(potential, before) : 0;
      const excess = potential;
      const after = new Float64Array(count);
      let total = 0;
      for (let j = 0; j < count; j++) {
        excess[j] = rate * (potential[j] - mean);
        after[j] = before[j] * growth.factor(excess[j]);
        total += after[j];
      }
      return { after, excess, total };
    },
  };
}

/** Without births and deaths. */
export const STILL: StepRule = byGrowth(CONSTANT, 0);

/** The rule of a scheme in continuous time: the rates are those of the mean of both ends of a step. */
export const IN_CONTINUOUS_TIME: StepRule = byGrowth(EXPONENTIAL, 0.5);

/** The rule of a growth as dt -> 0. */
export function limitOfSteps(growth: Growth): StepRule {
  return growth.reacts ? IN_CONTINUOUS_TIME : byGrowth(growth, 0);
}
