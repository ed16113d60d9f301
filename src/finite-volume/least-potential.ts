import { fillCentres, type Grid } from "../grid/grid.ts";
import { sampleCells, samplingRatio } from "../potential/cell-samples.ts";
import { lowestValue } from "../potential/lowest-value.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { GridPotential, Potential } from "../potential/potential.ts";

/** Cells up to which K is summed directly; beyond, a kernel may approximate, within this relative error. */
const MOST_DIRECT = 2 ** 13;
const KERNEL_TOLERANCE = 1e-10;
/** Share of the mass that a cell may hold and be left out: with 2^25 of them V changes by less than its rounding. */
const NOTHING = 1e-24;
/**
 * min V over the whole domain, of the V that a density on the grid makes. With m_i the masses of the cells and c_i their centres,
 *
 *   nu = sum_i m_i delta_{c_i},   V(theta) = F(theta) + sum_i m_i K(theta, c_i)   at every theta, by K itself
 *
 * and what the grid calls E, V and Vbar are E[nu], V[nu] at the centres, and int V[nu] dnu, all without error. So by convexity, for every mu on the
 * domain with the mass M of nu,
 *
 *   E[mu] >= E[nu] + int V[nu] d(mu - nu) >= E[nu] - M (Vbar - min V),
 *
 * and M Vbar - M min V is an upper bound of E - E* of the energy that is printed, however coarse the cells: with the minimum over the centres alone
 * it is none. On many cells a convolution is approximated at theta, and with it the bound, to 1e-10 of max |K|. The bound also needs the search to find the minimum:
 * lowestValue says what it can miss. F is sampled within cells, once. Cost of a call: about 10 evaluations of V at 8 * 3^d points; without K none after the first.
 */
export function createLeastPotential(
  potential: Potential,
  grid: Grid,
  { external, interacting }: GridPotential,
): (mu: Float64Array, V: Float64Array) => number {
  const samples = sampleCells(grid, potential.external, external, samplingRatio(grid, potential));
  const centres = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, centres);
  const atPoints = createPointPotential(potential, grid.size <= MOST_DIRECT ? 0 : KERNEL_TOLERANCE);
  let fixed: number | null = null;

  return (mu, V) => {
    if (fixed !== null) return fixed;
    const total = mu.reduce((sum, m) => sum + m, 0);
    const held: number[] = [];
    for (let i = 0; i < mu.length; i++) if (Math.abs(mu[i]) > NOTHING * total) held.push(i);
    const weights = Float64Array.from(held, (i) => mu[i] * grid.cellVolume);
    const points = centres.map((x) => Float64Array.from(held, (i) => x[i]));
    const field = atPoints.holding(points, weights, weights.length);
    const evaluate = (out: Float64Array, targets: readonly Float64Array[], count: number) =>
      field({ value: out, gradient: null, laplacian: null }, targets, count);
    const least = lowestValue(grid, evaluate, V, samples);
    if (!interacting) fixed = least;
    return least;
  };
}
