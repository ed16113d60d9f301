import type { InitialQuadrature } from "../distributions/distribution.ts";
import type { Grid } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import { massesBetweenFeet } from "./cell-masses.ts";
import { averagesByQuadrature } from "./cell-quadrature.ts";
import { createFolding } from "./folded-potential.ts";
import { sharpenAverages } from "./sharp-cells.ts";
import type { Tracer } from "./trace.ts";

/** The density of mu_t, from mu_0 and the paths of the flow. */
export interface TracedDensity {
  /**
   * out[i] = rho_t(theta_i) = rho_0(foot) exp(int_0^t (lap V - alpha (V - Vbar)) ds) along the path that ends at theta_i, for
   * i < count.
   */
  atPoints(out: Float64Array, points: readonly Float64Array[], count: number, t: number): void;
  /**
   * Cell averages on a grid, shape [grid.size]. On a line the mass of a cell is the integral of rho_0 e^p between the feet of its ends, so that masses add up
   * exactly however sharp mu_t is; in two and three dimensions Gauss-Legendre quadrature with
   * two points an axis of the density itself, order 4 (see averagesByQuadrature for jumps).
   */
  cellAverages(grid: Grid, t: number): Float64Array;
  /**
   * Integrates anew, to this share of the mass, cells in which the density is too sharp for two points an axis; see sharpenAverages. Nothing on a line, where masses are exact, and where
   * mu_0 has jumps. Overwrites `averages`, those of `cellAverages`.
   */
  sharpen(averages: Float64Array, grid: Grid, t: number, enough: number): void;
}

/** Pieces of a line on which masses of cells are integrated, at least. */
export const FEWEST_PIECES = 256;

/** @param fewest pieces of a line; as many as nodes in any case, since these resolved the sharp features of mu_t. */
export function createTracedDensity(
  problem: Problem,
  tracer: Tracer,
  quadrature: InitialQuadrature,
  fewest: number = FEWEST_PIECES,
): TracedDensity {
  const { initial } = problem;
  const fold = createFolding(problem.grid);

  function atPoints(
    out: Float64Array,
    points: readonly Float64Array[],
    count: number,
    t: number,
    places?: readonly Float64Array[],
  ): void {
    const feet = places ?? points.map((x) => x.slice(0, count));
    const growth = new Float64Array(count);
    tracer.back(feet, growth, count, t);
    initial.density(out, fold(feet, count), count);
    for (let i = 0; i < count; i++) out[i] = out[i] === 0 ? 0 : (out[i] * Math.exp(growth[i])) / quadrature.total;
  }

  return {
    atPoints,
    cellAverages(grid, t) {
      if (grid.dimension > 1)
        return averagesByQuadrature(grid, initial.breaks, (out, points, count, feet) => atPoints(out, points, count, t, feet));
      const masses = massesBetweenFeet(grid, initial, Math.max(fewest, quadrature.weights.length), tracer, t);
      return masses.map((mass) => mass / (grid.cellVolume * quadrature.total));
    },
    sharpen(averages, grid, t, enough) {
      if (grid.dimension === 1 || initial.breaks.some((places) => places.length > 0)) return;
      sharpenAverages(averages, grid, (out, points, count, feet) => atPoints(out, points, count, t, feet), enough);
    },
  };
}
