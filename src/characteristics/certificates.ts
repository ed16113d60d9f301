import { fillCentres, type Grid, isInside, withCells } from "../grid/grid.ts";
import { lowestValue } from "../potential/lowest-value.ts";
import { residualOffSupport } from "../potential/optimality.ts";
import { sampleExternal } from "../potential/sample-external.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { TracedDensity } from "./density.ts";
import type { NodeState } from "./node-state.ts";
import type { RefinementRun } from "./run-refinement.ts";

/** Enough to tell whether a density is above a millionth of its maximum. */
export const TRACE_FOR_SUPPORT = 1e-3;
/** Cells of an axis of the grid on which the support and the minima of V are sought, by dimension. */
const LOOKED_AT = [1024, 64, 24] as const;

export interface Certificates {
  minPotential: number;
  gap: number | null;
  residualOffSupport: number;
}

/** What only V and mu_t on the whole domain can tell of a state of a run. @param density traced, for the support; null where there is none. */
export function certify(
  problem: Problem,
  { potential }: RefinementRun,
  density: TracedDensity | null,
): (state: NodeState) => Certificates {
  const { grid } = problem;
  const most = LOOKED_AT[grid.dimension - 1];
  const looked: Grid = withCells(grid, grid.shape.map((cells) => Math.min(cells, most))); // biome-ignore format: one call
  const centres = grid.axes.map(() => new Float64Array(looked.size));
  fillCentres(looked, 0, looked.size, centres);
  const samples = sampleExternal(looked, problem.potential);
  const { baseline, conservesMass } = termsOf(problem);
  return ({ time, points, weights, meanPotential }) => {
    const evaluate = (out: Float64Array, at: readonly Float64Array[], count: number) =>
      potential.field({ value: out, gradient: null, laplacian: null }, at, count, points, weights, weights.length);
    const V = new Float64Array(looked.size);
    evaluate(V, centres, looked.size);
    const atNodes = new Float64Array(weights.length);
    evaluate(atNodes, points, weights.length);
    // The minimum is that over the domain, which nodes may have left.
    for (let j = 0; j < atNodes.length; j++) if (!isInside(grid, points, j)) atNodes[j] = Infinity;
    const rho = new Float64Array(looked.size);
    density?.atPoints(rho, centres, looked.size, time);
    const minPotential = atNodes.reduce((least, value) => Math.min(least, value), lowestValue(looked, evaluate, V, samples));
    return {
      minPotential,
      gap: conservesMass ? meanPotential - minPotential : null,
      residualOffSupport: density === null ? Number.NaN : residualOffSupport(rho, V, baseline.of(meanPotential)),
    };
  };
}
