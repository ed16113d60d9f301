import type { Grid } from "../grid/grid.ts";
import { pow } from "../numerics/pow.ts";
import { type CellSamples, sampleCells } from "./cell-samples.ts";
import { externalAtCentres, sampleLinearCells } from "./linear-external.ts";
import type { Potential } from "./potential.ts";

/** Samples in all, at most, and in each cell along an axis. */
const MOST_SAMPLES = 2 ** 21;
const LARGEST_RATIO = 32;

/** So many cost less than bounds. */
const FEW_SAMPLES = 2 ** 16;

/** The F of a network is a sum over its inputs: as many times fewer samples of it. */
const NETWORK = 16;
/**
 * Samples of F within the cells of a grid, as many as are affordable. Cost: at most some 2^21 evaluations of F.
 *
 * @param atCentres F at the cell centres, shape [grid.size].
 */
export function sampleExternal(grid: Grid, potential: Potential, atCentres = externalAtCentres(grid, potential)): CellSamples {
  const { external, externalBounds = null, linearAxis = null } = potential;
  const ratio = samplingRatio(grid, potential);
  if (linearAxis !== null) return sampleLinearCells(grid, external, atCentres, ratio, linearAxis);
  const many = grid.size * ratio ** grid.dimension > FEW_SAMPLES;
  return sampleCells(grid, external, atCentres, ratio, many ? externalBounds : null);
}

/** Samples of F along each axis of a cell: 2 at least. */
function samplingRatio(grid: Grid, { atPoints }: Potential): number {
  const most = atPoints === undefined ? MOST_SAMPLES : MOST_SAMPLES / NETWORK;
  return Math.max(2, Math.min(LARGEST_RATIO, Math.floor(pow(most / grid.size, 1 / grid.dimension))));
}
