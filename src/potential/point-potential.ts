import { sum } from "../numerics/sum.ts";
import type { MeshSizes, PointField, PointPotential, Potential } from "./potential.ts";

export interface HoldingPotential extends PointPotential {
  /** `field` at targets that come in small lots, with the points held. */
  holding(
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): (out: PointField, targets: readonly Float64Array[], targetCount: number) => void;
}

/**
 * V = F + sum_j w_j K(., theta_j) of equation (9). Cost: F by its expression, 1 to 10 ns a point, and K as its kind allows (see
 * createConvolutionKernel, createFeaturesKernel, createPairwiseKernel); for a network K alone, F included. Not re-entrant.
 *
 * @param tolerance relative error allowed to a kernel that approximates; see Kernel.atPoints.
 * @throws InputError from its methods where a kernel cannot take so many points.
 */
export function createPointPotential(potential: Potential, tolerance?: number): HoldingPotential {
  const { external, externalGradient, externalLaplacian, kernel, constant } = potential;
  const whole = potential.atPoints?.(tolerance) ?? null;
  const interaction = whole ?? kernel?.atPoints(tolerance) ?? null;

  /** F where K comes on top of it, 0 where F is part of the sum. */
  function start({ value, gradient, laplacian }: PointField, targets: readonly Float64Array[], count: number): void {
    if (whole === null) {
      if (value !== null) external([value], 0, targets, 0, count);
      if (gradient !== null) externalGradient(gradient, 0, targets, 0, count);
      if (laplacian !== null) externalLaplacian([laplacian], 0, targets, 0, count);
      return;
    }
    value?.fill(0, 0, count);
    for (const slope of gradient ?? []) slope.fill(0, 0, count);
    laplacian?.fill(0, 0, count);
  }

  const field: PointPotential["field"] = (out, targets, targetCount, points, weights, count) => {
    start(out, targets, targetCount);
    interaction?.addAt(out, targets, targetCount, points, weights, count);
  };

  return {
    value: (out, points, weights, count) =>
      field({ value: out, gradient: null, laplacian: null }, points, count, points, weights, count),
    gradient: (out, points, weights, count) =>
      field({ value: null, gradient: out, laplacian: null }, points, count, points, weights, count),
    field,
    holding(points, weights, count) {
      const held = interaction?.holding?.(points, weights, count);
      return (out, targets, targetCount) => {
        if (held === undefined) return field(out, targets, targetCount, points, weights, count);
        start(out, targets, targetCount);
        held(out, targets, targetCount);
      };
    },
    energy(V, scratch, points, weights, count) {
      const F = { value: scratch, gradient: null, laplacian: null };
      start(F, points, count);
      // The sum over no points at all is F.
      whole?.addAt(F, points, count, points, weights, 0);
      for (let i = 0; i < count; i++) scratch[i] = (weights === null ? 1 / count : weights[i]) * 0.5 * (V[i] + scratch[i]);
      return sum(scratch, 0, count) + constant;
    },
    ...(interaction?.meshes === undefined ? {} : { meshes: interaction.meshes }),
  };
}

/** Of all sums of a potential that share what they make with others of the same tolerance; see createFeatureSums. */
export function meshesOfTolerance({ atPoints, kernel }: Potential, tolerance?: number): MeshSizes[] {
  const sums = [atPoints?.(tolerance), kernel?.atPoints(tolerance)];
  return sums.flatMap((each) => each?.meshes ?? []);
}

/** How far each has grown, where it has meshes. */
export function takeOverMeshes(meshes: readonly (MeshSizes | undefined)[], sizes: readonly (object | undefined)[]): void {
  sizes.forEach((size, k) => {
    if (size !== undefined) meshes[k]?.takeOver(size);
  });
}
