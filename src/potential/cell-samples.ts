import type { BoxBounds } from "../expressions/interval.ts";
import { type Grid, gatherCentres } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";

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
}

/** Cells of a block along each axis. */
const SIDE = 4;

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
      for (let a = 0; a < d; a++) {
        const shift = offsetOf(part, a) * grid.axes[a].width;
        for (let i = 0; i < cells.length; i++) points[a][i] = centres[a][i] + shift;
      }
      f(values, 0, points, 0, cells.length);
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        const lower = atCentres[cell] - values[0][i];
        if (lower > fall[cell]) {
          fall[cell] = lower;
          place[cell] = part;
        }
      }
    }
  }

  return {
    spacing: 1 / ratio,
    fall,
    placeOfLowest: (cell, a) => (place[cell] < 0 ? 0 : offsetOf(place[cell], a)),
    sampleBelow(reached, least) {
      const cells = blocks(reached, atCentres, least);
      for (let start = 0; start < cells.length; start += BLOCK) sample(cells.subarray(start, start + BLOCK));
    },
  };
}

/** Cells of blocks that may hold a value of at most `least` and were not given before. */
function createBlocks(
  grid: Grid,
  bounds: BoxBounds | null,
): (values: Float64Array, atCentres: Float64Array, least: number) => Int32Array {
  const counts = grid.shape.map((cells) => Math.ceil(cells / SIDE));
  const number = counts.reduce((product, count) => product * count, 1);
  const blockOf = new Int32Array(grid.size);
  grid.axes.forEach((_, a) => {
    const stride = counts.slice(a + 1).reduce((product, count) => product * count, 1);
    for (let i = 0; i < grid.size; i++) {
      blockOf[i] += stride * Math.floor((Math.floor(i / grid.strides[a]) % grid.shape[a]) / SIDE);
    }
  });
  const low = new Float64Array(number).fill(Number.NEGATIVE_INFINITY);
  bounds?.(low, new Float64Array(number), ...boxesOf(grid, counts), number);
  const state = new Uint8Array(number);
  const [WAITING, NEXT, DONE] = [0, 1, 2];
  return (values, atCentres, least) => {
    let count = 0;
    for (let i = 0; i < grid.size; i++) {
      const block = blockOf[i];
      if (state[block] === WAITING && !(values[i] - atCentres[i] + low[block] > least)) state[block] = NEXT;
    }
    for (let i = 0; i < grid.size; i++) if (state[blockOf[i]] === NEXT) count++;
    const cells = new Int32Array(count);
    for (let i = 0, k = 0; i < grid.size; i++) if (state[blockOf[i]] === NEXT) cells[k++] = i;
    for (let block = 0; block < number; block++) if (state[block] === NEXT) state[block] = DONE;
    return cells;
  };
}

/** The corners of all blocks. */
function boxesOf(grid: Grid, counts: readonly number[]): [from: Float64Array[], to: Float64Array[]] {
  const number = counts.reduce((product, count) => product * count, 1);
  const corner = (a: number, last: 0 | 1) => {
    const stride = counts.slice(a + 1).reduce((product, count) => product * count, 1);
    const { min, width, cells } = grid.axes[a];
    return Float64Array.from({ length: number }, (_, block) => {
      const index = Math.floor(block / stride) % counts[a];
      return min + Math.min(cells, SIDE * (index + last)) * width;
    });
  };
  return [grid.axes.map((_, a) => corner(a, 0)), grid.axes.map((_, a) => corner(a, 1))];
}
