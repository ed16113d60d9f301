import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { type FeaturesDefinition, featureEvaluator, MOST_STORED } from "./feature-evaluator.ts";
import type { PointField, PointInteraction, Potential } from "./potential.ts";

/**
 * int K dmu at points: S_p = sum_j w_j phi_p(theta_j), then sum_p w_p S_p phi_p and its derivatives. Where the points are their own
 * targets and a table of all features fits (MOST_STORED numbers) they are evaluated once, otherwise once for the moments and once
 * to read.
 *
 * @param target f_p of F = -sum_p w_p f_p phi_p, which is then added to the sum, as S_p - f_p; null for the sum alone.
 */
export function createPointFeatures(
  definition: FeaturesDefinition,
  target: Float64Array | null,
): PointInteraction & Required<Pick<PointInteraction, "holding">> {
  const { dimension, weights: quadrature } = definition;
  const P = quadrature.length;
  const evaluate = featureEvaluator(definition);
  const scratch = Array.from({ length: dimension + 2 }, () => new Float64Array(BLOCK));
  let table = scratch.map(() => new Float64Array(0));
  const moments = new Float64Array(P);

  /** The moments w_p (S_p - f_p) of points, with the features left in `phi` where they are kept. */
  function sumMoments(
    phi: readonly Float64Array[],
    keeps: boolean,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void {
    for (let p = 0; p < P; p++) moments[p] = target === null ? 0 : -quadrature[p] * target[p];
    for (let start = 0; start < count; start += BLOCK) {
      const block = Math.min(BLOCK, count - start);
      for (let p = 0; p < P; p++) {
        const at = keeps ? start * P + p * block : 0;
        evaluate(phi, at, points, start, block, p);
        let total = 0;
        if (weights === null) {
          for (let i = 0; i < block; i++) total += phi[0][at + i];
          total /= count;
        } else for (let i = 0; i < block; i++) total += weights[start + i] * phi[0][at + i];
        moments[p] += total * quadrature[p];
      }
    }
  }

  /** Adds sum_p moments_p phi_p; the features are in `phi` already where they are kept. */
  function read(
    phi: readonly Float64Array[],
    keeps: boolean,
    moments: Float64Array,
    { value, gradient, laplacian }: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
  ): void {
    const width = phi.length;
    const outputs = [value, ...(gradient ?? Array.from({ length: dimension }, () => null)), laplacian].slice(0, width);
    for (let start = 0; start < targetCount; start += BLOCK) {
      const block = Math.min(BLOCK, targetCount - start);
      for (let p = 0; p < P; p++) {
        const at = keeps ? start * P + p * block : 0;
        if (!keeps) evaluate(phi, 0, targets, start, block, p);
        const factor = moments[p];
        for (let c = 0; c < width; c++) {
          const output = outputs[c];
          if (output === null) continue;
          const term = phi[c];
          for (let i = 0; i < block; i++) output[start + i] += factor * term[at + i];
        }
      }
    }
  }

  const widthOf = ({ gradient, laplacian }: PointField) =>
    laplacian !== null ? dimension + 2 : gradient !== null ? dimension + 1 : 1;

  function addAt(
    field: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void {
    const width = widthOf(field);
    const keeps = targets === points && targetCount === count && count * P * width <= MOST_STORED;
    if (keeps && table[width - 1].length < count * P) table = scratch.map((_, c) => new Float64Array(c < width ? count * P : 0));
    const phi = (keeps ? table : scratch).slice(0, width);
    sumMoments(keeps ? phi : [scratch[0]], keeps, points, weights, count);
    read(phi, keeps, moments, field, targets, targetCount);
  }

  return {
    add: (value, gradient, points, weights, count) =>
      addAt({ value, gradient, laplacian: null }, points, count, points, weights, count),
    addAt,
    holding(points, weights, count) {
      sumMoments([scratch[0]], false, points, weights, count);
      const held = moments.slice();
      return (field, targets, targetCount) => read(scratch.slice(0, widthOf(field)), false, held, field, targets, targetCount);
    },
  };
}

/**
 * F(theta) = -sum_p w_p f_p phi(theta, x_p) of a network that fits a target f (4), with its gradient and Laplacian: O(N P).
 * With the kernel of the same features, E + (1/2) sum_p w_p f_p^2 is the loss (3).
 */
export function createTargetPotential(
  definition: FeaturesDefinition,
  target: Float64Array,
): Pick<Potential, "external" | "externalGradient" | "externalLaplacian" | "linearAxis"> {
  const { dimension, weights, linearAxis } = definition;
  const evaluate = featureEvaluator(definition);
  const phi = Array.from({ length: dimension + 2 }, () => new Float64Array(BLOCK));
  const accumulate =
    (features: readonly Float64Array[], skip: number): BlockFunction =>
    (outputs, outputStart, inputs, inputStart, count) => {
      outputs.forEach((out) => {
        out.fill(0, outputStart, outputStart + count);
      });
      for (let done = 0; done < count; done += BLOCK) {
        const block = Math.min(BLOCK, count - done);
        for (let p = 0; p < weights.length; p++) {
          evaluate(features, 0, inputs, inputStart + done, block, p);
          const factor = -weights[p] * target[p];
          for (let k = 0; k < outputs.length; k++) {
            const out = outputs[k];
            const term = features[k + skip];
            for (let i = 0; i < block; i++) out[outputStart + done + i] += factor * term[i];
          }
        }
      }
    };
  return {
    ...(linearAxis === null ? {} : { linearAxis }),
    external: accumulate(phi.slice(0, 1), 0),
    externalGradient: accumulate(phi.slice(0, dimension + 1), 1),
    externalLaplacian: accumulate(phi, dimension + 1),
  };
}
