import { InvariantError } from "../../errors.ts";
import type { Gradation } from "../../grid/graded-edges.ts";
import type { Grid } from "../../grid/grid.ts";
import { fillMarginal, type MovingGrid } from "../../grid/moving-grid.ts";
import { createGridPotential, type GridPotential } from "../../potential/potential.ts";
import type { Problem } from "../../problem/problem.ts";
import { type RowEdges, setEdges } from "../rows/row-edges.ts";
import { createEdgeMotion } from "./edge-motion.ts";
import { createLatticeTransfer, type LatticeTransfer } from "./lattice-transfer.ts";
import { startMoving } from "./start.ts";
import { fillTilts } from "./tilts.ts";

/** A density on cells that move, and its potential on the lattice of their domain. */
export interface MovingCells {
  grid: MovingGrid;
  rows: readonly RowEdges[];
  /** Of the cells, shape [domain.size]. */
  masses: Float64Array;
  /** The masses on the lattice as a density, and V there, shapes [domain.size]. */
  mu: Float64Array;
  V: Float64Array;
  potential: GridPotential;
  /** Mass of mu_0 outside the domain. */
  outside: number;
}

/** What the steps of both steppers do with them, with buffers that are theirs alone. */
export interface MovingCellsWork {
  transfer: LatticeTransfer;
  /** mu times the volume of a cell of the lattice. */
  W: Float64Array;
  /** Of LatticeTransfer.read. */
  halves: readonly Float64Array[];
  /** The edges that were chosen last, shapes [cells + 1]. */
  next: readonly Float64Array[];
  /** Takes in the edges of `rows`, as after those of another run were taken over. */
  resume(): void;
  /** W and mu <- the masses. */
  deposit(): void;
  /** out <- the tilts of the cells along an axis (fillTilts), shape [domain.size]. */
  tiltsAlong(out: Float64Array, axis: number): void;
  /**
   * next <- where the edges of each axis go (EdgeMotion).
   *
   * @param velocityOf the edges of an axis; null where they do not go with the mass.
   * @throws InvariantError where edges would cross, or their wanted widths are not finite.
   */
  chooseEdges(time: number, velocityOf: (axis: number) => Float64Array | null, dt: number, pull: number): void;
}

/** Cells graded to the initial distribution, with its masses; V is not yet evaluated. */
export function createMovingCells(
  problem: Problem,
  domain: Grid,
  gradation: Gradation,
): { cells: MovingCells; work: MovingCellsWork } {
  const potential = createGridPotential(problem.potential, domain);
  const motions = domain.axes.map(({ cells, periodic }) => createEdgeMotion(cells, periodic, gradation));
  const { rows, masses, outside } = startMoving(problem.initial, domain, motions);
  const transfer = createLatticeTransfer(domain);
  const array = () => new Float64Array(domain.size);
  const [W, mu, V] = [array(), array(), array()];
  const next = rows.map(({ cells }) => new Float64Array(cells + 1));
  const marginals = rows.map(({ cells }) => new Float64Array(cells));
  const work: MovingCellsWork = {
    transfer,
    W,
    halves: domain.axes.map(array),
    next,
    resume() {
      rows.forEach((row, a) => {
        setEdges(row, row.edges);
        transfer.place(a, row.edges);
      });
    },
    deposit() {
      transfer.deposit(W, masses, rows);
      for (let i = 0; i < W.length; i++) mu[i] = W[i] / domain.cellVolume;
    },
    tiltsAlong(out, axis) {
      const stride = domain.strides[axis];
      fillTilts(out, masses, rows[axis], domain.size / (stride * domain.shape[axis]), stride);
    },
    chooseEdges(time, velocityOf, dt, pull) {
      rows.forEach((row, a) => {
        const { name } = domain.axes[a];
        fillMarginal(marginals[a], domain, masses, a);
        for (let i = 0; i < row.cells; i++) marginals[a][i] /= row.widths[i];
        const failed = motions[a].next(next[a], row.edges, marginals[a], velocityOf(a), dt, pull);
        if (failed !== null) throw new InvariantError("the wanted width of cells is not finite", time, `${name} = ${failed}`);
        for (let j = 0; j < row.cells; j++) {
          if (next[a][j + 1] > next[a][j]) continue;
          throw new InvariantError("edges of cells cross", time, `${name} = ${next[a][j]}`);
        }
      });
    },
  };
  work.resume();
  return { cells: { grid: { domain, edges: rows.map((row) => row.edges) }, rows, masses, mu, V, potential, outside }, work };
}
