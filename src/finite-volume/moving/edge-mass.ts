import { EDGE_FRACTION } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import { fillMarginal } from "../../grid/moving-grid.ts";
import type { RowEdges } from "../rows/row-edges.ts";
import { projectMasses } from "./project-grid.ts";

/** Mass within 2% of the width of a no-flux axis from its ends, the largest over the axes: of the parabolas through its marginal, since cells near walls are wide. */
export function edgeMassOf(grid: Grid, rows: readonly RowEdges[], masses: Float64Array): number {
  let worst = 0;
  grid.axes.forEach(({ min, max, cells, periodic }, a) => {
    if (periodic) return;
    const marginal = new Float64Array(cells);
    fillMarginal(marginal, grid, masses, a);
    const layer = EDGE_FRACTION * (max - min);
    const [low, , high] = projectMasses(marginal, [rows[a]], [Float64Array.of(min, min + layer, max - layer, max)]);
    worst = Math.max(worst, low + high);
  });
  return worst;
}
