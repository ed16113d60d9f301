import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { wrapDisplacement } from "./periodicity.ts";
import type { PointInteraction } from "./potential.ts";

/** Fills `slots` of a pair kernel with theta_i against theta_j, j = start ... start + count - 1. */
export type PairLoader = (
  slots: readonly Float64Array[],
  points: readonly Float64Array[],
  i: number,
  start: number,
  count: number,
) => void;

/** The slots of a convolution kernel: the displacement theta_i - theta_j, wrapped on periodic axes. */
export function displacementLoader(periods: readonly number[]): PairLoader {
  return (slots, points, i, start, count) => {
    for (let a = 0; a < periods.length; a++) {
      const x = points[a];
      const slot = slots[a];
      const period = periods[a];
      const from = x[i];
      if (period === 0) for (let k = 0; k < count; k++) slot[k] = from - x[start + k];
      else for (let k = 0; k < count; k++) slot[k] = wrapDisplacement(from - x[start + k], period);
    }
  };
}

/** The slots of a pairwise kernel: the coordinates of theta_i, then those of theta_j. */
export const pairLoader: PairLoader = (slots, points, i, start, count) => {
  const d = points.length;
  for (let a = 0; a < d; a++) {
    slots[a].fill(points[a][i], 0, count);
    const x = points[a];
    const slot = slots[d + a];
    for (let k = 0; k < count; k++) slot[k] = x[start + k];
  }
};

/**
 * sum_j w_j K(theta_i, theta_j) and its gradient, term by term: O(n^2), no approximation.
 * `kernel` has the outputs K and dK/dtheta_a (first argument).
 */
export function createDirectSum(kernel: BlockFunction, dimension: number, slotCount: number, load: PairLoader): PointInteraction {
  const slots = Array.from({ length: slotCount }, () => new Float64Array(BLOCK));
  const terms = Array.from({ length: dimension + 1 }, () => new Float64Array(BLOCK));
  return {
    add(value, gradient, points, weights, count) {
      const targets = [value, ...(gradient ?? Array.from({ length: dimension }, () => null))];
      for (let i = 0; i < count; i++) {
        for (let start = 0; start < count; start += BLOCK) {
          const block = Math.min(BLOCK, count - start);
          load(slots, points, i, start, block);
          kernel(terms, 0, slots, 0, block);
          for (let c = 0; c <= dimension; c++) {
            const target = targets[c];
            if (target === null) continue;
            const term = terms[c];
            let total = 0;
            if (weights === null) {
              for (let k = 0; k < block; k++) total += term[k];
              total /= count;
            } else for (let k = 0; k < block; k++) total += weights[start + k] * term[k];
            target[i] += total;
          }
        }
      }
    },
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
      load(slots, points, i, start, block);
      kernel(outputs, i * count + start, slots, 0, block);
    }
  }
}
