/**
 * One reaction step of a law on weighted nodes, in the limit n -> infinity of a scheme at fixed dt:
 *
 *   x_j = A (V_j - L),   A = int alpha dt over the step,   Z = sum_j w_j f(x_j),   w_j <- w_j f(x_j) / Z
 *
 * with the growth f that is the scheme's own, and L = Vbar or 0 as it says.
 */
export interface ReactionStep {
  /** w before and after, shape [nodes]. */
  before: Float64Array;
  after: Float64Array;
  /** A (V - L), Vbar under `before`. */
  excess: Float64Array;
  /** Z. */
  total: number;
  /** dt. */
  step: number;
  /** A, 0 without a reaction. */
  rate: number;
}

/** f of a reaction step, and its derivative. */
export interface Growth {
  factor(excess: number): number;
  slope(excess: number): number;
  /** b with log f(x) = -x + b(x) + O(x^3): what makes steps of a reaction differ from the equation. */
  bend(excess: number): number;
  /** Whether x is of V - Vbar, or of V itself. */
  centred: boolean;
}

/** The exact solution of d_t mu = -alpha (V - Vbar) mu with V frozen. */
export const EXPONENTIAL: Growth = {
  factor: (x) => Math.exp(-x),
  slope: (x) => -Math.exp(-x),
  bend: () => 0,
  centred: true,
};

/** Algorithm 1: killed with probability 1 - e^{-x} if x > 0, duplicated with probability 1 - e^{x} if x < 0. */
export const KILL_OR_DUPLICATE: Growth = {
  factor: (x) => (x > 0 ? Math.exp(-x) : 2 - Math.exp(x)),
  slope: (x) => -Math.exp(-Math.abs(x)),
  bend: (x) => (x > 0 ? 0 : -x * x),
  centred: true,
};

/** The authors' notebook: killed with probability min(x, 1) if x > 0, duplicated with probability min(-x, 1) if x < 0, x of V without its mean. */
export const LINEAR: Growth = {
  factor: (x) => 1 - Math.min(1, Math.max(-1, x)),
  slope: (x) => (Math.abs(x) < 1 ? -1 : 0),
  bend: (x) => -0.5 * x * x,
  centred: false,
};

export function meanOf(weights: Float64Array, values: Float64Array): number {
  let mean = 0;
  for (let j = 0; j < weights.length; j++) mean += weights[j] * values[j];
  return mean;
}
