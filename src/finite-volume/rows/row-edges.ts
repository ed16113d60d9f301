/**
 * The edges of the cells of a row, with what a parabolic reconstruction needs of them.
 *
 * The density at edge i is the derivative there of the quartic through the cumulative mass at five edges, two on either side where there
 * are any: order 4. `weights[4 i + k]` multiplies the mass of cell `starts[i] + k`.
 */
export interface RowEdges {
  cells: number;
  periodic: boolean;
  /** Shape [cells + 1], increasing. */
  edges: Float64Array;
  /** Shape [cells]. */
  widths: Float64Array;
  /** All widths are the same, to the bit. */
  equal: boolean;
  /** First cell of the stencil of each edge; on a periodic row it may be negative. */
  starts: Int32Array;
  /** Shape [4 (cells + 1)]. */
  weights: Float64Array;
}

/** Cells whose masses give the density at an edge: a row has as many at least. */
export const STENCIL = 4;

export function createRowEdges(edges: Float64Array, periodic: boolean): RowEdges {
  const cells = edges.length - 1;
  const row: RowEdges = {
    cells,
    periodic,
    edges: edges.slice(),
    widths: new Float64Array(cells),
    equal: false,
    starts: new Int32Array(cells + 1),
    weights: new Float64Array(STENCIL * (cells + 1)),
  };
  setEdges(row, edges);
  return row;
}

/** The edges of `cells` equal cells between min and max. */
export function equalCells(min: number, max: number, cells: number): Float64Array {
  const width = (max - min) / cells;
  return Float64Array.from({ length: cells + 1 }, (_, i) => (i < cells ? min + i * width : max));
}

const places = new Float64Array(STENCIL + 1);
const products = new Float64Array(STENCIL + 1);
const derivatives = new Float64Array(STENCIL + 1);

/** Moves the edges, and all that follows from them. */
export function setEdges(row: RowEdges, edges: Float64Array): void {
  const { cells, periodic, widths, starts, weights } = row;
  row.edges.set(edges);
  for (let i = 0; i < cells; i++) widths[i] = edges[i + 1] - edges[i];
  row.equal = widths.every((width) => width === widths[0]);
  for (let i = 0; i <= cells; i++) {
    const start = periodic ? i - 2 : Math.min(Math.max(i - 2, 0), cells - STENCIL);
    starts[i] = start;
    // The five edges, relative to edge i: a sum of widths keeps its digits where cells are narrow.
    const here = i - start;
    places[here] = 0;
    for (let r = here; r < STENCIL; r++) places[r + 1] = places[r] + widths[wrapCell(start + r, cells)];
    for (let r = here; r > 0; r--) places[r - 1] = places[r] - widths[wrapCell(start + r - 1, cells)];
    fillDerivatives(here);
    let weight = 0;
    for (let r = STENCIL; r > 0; r--) {
      weight += derivatives[r];
      weights[STENCIL * i + r - 1] = weight;
    }
  }
}

/** The index of a cell that is one period away at most. */
export const wrapCell = (i: number, n: number) => (i < 0 ? i + n : i >= n ? i - n : i);

/**
 * derivatives[r] = that at node `at` of the Lagrange polynomial of node r on the places x: by barycentric weights 1 / p_r, p_r = prod_{m != r} (x_r - x_m), it is
 * p_at / (p_r (x_at - x_r)) for r != at, and all add up to 0.
 */
function fillDerivatives(at: number): void {
  const x0 = places[0];
  const x1 = places[1];
  const x2 = places[2];
  const x3 = places[3];
  const x4 = places[4];
  const d01 = x0 - x1;
  const d02 = x0 - x2;
  const d03 = x0 - x3;
  const d04 = x0 - x4;
  const d12 = x1 - x2;
  const d13 = x1 - x3;
  const d14 = x1 - x4;
  const d23 = x2 - x3;
  const d24 = x2 - x4;
  const d34 = x3 - x4;
  products[0] = d01 * d02 * d03 * d04;
  products[1] = -d01 * d12 * d13 * d14;
  products[2] = d02 * d12 * d23 * d24;
  products[3] = -d03 * d13 * d23 * d34;
  products[4] = d04 * d14 * d24 * d34;
  let sum = 0;
  for (let r = 0; r <= STENCIL; r++) {
    if (r === at) continue;
    derivatives[r] = products[at] / (products[r] * (places[at] - places[r]));
    sum += derivatives[r];
  }
  derivatives[at] = -sum;
}
