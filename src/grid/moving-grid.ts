import type { Grid } from "./grid.ts";

/**
 * A rectilinear grid with edges of its own on each axis: cell (i, j, k) is the product of the intervals between edges i and i + 1, j and j + 1, k and k + 1. It
 * covers the domain of a uniform grid, whose shape, strides and order of cells it has; what it holds are the masses of cells, shape [domain.size].
 */
export interface MovingGrid {
  domain: Grid;
  /** Shape [cells + 1] for each axis, increasing from min to max. */
  edges: readonly Float64Array[];
}

/** Where a cell is, for messages: `x from 0.1 to 0.12, y from -1 to -0.9`. */
export function describeMovingCell({ domain, edges }: MovingGrid, index: number): string {
  return domain.axes
    .map(({ name, cells }, a) => {
      const i = Math.floor(index / domain.strides[a]) % cells;
      return `${name} from ${Number(edges[a][i].toPrecision(10))} to ${Number(edges[a][i + 1].toPrecision(10))}`;
    })
    .join(", ");
}

/** Densities of the cells of a moving grid, shape [domain.size]. */
export function densitiesOf({ domain, edges }: MovingGrid, masses: Float64Array): Float64Array {
  const densities = masses.slice();
  domain.axes.forEach(({ cells }, a) => {
    const widths = Float64Array.from({ length: cells }, (_, i) => edges[a][i + 1] - edges[a][i]);
    const stride = domain.strides[a];
    for (let i = 0; i < densities.length; i++) densities[i] /= widths[Math.floor(i / stride) % cells];
  });
  return densities;
}

/** Masses of the slabs of one axis, into `out`, shape [cells of the axis]. */
export function fillMarginal(out: Float64Array, grid: Pick<Grid, "shape" | "strides">, masses: Float64Array, axis: number): void {
  const stride = grid.strides[axis];
  const cells = grid.shape[axis];
  out.fill(0);
  for (let slab = 0, i = 0; slab < masses.length; slab += stride) {
    let sum = 0;
    for (let k = slab; k < slab + stride; k++) sum += masses[k];
    out[i] += sum;
    if (++i === cells) i = 0;
  }
}

/**
 * How sharp a density rho is for its own cells: along each axis
 *
 *   2 sum m_i |1 - r_i / rho_i| / sum m,     r_i the straight line between the centres of both neighbours at that of cell i,
 *
 * the largest over the axes. On equal cells this is the roughness of grid/density.ts, with the same limit; cells that grow from one to the next add nothing where rho is straight.
 */
export function roughnessOf({ domain, edges }: MovingGrid, masses: Float64Array): number {
  let worst = 0;
  domain.axes.forEach(({ cells, periodic }, a) => {
    const stride = domain.strides[a];
    const widths = Float64Array.from({ length: cells }, (_, i) => edges[a][i + 1] - edges[a][i]);
    let total = 0;
    let bends = 0;
    for (let i = 0; i < cells; i++) {
      const back = i > 0 ? i - 1 : periodic ? cells - 1 : i;
      const ahead = i < cells - 1 ? i + 1 : periodic ? 0 : i;
      const toBack = widths[i] + widths[back];
      const toAhead = widths[i] + widths[ahead];
      // r h of the masses of both neighbours; at a wall there is one, and the density beyond is that of the cell itself.
      const ofBack = ((toAhead / (toBack + toAhead)) * widths[i]) / widths[back];
      const ofAhead = ((toBack / (toBack + toAhead)) * widths[i]) / widths[ahead];
      for (let slab = 0; slab < masses.length; slab += stride * cells) {
        for (let k = slab; k < slab + stride; k++) {
          const m = masses[k + i * stride];
          total += m;
          bends += 2 * Math.abs(m - ofBack * masses[k + back * stride] - ofAhead * masses[k + ahead * stride]);
        }
      }
    }
    worst = Math.max(worst, bends / total);
  });
  return worst;
}
