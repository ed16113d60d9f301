import type { Distribution } from "../../distributions/distribution.ts";
import { InvariantError } from "../../errors.ts";
import { type Grid, withCells } from "../../grid/grid.ts";
import { fillMarginal } from "../../grid/moving-grid.ts";
import { createRowEdges, equalCells, type RowEdges, setEdges } from "../rows/row-edges.ts";
import type { EdgeMotion } from "./edge-motion.ts";
import { createRowProjection, projectMasses } from "./project-grid.ts";

/** Cells of an axis on which the initial masses are taken, at least, by dimension. */
const FINE = [2 ** 14, 512, 96] as const;
/** Rounds in which the first edges are found. */
const ROUNDS = 10;

/** The masses of mu_0 on moving cells; `outside` is the mass that lay outside the domain. */
export interface Start {
  rows: RowEdges[];
  masses: Float64Array;
  outside: number;
}

/** Cells graded to the initial distribution, and their masses: projected from finer cells, a multiple of those of the grid. */
export function startMoving(initial: Distribution, grid: Grid, motions: readonly EdgeMotion[]): Start {
  const fine = withCells(grid, grid.shape.map((cells) => cells * Math.ceil(FINE[grid.dimension - 1] / cells))); // biome-ignore format: one call
  const { density, outside } = initial.cellAverages(fine);
  const given = density.map((value) => value * fine.cellVolume);
  const source = fine.axes.map(({ min, max, cells, periodic }) => createRowEdges(equalCells(min, max, cells), periodic));
  const rows = grid.axes.map(({ min, max, cells, periodic }) => createRowEdges(equalCells(min, max, cells), periodic));
  // The edges follow from marginals alone: those of the fine cells, which need no projection of the whole.
  const projections = grid.axes.map((axis, a) => {
    const marginal = new Float64Array(fine.shape[a]);
    fillMarginal(marginal, fine, given, a);
    const next = new Float64Array(axis.cells + 1);
    const row = rows[a];
    const projection = createRowProjection(source[a], marginal);
    for (let round = 0; round < ROUNDS; round++) {
      const masses = projection(row.edges);
      const failed = motions[a].next(next, row.edges, masses.map((m, i) => m / row.widths[i]), null, 0, 1); // biome-ignore format: one call
      if (failed !== null) throw new InvariantError("the wanted width of cells is not finite", 0, `${axis.name} = ${failed}`);
      setEdges(row, next);
    }
    return projection;
  });
  const edges = rows.map((row) => row.edges);
  return {
    rows,
    masses: rows.length === 1 ? projections[0](edges[0]) : projectMasses(given, source, edges),
    outside,
  };
}
