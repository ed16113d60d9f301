import type { Carried } from "../numerics/carried.ts";
import type { Simd } from "../numerics/field-loops.ts";
import type { Problem } from "../problem/problem.ts";
import { leastOf } from "./mass-bound.ts";
import type { ReactionTerm } from "./reaction-term.ts";

/**
 * The share of the mass that a run may misplace. What rounds away in every mean now, |int phi dmu| over it being below 1e-13 max |phi|, need not do so later: a part of mu
 * grows against the whole at a rate up to alpha g (ReactionTerm.growth, g = Vbar - min V for birth-death), so that 1e-20 of the mass in a far well may become all of
 * it. So a step at t may misplace the share
 *
 *   1e-13 exp(-g int_t^end alpha dt),
 *
 * and shares that were misplaced are carried on as they may have grown,
 *
 *   misplaced <- misplaced exp(g int alpha dt over the step) + share,
 *
 * a bound on what is wrong in the masses, whatever g becomes.
 */
export interface Neglected {
  /** The share that the steps from `time` on may misplace. */
  allowed(time: number, meanPotential: number, V: Float64Array): number;
  /** Takes in a step from one time to another, with the g of the last call of `allowed`. */
  record(from: number, to: number, share: number): void;
  misplaced(): number;
  carried: Carried;
}

/** Below the rounding of every mean. */
export const NEGLIGIBLE = 1e-13;

export function createNeglected(
  { alpha, end }: Pick<Problem, "alpha" | "end">,
  reaction: Pick<ReactionTerm, "growth"> | null,
  simd: Simd | null = null,
): Neglected {
  const carried = { growth: 0, misplaced: 0 };
  return {
    allowed(time, meanPotential, V) {
      const growth = reaction?.growth(meanPotential, leastOf(V, simd)) ?? 0;
      carried.growth = growth;
      return growth === 0 ? NEGLIGIBLE : NEGLIGIBLE * Math.exp(-growth * alpha.integral(time, end));
    },
    record(from, to, share) {
      const { growth, misplaced } = carried;
      if (misplaced > 0 && growth > 0) carried.misplaced = Math.min(1, misplaced * Math.exp(growth * alpha.integral(from, to)));
      carried.misplaced += share;
    },
    misplaced: () => carried.misplaced,
    carried,
  };
}
