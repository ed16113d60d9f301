import { type Grid, intoPeriod } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";

/** Weighted nodes: points[a][j] and masses of sum 1. */
export interface WeightedNodes {
  points: Float64Array[];
  weights: Float64Array;
  /** Whose nodes they are, at a temperature after the first step. */
  lattice?: Grid;
}

/** mu_0 on `counts` nodes along each axis, of half-width `bulk` in its standard deviations, without those of weight 0. */
export function quadratureNodes({ initial, grid }: Problem, counts: readonly number[], bulk: number): WeightedNodes {
  const { points, weights } = initial.quadrature({ counts, bulk });
  const kept: number[] = [];
  for (let j = 0; j < weights.length; j++) if (weights[j] > 0) kept.push(j);
  return {
    points: points.map((x, a) => {
      const axis = grid.axes[a];
      return Float64Array.from(kept, (j) => intoPeriod(x[j], axis));
    }),
    weights: Float64Array.from(kept, (j) => weights[j]),
  };
}
