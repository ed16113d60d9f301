import type { BoxBounds } from "../expressions/interval.ts";
import { type Grid, gatherCentres } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import type { Carried } from "../numerics/carried.ts";
import { createBlocks } from "./cell-blocks.ts";

/** The lowest values of a function within cells, from samples on a finer lattice. */
export interface CellSamples {
  /** Distance of two samples, in cells. */
  spacing: number;
  /** f(centre) less the lowest sample in the cell, or 0 where none is lower; shape [grid.size]. 0 in a cell that is not sampled yet. */
  fall: Float64Array;
  /** Where the lowest sample of a cell lies along an axis, in cells from the centre. */
  placeOfLowest(cell: number, axis: number): number;
  /**
   * Samples the cells where a value of at most `least` may lie: all but those of blocks in which bounds on f exclude it,
   *
   *   values[i] - (f(centre i) - (lower bound of f on the block)) > least.
   *
   * @param values shape [grid.size]; their least where f is as at the centre.
   */
  sampleBelow(values: Float64Array, least: number): void;
  /** What was found in the cells that are sampled already. */
  carried: Carried;
}

/**
 * Samples f at the middles of ratio^d equal parts of cells, when they are first needed. Cost: ratio^d evaluations of f for each of these cells.
 *
 * @param atCentres f at the cell centres, shape [grid.size].
 * @param bounds of f on boxes; null where none are known, and all cells are sampled.
 */
export function sampleCells(
  grid: Grid,
  f: BlockFunction,
  atCentres: Float64Array,
  ratio: number,
  bounds: BoxBounds | null = null,
): CellSamples {
  const d = grid.dimension;
  const parts = ratio ** d;
  const fall = new Float64Array(grid.size);
  const place = new Int32Array(grid.size).fill(-1);
  const blocks = createBlocks(grid, bounds);
  const centres = grid.axes.map(() => new Float64Array(BLOCK));
  const points = grid.axes.map(() => new Float64Array(BLOCK));
  const values = [new Float64Array(BLOCK)];
  const offsetOf = (part: number, a: number) => ((Math.floor(part / ratio ** a) % ratio) + 0.5) / ratio - 0.5;

  function sample(cells: Int32Array): void {
    gatherCentres(grid, cells, centres);
    for (let part = 0; part < parts; part++) {
      for (let a = 0; a < d; a++) shift(points[a], centres[a], offsetOf(part, a) * grid.axes[a].width, cells.length);
      f(values, 0, points, 0, cells.length);
      keepLowest(fall, place, cells, atCentres, values[0], part);
    }
  }

  return {
    spacing: 1 / ratio,
    fall,
    carried: { fall, place },
    placeOfLowest: (cell, a) => (place[cell] < 0 ? 0 : offsetOf(place[cell], a)),
    sampleBelow(reached, least) {
      const cells = blocks(reached, atCentres, least);
      for (let start = 0; start < cells.length; start += BLOCK) sample(cells.subarray(start, start + BLOCK));
    },
  };
}

function shift(out: Float64Array, x: Float64Array, by: number, count: number): void {
  for (let i = 0; i < count; i++) out[i] = x[i] + by;
}

/** Takes in the values of one part of some cells. */
function keepLowest(
  fall: Float64Array,
  place: Int32Array,
  cells: Int32Array,
  atCentres: Float64Array,
  values: Float64Array,
  part: number,
): void {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const lower = atCentres[cell] - values[i];
    if (lower > fall[cell]) {
      fall[cell] = lower;
      place[cell] = part;
    }
  }
}
