import type { PointField, Potential } from "./potential.ts";

/** V of weighted points and its derivatives, at the points themselves or at others. Weights null stands for 1/count each. */
export interface PointPotential {
  /** out[i] = V(theta_i, [sum_j w_j delta_{theta_j}]). */
  value(out: Float64Array, points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** out[a][i] = dV/dtheta_a. */
  gradient(out: readonly Float64Array[], points: readonly Float64Array[], weights: Float64Array | null, count: number): void;
  /** V and its derivatives at `targets`; where these are `points` themselves, V acts on its own points. */
  field(
    out: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void;
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
 * V = F + sum_j w_j K(., theta_j) of equation (9). Cost: F by its expression, 1 to 10 ns a point, and K as its kind allows (see
 * createConvolutionKernel, createFeaturesKernel, createPairwiseKernel). Not re-entrant.
 *
 * @param tolerance relative error allowed to a kernel that approximates; see Kernel.atPoints.
 * @throws InputError from its methods where a kernel cannot take so many points.
 */
export function createPointPotential(potential: Potential, tolerance?: number): PointPotential {
  const { external, externalGradient, externalLaplacian, kernel, constant } = potential;
  const interaction = kernel?.atPoints(tolerance) ?? null;
  return {
    value(out, points, weights, count) {
      external([out], 0, points, 0, count);
      interaction?.add(out, null, points, weights, count);
    },
    gradient(out, points, weights, count) {
      externalGradient(out, 0, points, 0, count);
      interaction?.add(null, out, points, weights, count);
    },
    field(out, targets, targetCount, points, weights, count) {
      if (out.value !== null) external([out.value], 0, targets, 0, targetCount);
      if (out.gradient !== null) externalGradient(out.gradient, 0, targets, 0, targetCount);
      if (out.laplacian !== null) externalLaplacian([out.laplacian], 0, targets, 0, targetCount);
      interaction?.addAt(out, targets, targetCount, points, weights, count);
    },
    energy(V, scratch, points, weights, count) {
      external([scratch], 0, points, 0, count);
      let total = 0;
      for (let i = 0; i < count; i++) total += (weights === null ? 1 / count : weights[i]) * 0.5 * (V[i] + scratch[i]);
      return total + constant;
    },
  };
}
