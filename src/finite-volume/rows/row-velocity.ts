/**
 * The velocity along a row, u = -dV/dx, on the n + 1 faces of n equal cells between min and max; between faces cubic Hermite, of order 4 from the values and
 * slopes there.
 */
export interface RowVelocity {
  min: number;
  max: number;
  cells: number;
  periodic: boolean;
  order: VelocityOrder;
  /** Shape [cells + 1]. */
  values: Float64Array;
  /** du/dx times the width of a cell, shape [cells + 1]. */
  slopes: Float64Array;
  /** The cubic of each cell in t, its place from 0 to 1, shape [4 cells]: filled by finishVelocity. */
  cubics: Float64Array;
  /** V with three more cells beyond either end, shape [cells + 6]: work space. */
  padded: Float64Array;
}

/** Order of the velocities at the faces in the width of the cells. */
export type VelocityOrder = 2 | 6;

export function createRowVelocity(
  { min, max, cells, periodic }: Pick<RowVelocity, "min" | "max" | "cells" | "periodic">,
  order: VelocityOrder,
): RowVelocity {
  const faces = () => new Float64Array(cells + 1);
  return {
    min,
    max,
    cells,
    periodic,
    order,
    values: faces(),
    slopes: faces(),
    cubics: new Float64Array(4 * cells),
    padded: new Float64Array(cells + 2 * GHOSTS),
  };
}

const GHOSTS = 3;
/** Cells from which V is continued beyond a wall, and binomial coefficients of the polynomial through them. */
const CONTINUED = [[1], [2, -1], [3, -3, 1], [4, -6, 4, -1], [5, -10, 10, -5, 1], [6, -15, 20, -15, 6, -1]] as const;

/**
 * Velocities from a potential at the centres of the cells: differences of order 2 or 6 for the values, and of order 2 or 4 for the slopes. Beyond walls
 * V goes on as the polynomial through the six cells next to them (of order 6), or through two (of order 2).
 */
export function setVelocity(row: RowVelocity, V: Float64Array): void {
  const { cells, periodic, order, values, slopes, padded: p } = row;
  p.set(V, GHOSTS);
  const binomials = CONTINUED[Math.min(order, cells) - 1];
  for (let g = 0; g < GHOSTS; g++) {
    const low = GHOSTS - 1 - g;
    const high = GHOSTS + cells + g;
    p[low] = periodic ? V[cells - 1 - g] : beyond(p, low, 1, binomials);
    p[high] = periodic ? V[g] : beyond(p, high, -1, binomials);
  }
  const h = (row.max - row.min) / cells;
  for (let i = GHOSTS; i <= cells + GHOSTS; i++) {
    const k = i - GHOSTS;
    if (order === 2) {
      values[k] = (p[i - 1] - p[i]) / h;
      slopes[k] = (-0.5 * (p[i + 1] + p[i - 2] - p[i] - p[i - 1])) / h;
    } else {
      values[k] = ((75 / 64) * (p[i - 1] - p[i]) + (25 / 384) * (p[i + 1] - p[i - 2]) - (3 / 640) * (p[i + 2] - p[i - 3])) / h;
      slopes[k] = ((5 / 48) * (p[i + 2] + p[i - 3]) - (13 / 16) * (p[i + 1] + p[i - 2]) + (17 / 24) * (p[i] + p[i - 1])) / h;
    }
  }
}

function beyond(p: Float64Array, i: number, inward: number, binomials: readonly number[]): number {
  // Relative to the nearest value, so that where V is constant it stays so to the bit.
  const nearest = p[i + inward];
  let more = 0;
  for (let k = 1; k < binomials.length; k++) more += binomials[k] * (p[i + (k + 1) * inward] - nearest);
  return nearest + more;
}

/** Makes the cubics of `values` and `slopes`: once they are final. */
export function finishVelocity({ cells, values, slopes, cubics }: RowVelocity): void {
  for (let k = 0; k < cells; k++) {
    const difference = values[k + 1] - values[k];
    cubics[4 * k] = values[k];
    cubics[4 * k + 1] = slopes[k];
    cubics[4 * k + 2] = 3 * difference - 2 * slopes[k] - slopes[k + 1];
    cubics[4 * k + 3] = slopes[k] + slopes[k + 1] - 2 * difference;
  }
}
