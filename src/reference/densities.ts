import { marginalMasses } from "../grid/density.ts";
import type { Axis, Grid } from "../grid/grid.ts";
import { wasserstein1OnCircle } from "../measures/circle.ts";
import { densityOnLine, type LineMeasure } from "../measures/line-measure.ts";
import { densityAtCentres } from "../measures/point-measure.ts";
import { slicedWasserstein1 } from "../measures/sliced-wasserstein.ts";
import { wasserstein1 } from "../measures/wasserstein.ts";
import { lineWithinCells } from "../measures/within-cells.ts";

const DIRECTIONS = 32;

/** Wasserstein-1 between cell averages on a grid, both scaled to mass 1: on the line, on the circle, or sliced in two and three dimensions. */
export function chooseDistance(grid: Grid): (mu: Float64Array, nu: Float64Array) => number {
  if (grid.dimension > 1) {
    return (mu, nu) => slicedWasserstein1(densityAtCentres(grid, mu), densityAtCentres(grid, nu), DIRECTIONS);
  }
  const axis = grid.axes[0];
  return (mu, nu) => distanceOnAxis(axis, densityOnLine(axis, mu), densityOnLine(axis, nu));
}

/** Wasserstein-1 along an axis, on the line or on the circle. */
export function distanceOnAxis({ periodic, min, max }: Axis, a: LineMeasure, b: LineMeasure): number {
  return periodic ? wasserstein1OnCircle(a, b, max - min) : wasserstein1(a, b);
}

/**
 * The mean over axes of the Wasserstein-1 distance between a density whose nodes tell where in its cells the mass is, and the distribution along each axis in cells that follow the mass.
 *
 * @param density cell averages, shape [grid.size]. @param nodes points[a][j] on the domain and masses weights[j].
 */
export function distanceWithinCells(
  grid: Grid,
  density: Float64Array,
  nodes: { points: readonly Float64Array[]; weights: Float64Array },
  alongAxes: readonly LineMeasure[],
): number {
  const each = grid.axes.map((axis, a) =>
    distanceOnAxis(axis, lineWithinCells(axis, marginalMasses(grid, density, a), nodes.points[a], nodes.weights), alongAxes[a]),
  );
  return each.reduce((total, distance) => total + distance, 0) / grid.dimension;
}
