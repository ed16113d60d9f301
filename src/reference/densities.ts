import type { Grid } from "../grid/grid.ts";
import { wasserstein1OnCircle } from "../measures/circle.ts";
import { densityOnLine } from "../measures/line-measure.ts";
import { densityAtCentres } from "../measures/point-measure.ts";
import { slicedWasserstein1 } from "../measures/sliced-wasserstein.ts";
import { wasserstein1 } from "../measures/wasserstein.ts";

const DIRECTIONS = 32;

/** Wasserstein-1 between cell averages on a grid, both scaled to mass 1: on the line, on the circle, or sliced in two and three dimensions. */
export function chooseDistance(grid: Grid): (mu: Float64Array, nu: Float64Array) => number {
  if (grid.dimension > 1) {
    return (mu, nu) => slicedWasserstein1(densityAtCentres(grid, mu), densityAtCentres(grid, nu), DIRECTIONS);
  }
  const axis = grid.axes[0];
  const onAxis = (mu: Float64Array) => densityOnLine(axis, mu);
  if (!axis.periodic) return (mu, nu) => wasserstein1(onAxis(mu), onAxis(nu));
  return (mu, nu) => wasserstein1OnCircle(onAxis(mu), onAxis(nu), axis.max - axis.min);
}
