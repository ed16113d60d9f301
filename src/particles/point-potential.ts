import type { Problem } from "../problem/problem.ts";

/** V and grad V of weighted points at the points themselves. Weights null stands for 1/count each. */
export interface PointPotential {
  /** out[i] = V(theta_i, [sum_j w_j delta_{theta_j}]). */
  value(out: Float64Array, points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** out[a][i] = dV/dtheta_a. */
  gradient(out: readonly Float64Array[], points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** E = int F dmu + 1/2 int int K dmu dmu + constant; `V` is as left by `value`, `scratch` of shape [count] is overwritten. */
  energy(
    V: Float64Array,
    scratch: Float64Array,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): number;
}

/**
 * V = F + sum_j w_j K(., theta_j) of equation (9) for a problem. Cost: F by its expression, 1 to 10 ns a point, and K as its kind
 * allows (see createConvolutionKernel, createFeaturesKernel, createPairwiseKernel). Not re-entrant.
 *
 * @throws InputError from `value` and `gradient` where a kernel cannot take so many points.
 */
export function createPointPotential(problem: Problem): PointPotential {
  const { external, externalGradient, kernel, constant } = problem.potential;
  const interaction = kernel?.atPoints() ?? null;
  return {
    value(out, points, weights, count) {
      external([out], 0, points, 0, count);
      interaction?.add(out, null, points, weights, count);
    },
    gradient(out, points, weights, count) {
      externalGradient(out, 0, points, 0, count);
      interaction?.add(null, out, points, weights, count);
    },
    energy(V, scratch, points, weights, count) {
      external([scratch], 0, points, 0, count);
      let total = 0;
      for (let i = 0; i < count; i++) total += (weights === null ? 1 / count : weights[i]) * 0.5 * (V[i] + scratch[i]);
      return total + constant;
    },
  };
}
