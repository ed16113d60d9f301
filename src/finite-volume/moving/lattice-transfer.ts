import type { Grid } from "../../grid/grid.ts";
import type { RowEdges } from "../rows/row-edges.ts";
import { type AxisNodes, createAxisNodes, depositAxis, placeNodes, readBoth, readMean } from "./axis-nodes.ts";
import { fillTilts } from "./tilts.ts";

/**
 * Between the cells of a moving grid and the fixed lattice of its domain, on which V lives: F is tabulated there once, and int K dmu is evaluated as on a
 * grid that does not move. Reading a field at cells and depositing masses are transposes of each other, axis by axis; both are of order 6 in the spacing of the lattice. By the
 * nodes and tilts of an axis, the mass and the centre of mass of each cell are exact, and its second moment along the axis where the density is a straight line in the cell.
 */
export interface LatticeTransfer {
  /** Moves the edges of an axis. */
  place(axis: number, edges: Float64Array): void;
  /** Masses on the lattice, shape [grid.size], of the same mass and centre of mass. A mass may be negative there, where those of cells are not. */
  deposit(out: Float64Array, masses: Float64Array, rows: readonly RowEdges[]): void;
  /**
   * Reads a field on all axes but `along`, null for none: the mean over both nodes of each axis, and for each axis b read half the difference of
   * its nodes, into `halves[b]`. Shapes [grid.size]: an axis that is left out keeps the points of the lattice.
   */
  read(mean: Float64Array, halves: readonly Float64Array[], field: Float64Array, along: number | null): void;
}

export function createLatticeTransfer(grid: Grid): LatticeTransfer {
  const nodes: AxisNodes[] = grid.axes.map(({ cells }) => createAxisNodes(cells, cells));
  const scratch = [0, 1].map(() => new Float64Array(grid.size));
  const tilts = new Float64Array(grid.size);
  const spare = new Float64Array(grid.size);
  const outerOf = (a: number) => grid.size / (grid.strides[a] * grid.shape[a]);
  return {
    place: (axis, edges) => placeNodes(nodes[axis], grid.axes[axis], edges),
    deposit(out, masses, rows) {
      let from = masses;
      for (let a = grid.dimension - 1; a >= 0; a--) {
        fillTilts(tilts, from, rows[a], outerOf(a), grid.strides[a]);
        const to = a === 0 ? out : scratch[a % 2];
        depositAxis(to, nodes[a], from, tilts, outerOf(a), grid.strides[a]);
        from = to;
      }
    },
    read(mean, halves, field, along) {
      let from = field;
      const done: number[] = [];
      for (let b = grid.dimension - 1; b >= 0; b--) {
        if (b === along) continue;
        const to = from === scratch[0] ? scratch[1] : scratch[0];
        readBoth(to, halves[b], nodes[b], from, outerOf(b), grid.strides[b]);
        for (const c of done) {
          readMean(spare, nodes[b], halves[c], outerOf(b), grid.strides[b]);
          halves[c].set(spare);
        }
        from = to;
        done.push(b);
      }
      mean.set(from);
    },
  };
}
