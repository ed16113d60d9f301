import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import type { PointField, PointInteraction } from "./potential.ts";

/** Fills `slots` of a pair kernel with target i against points j = start ... start + count - 1. */
export type PairLoader = (
  slots: readonly Float64Array[],
  targets: readonly Float64Array[],
  i: number,
  points: readonly Float64Array[],
  start: number,
  count: number,
) => void;

/** The slots of a convolution kernel: the displacement target - point, wrapped on periodic axes. */
export function displacementLoader(periods: readonly number[]): PairLoader {
  return (slots, targets, i, points, start, count) => {
    for (let a = 0; a < periods.length; a++) {
      const x = points[a];
      const slot = slots[a];
      const period = periods[a];
      const from = targets[a][i];
      if (period === 0) for (let k = 0; k < count; k++) slot[k] = from - x[start + k];
      else for (let k = 0; k < count; k++) slot[k] = wrapDisplacement(from - x[start + k], period);
    }
  };
}

/** The slots of a pairwise kernel: the coordinates of the target, then those of the point. */
export const pairLoader: PairLoader = (slots, targets, i, points, start, count) => {
  const d = points.length;
  for (let a = 0; a < d; a++) {
    slots[a].fill(targets[a][i], 0, count);
    const x = points[a];
    const slot = slots[d + a];
    for (let k = 0; k < count; k++) slot[k] = x[start + k];
  }
};

/** A pair kernel and its derivatives in the first argument, theta. */
export interface PairKernel {
  /** K: one output. */
  value: BlockFunction;
  /** K and dK/dtheta_a: dimension + 1 outputs. */
  valueAndGradient: BlockFunction;
  /** The same, then the Laplacian of K in theta: dimension + 2 outputs. */
  valueGradientLaplacian: BlockFunction;
}

/** sum_j w_j K(theta_i, theta_j) and its derivatives, term by term: O(targets points), no approximation. */
export function createDirectSum(kernel: PairKernel, dimension: number, slotCount: number, load: PairLoader): PointInteraction {
  const slots = Array.from({ length: slotCount }, () => new Float64Array(BLOCK));
  const terms = Array.from({ length: dimension + 2 }, () => new Float64Array(BLOCK));

  function addAt(
    { value, gradient, laplacian }: PointField,
    targets: readonly Float64Array[],
    targetCount: number,
    points: readonly Float64Array[],
    weights: Float64Array | null,
    count: number,
  ): void {
    const outputs = [value, ...(gradient ?? Array.from({ length: dimension }, () => null)), laplacian];
    const evaluate =
      laplacian !== null ? kernel.valueGradientLaplacian : gradient !== null ? kernel.valueAndGradient : kernel.value;
    const produced = laplacian !== null ? terms : gradient !== null ? terms.slice(0, dimension + 1) : terms.slice(0, 1);
    for (let i = 0; i < targetCount; i++) {
      for (let start = 0; start < count; start += BLOCK) {
        const block = Math.min(BLOCK, count - start);
        load(slots, targets, i, points, start, block);
        evaluate(produced, 0, slots, 0, block);
        for (let c = 0; c < produced.length; c++) {
          const output = outputs[c];
          if (output === null) continue;
          const term = produced[c];
          let total = 0;
          if (weights === null) {
            for (let k = 0; k < block; k++) total += term[k];
            total /= count;
          } else for (let k = 0; k < block; k++) total += weights[start + k] * term[k];
          output[i] += total;
        }
      }
    }
  }

  return {
    add: (value, gradient, points, weights, count) =>
      addAt({ value, gradient, laplacian: null }, points, count, points, weights, count),
    addAt,
  };
}

/** K(theta_i, theta_j) for all pairs, row major, with the same loader. */
export function fillGram(
  matrix: Float64Array,
  kernel: BlockFunction,
  slotCount: number,
  load: PairLoader,
  points: readonly Float64Array[],
  count: number,
): void {
  const slots = Array.from({ length: slotCount }, () => new Float64Array(BLOCK));
  const outputs = [matrix];
  for (let i = 0; i < count; i++) {
    for (let start = 0; start < count; start += BLOCK) {
      const block = Math.min(BLOCK, count - start);
      load(slots, points, i, points, start, block);
      kernel(outputs, i * count + start, slots, 0, block);
    }
  }
}

/** The representative of a displacement in [-period/2, period/2]; the displacement itself where `period` is 0. */
export function wrapDisplacement(displacement: number, period: number): number {
  return period === 0 ? displacement : displacement - period * Math.round(displacement / period);
}
