import { sum } from "../numerics/sum.ts";
import type { Grid } from "./grid.ts";

/**
 * Densities on a grid: cell averages mu, shape [grid.size], so that the mass of cell i is `cellVolume mu[i]`.
 */

/** Total mass int dmu of cell averages mu, shape [grid.size]; compensated sum, error a few ulp. */
export function mass(grid: Grid, mu: Float64Array): number {
  return grid.cellVolume * sum(mu);
}

/** int phi dmu by the midpoint rule, order 2: mu are cell averages and phi values at the cell centres, shapes [grid.size]. */
export function integrate(grid: Grid, mu: Float64Array, phi: Float64Array): number {
  let total = 0;
  for (let start = 0; start < mu.length; start += 1024) {
    const end = Math.min(start + 1024, mu.length);
    let part = 0;
    for (let i = start; i < end; i++) part += mu[i] * phi[i];
    total += part;
  }
  return grid.cellVolume * total;
}

/** int |mu - nu|, twice the total variation distance; shapes [grid.size]. */
export function l1Distance(grid: Grid, mu: Float64Array, nu: Float64Array): number {
  let total = 0;
  for (let i = 0; i < mu.length; i++) total += Math.abs(mu[i] - nu[i]);
  return grid.cellVolume * total;
}

/**
 * Cell averages on a coarser grid whose cells are unions of those of `fine`: exact, no interpolation. Shapes [fine.size] to
 * [coarse.size].
 *
 * @throws RangeError if a cell count of `fine` is not a multiple of that of `coarse`.
 */
export function coarsen(fine: Grid, mu: Float64Array, coarse: Grid): Float64Array {
  const ratios = fine.shape.map((cells, a) => cells / coarse.shape[a]);
  if (!ratios.every(Number.isInteger)) {
    throw new RangeError(`a grid of ${fine.shape.join(" x ")} cells does not refine one of ${coarse.shape.join(" x ")}`);
  }
  const result = new Float64Array(coarse.size);
  for (let i = 0; i < fine.size; i++) {
    let target = 0;
    for (let a = 0; a < fine.dimension; a++) {
      const index = Math.floor(i / fine.strides[a]) % fine.shape[a];
      target += Math.floor(index / ratios[a]) * coarse.strides[a];
    }
    result[target] += mu[i];
  }
  const share = ratios.reduce((product, ratio) => product * ratio, 1);
  for (let i = 0; i < coarse.size; i++) result[i] /= share;
  return result;
}

/** Masses (not densities) of the slabs of one axis: the marginal distribution, shape [grid.shape[axis]]. */
export function marginalMasses(grid: Grid, mu: Float64Array, axis: number): Float64Array {
  const masses = new Float64Array(grid.shape[axis]);
  const stride = grid.strides[axis];
  for (let i = 0; i < grid.size; i++) masses[Math.floor(i / stride) % grid.shape[axis]] += mu[i] * grid.cellVolume;
  return masses;
}

/** Share of the width of an axis, from either end, that is its edge. */
export const EDGE_FRACTION = 0.02;

/** Mass at a no-flux edge above which the domain is reported as too small. */
export const EDGE_MASS_LIMIT = 1e-6;

/**
 * Mass within 2% of the width of a no-flux axis from its ends (at least one cell), the largest over the axes. A truncated
 * domain is large enough while this is small.
 */
export function edgeMass(grid: Grid, mu: Float64Array): number {
  let worst = 0;
  grid.axes.forEach((axis, a) => {
    if (axis.periodic) return;
    const layer = Math.max(1, Math.round(EDGE_FRACTION * axis.cells));
    const masses = marginalMasses(grid, mu, a);
    const near = sum(masses, 0, layer) + sum(masses, axis.cells - layer, axis.cells);
    worst = Math.max(worst, near);
  });
  return worst;
}

/** Above this roughness the typical peak has a standard deviation of less than three cells. */
export const ROUGHNESS_LIMIT = 0.1;

/**
 * How sharp a density is for its grid: sum |mu[i-1] - 2 mu[i] + mu[i+1]| / sum mu along each axis, the largest over the axes.
 * A Gaussian of standard deviation s cells gives 0.968 / s^2, a share p of mass in single cells 4 p.
 */
export function roughness(grid: Grid, mu: Float64Array): number {
  const total = sum(mu);
  let worst = 0;
  for (let a = 0; a < grid.dimension; a++) {
    const stride = grid.strides[a];
    const cells = grid.shape[a];
    const { periodic } = grid.axes[a];
    const wrap = stride * (cells - 1);
    let curvature = 0;
    for (let slab = 0; slab < grid.size; slab += stride * cells) {
      for (let i = 0; i < cells; i++) {
        const back = i > 0 ? -stride : periodic ? wrap : 0;
        const ahead = i < cells - 1 ? stride : periodic ? -wrap : 0;
        const from = slab + i * stride;
        for (let k = from; k < from + stride; k++) curvature += Math.abs(mu[k + back] - 2 * mu[k] + mu[k + ahead]);
      }
    }
    worst = Math.max(worst, curvature / total);
  }
  return worst;
}
