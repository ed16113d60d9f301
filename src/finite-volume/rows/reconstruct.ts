import { type RowEdges, STENCIL, wrapCell } from "./row-edges.ts";

/**
 * Densities within the cells of a row, non-negative: the mass of cell k left of the place xi in [0, 1] is
 *
 *   P_k(xi) = xi (c1 + xi (c2 + xi c3)),   P_k(1) = m_k.
 */
export interface RowDensity {
  /** Shape [3 cells]: c1, c2, c3 of each cell. */
  coefficients: Float64Array;
  /** Densities at the edges, shape [cells + 1]: work space. */
  atEdges: Float64Array;
  /** Densities of the cells and of two beyond either end, and their second differences, shape [cells + 4]: work space. */
  density: Float64Array;
  bends: Float64Array;
}

export function createRowDensity(cells: number): RowDensity {
  return {
    coefficients: new Float64Array(3 * cells),
    atEdges: new Float64Array(cells + 1),
    density: new Float64Array(cells + 4),
    bends: new Float64Array(cells + 4),
  };
}

/** Fills the coefficients from the masses of the cells. */
export type Reconstruction = (out: RowDensity, row: RowEdges, m: Float64Array) => void;

/** The reconstructions by name. */
export const RECONSTRUCTIONS = {
  constant: { order: 1, reconstruct: reconstructConstant },
  linear: { order: 2, reconstruct: reconstructLinear },
  parabolic: { order: 3, reconstruct: reconstructParabolic },
} as const satisfies Record<string, { order: number; reconstruct: Reconstruction }>;

export type ReconstructionName = keyof typeof RECONSTRUCTIONS;

function reconstructConstant({ coefficients }: RowDensity, { cells }: RowEdges, m: Float64Array): void {
  coefficients.fill(0);
  for (let k = 0; k < cells; k++) coefficients[3 * k] = m[k];
}

/** The densities, with two cells beyond either end: the other end of a periodic row, the last cell again at a wall. */
function fillDensity(density: Float64Array, { cells, periodic, widths }: RowEdges, m: Float64Array): void {
  for (let k = 0; k < cells; k++) density[k + 2] = m[k] / widths[k];
  density[0] = periodic ? density[cells] : density[2];
  density[1] = periodic ? density[cells + 1] : density[2];
  density[cells + 2] = periodic ? density[2] : density[cells + 1];
  density[cells + 3] = periodic ? density[3] : density[cells + 1];
}

/** A straight line in each cell, its slope limited by the two one-sided ones, doubled (van Leer 1977): monotone, order 2. */
function reconstructLinear({ coefficients, density }: RowDensity, row: RowEdges, m: Float64Array): void {
  const { cells, widths } = row;
  fillDensity(density, row, m);
  for (let k = 0; k < cells; k++) {
    const h = widths[k];
    const behind = h / (h + widths[wrapCell(k - 1, cells)]);
    const ahead = h / (h + widths[wrapCell(k + 1, cells)]);
    const left = 2 * behind * (density[k + 2] - density[k + 1]);
    const right = 2 * ahead * (density[k + 3] - density[k + 2]);
    let drop = 0;
    if (left * right > 0) {
      const middle = 0.5 * (left + right);
      const least = 2 * Math.min(Math.abs(left) / (2 * behind), Math.abs(right) / (2 * ahead));
      drop = Math.abs(middle) < least ? middle : middle > 0 ? least : -least;
    }
    coefficients[3 * k] = h * (density[k + 2] - 0.5 * drop);
    coefficients[3 * k + 1] = 0.5 * h * drop;
    coefficients[3 * k + 2] = 0;
  }
}

/**
 * Parabolas through the densities at both edges of a cell and its mass m[k] (Colella & Woodward 1984): order 3 in smooth parts. A cell is limited to be
 * monotone only where the second differences of the densities change sign nearby, that is at jumps and kinks and not at smooth extrema
 * (in the spirit of Colella & Sekora 2008), and then towards its mean until nothing in it is negative.
 */
function reconstructParabolic(out: RowDensity, row: RowEdges, m: Float64Array): void {
  fillEdges(out.atEdges, row, m);
  fillDensity(out.density, row, m);
  fillBends(out.bends, row, out.density);
  fillParabolas(out, row);
}

