import type { Grid } from "../../grid/grid.ts";
import { project } from "../rows/project.ts";
import { createRowDensity, RECONSTRUCTIONS } from "../rows/reconstruct.ts";
import { equalCells, type RowEdges } from "../rows/row-edges.ts";

const { reconstruct } = RECONSTRUCTIONS.parabolic;

/**
 * Masses in the cells between other edges, axis by axis by the parabolas of each row: non-negative, conservative to rounding, of order 3. The number of cells of an axis
 * may change.
 *
 * @param rows the cells that hold the masses, an axis each.
 * @param edges those wanted, with the same ends.
 */
export function projectMasses(masses: Float64Array, rows: readonly RowEdges[], edges: readonly Float64Array[]): Float64Array {
  let from = masses;
  const shape = rows.map(({ cells }) => cells);
  rows.forEach((row, a) => {
    const inner = shape.slice(a + 1).reduce((product, n) => product * n, 1);
    const outer = from.length / (inner * row.cells);
    const count = edges[a].length - 1;
    const to = new Float64Array(outer * count * inner);
    const density = createRowDensity(row.cells);
    const line = new Float64Array(row.cells);
    const projected = new Float64Array(count);
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < inner; k++) {
        for (let i = 0; i < row.cells; i++) line[i] = from[(o * row.cells + i) * inner + k];
        reconstruct(density, row, line);
        project(projected, row, density, line, edges[a]);
        for (let j = 0; j < count; j++) to[(o * count + j) * inner + k] = projected[j];
      }
    }
    shape[a] = count;
    from = to;
  });
  return from;
}

/** As projectMasses, of one row to any edges: its parabolas are made once. */
export function createRowProjection(row: RowEdges, masses: Float64Array): (edges: Float64Array) => Float64Array {
  const density = createRowDensity(row.cells);
  reconstruct(density, row, masses);
  return (edges) => {
    const projected = new Float64Array(edges.length - 1);
    project(projected, row, density, masses, edges);
    return projected;
  };
}

/** Cell averages on a uniform grid of the same domain. */
export function densityOnGrid(masses: Float64Array, rows: readonly RowEdges[], grid: Grid): Float64Array {
  const edges = grid.axes.map(({ min, max, cells }) => equalCells(min, max, cells));
  return projectMasses(masses, rows, edges).map((m) => m / grid.cellVolume);
}
