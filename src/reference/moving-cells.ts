import type { Grid } from "../grid/grid.ts";
import { distanceOnAxis } from "./densities.ts";
import { alongAxesOf, type Verdict } from "./judges.ts";
import type { MovingCellErrors } from "./result.ts";
import type { DensityOpinions } from "./stated-error.ts";

/** Masses of the cells of a judge along characteristics, by the last refinement and by the one before (null where there is none). */
export interface MassesOfRefinements {
  masses: Float64Array;
  before: Float64Array | null;
}

/**
 * Stated errors of the masses that characteristics give in the moving cells of a judge. With m these masses, m' those of the refinement before and M those of the judge, in L1
 *
 *   sum |m - M| + sum |m - m'| + known + tracing,
 *
 * known and tracing as of the density on the grid of the problem (DensityOpinions), and in place of |m - m'| what V is off by where there is one refinement alone. The difference from the judge is always added:
 * its coarser cells are other ones, so that its own error in these is unknown; and twice where mass has crossed a wall, as on the grid. In Wasserstein-1 the same, along an axis, the mean over the axes.
 *
 * Null where the masses are not known, or there are none.
 */
export function errorsInMovingCells(
  { axes }: Grid,
  { edges, masses: judged, alongAxes }: NonNullable<Verdict["moving"]>,
  ofRefinements: MassesOfRefinements | null,
  { crossed, known, tracing, paths }: DensityOpinions,
): MovingCellErrors | null {
  if (ofRefinements === null || !ofRefinements.masses.some((mass) => mass > 0)) return null;
  const { masses, before } = ofRefinements;
  const stated = (distance: (a: Float64Array, b: Float64Array) => number, reach: number) =>
    (crossed ? 2 : 1) * distance(masses, judged) +
    (before === null ? paths * reach : distance(masses, before)) +
    (known + tracing) * reach;
  const lines = new Map([[judged, alongAxes]]);
  const linesOf = (each: Float64Array) => lines.get(each) ?? alongAxesOf(edges, each);
  const wasserstein1 = (a: Float64Array, b: Float64Array) => {
    const [from, to] = [linesOf(a), linesOf(b)];
    return axes.reduce((total, axis, k) => total + distanceOnAxis(axis, from[k], to[k]), 0) / axes.length;
  };
  return {
    cells: edges.map(({ length }) => length - 1),
    l1: stated(l1, 1),
    wasserstein1: stated(wasserstein1, Math.max(...axes.map(({ min, max }) => max - min))),
  };
}

function l1(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, mass, i) => total + Math.abs(mass - b[i]), 0);
}