/** The densities at the edges, none negative. */
function fillEdges(atEdges: Float64Array, row: RowEdges, m: Float64Array): void {
  const { cells, weights, equal } = row;
  if (!equal) {
    for (let i = 0; i <= cells; i++) atEdges[i] = densityAt(i, row, m);
    return;
  }
  // Between equal cells, away from the ends, the weights are those of edge 2.
  for (let i = 0; i < 2; i++) atEdges[i] = densityAt(i, row, m);
  const w0 = weights[2 * STENCIL];
  const w1 = weights[2 * STENCIL + 1];
  const w2 = weights[2 * STENCIL + 2];
  const w3 = weights[2 * STENCIL + 3];
  let m0 = m[0];
  let m1 = m[1];
  let m2 = m[2];
  for (let i = 2; i <= cells - 2; i++) {
    const m3 = m[i + 1];
    const value = w0 * m0 + w1 * m1 + w2 * m2 + w3 * m3;
    atEdges[i] = value > 0 ? value : 0;
    m0 = m1;
    m1 = m2;
    m2 = m3;
  }
  for (let i = cells - 1; i <= cells; i++) atEdges[i] = densityAt(i, row, m);
}

function densityAt(i: number, { cells, starts, weights }: RowEdges, m: Float64Array): number {
  const s = starts[i];
  const w = STENCIL * i;
  let value = 0;
  if (s >= 0 && s + STENCIL <= cells) {
    value = weights[w] * m[s] + weights[w + 1] * m[s + 1] + weights[w + 2] * m[s + 2] + weights[w + 3] * m[s + 3];
  } else for (let k = 0; k < STENCIL; k++) value += weights[w + k] * m[wrapCell(s + k, cells)];
  return value > 0 ? value : 0;
}

/** Second differences of the densities, of which signs matter alone: between equal cells without the widths. */
function fillBends(bends: Float64Array, { cells, widths, equal }: RowEdges, density: Float64Array): void {
  if (equal) {
    for (let k = 1; k < cells + 3; k++) bends[k] = density[k + 1] - density[k] - (density[k] - density[k - 1]);
    return;
  }
  let slope = (density[1] - density[0]) / (widths[wrapCell(-1, cells)] + widths[wrapCell(-2, cells)]);
  for (let k = 1; k < cells + 3; k++) {
    const next = (density[k + 1] - density[k]) / (widths[wrapCell(k - 2, cells)] + widths[wrapCell(k - 1, cells)]);
    bends[k] = next - slope;
    slope = next;
  }
}

/** The limited parabolas. */
function fillParabolas({ coefficients, atEdges, density, bends }: RowDensity, { cells, widths }: RowEdges): void {
  for (let k = 0; k < cells; k++) {
    const mean = density[k + 2];
    let left = atEdges[k];
    let right = atEdges[k + 1];
    const bend = bends[k + 2];
    if (!(bend * bends[k + 1] > 0 && bend * bends[k + 3] > 0)) {
      if ((right - mean) * (mean - left) <= 0) {
        left = mean;
        right = mean;
      } else {
        const drop = right - left;
        const bulge = 6 * (mean - 0.5 * (left + right));
        if (drop * bulge > drop * drop) left = 3 * mean - 2 * right;
        else if (drop * bulge < -drop * drop) right = 3 * mean - 2 * left;
      }
    }
    let bulge = 6 * (mean - 0.5 * (left + right));
    let drop = right - left;
    if (bulge < 0) {
      // The parabola left + xi (drop + bulge (1 - xi)) has its minimum inside.
      const place = 0.5 + (0.5 * drop) / bulge;
      if (place > 0 && place < 1) {
        const least = left + place * (drop + bulge * (1 - place));
        if (least < 0) {
          const share = mean / (mean - least);
          left = mean + share * (left - mean);
          drop *= share;
          bulge *= share;
        }
      }
    }
    const h = widths[k];
    coefficients[3 * k] = h * left;
    coefficients[3 * k + 1] = 0.5 * h * (drop + bulge);
    coefficients[3 * k + 2] = (-1 / 3) * h * bulge;
  }
}
