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

/** Moves the edges, and all that follows from them. */
export function setEdges(row: RowEdges, edges: Float64Array): void {
  const { cells, periodic, widths, starts, weights } = row;
  row.edges.set(edges);
  for (let i = 0; i < cells; i++) widths[i] = edges[i + 1] - edges[i];
  for (let i = 0; i <= cells; i++) {
    const start = periodic ? i - 2 : Math.min(Math.max(i - 2, 0), cells - STENCIL);
    starts[i] = start;
    // The five edges, relative to edge i: a sum of widths keeps its digits where cells are narrow.
    const here = i - start;
    places[here] = 0;
    for (let r = here; r < STENCIL; r++) places[r + 1] = places[r] + widths[wrapCell(start + r, cells)];
    for (let r = here; r > 0; r--) places[r - 1] = places[r] - widths[wrapCell(start + r - 1, cells)];
    let weight = 0;
    for (let r = STENCIL; r > 0; r--) {
      weight += derivative(places, r, here);
      weights[STENCIL * i + r - 1] = weight;
    }
  }
}

/** The index of a cell that is one period away at most. */
export const wrapCell = (i: number, n: number) => (i < 0 ? i + n : i >= n ? i - n : i);

/** The derivative at node `at` of the Lagrange polynomial of node r on the nodes x. */
function derivative(x: Float64Array, r: number, at: number): number {
  if (r === at) {
    let sum = 0;
    for (let m = 0; m < x.length; m++) if (m !== at) sum += 1 / (x[at] - x[m]);
    return sum;
  }
  let product = 1 / (x[r] - x[at]);
  for (let m = 0; m < x.length; m++) if (m !== r && m !== at) product *= (x[at] - x[m]) / (x[r] - x[m]);
  return product;
}
