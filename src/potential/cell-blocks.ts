import type { BoxBounds } from "../expressions/interval.ts";
import type { Grid } from "../grid/grid.ts";

/** Cells of a block along each axis, and of a larger one, on which F is bounded first. */
const SIDE = 4;
const COARSE = 16;

/**
 * The cells of blocks that may hold a value of at most `least` and were not given before: values[i] - f(centre i) + (a lower bound of f on the block) <= least in one of them. Larger blocks are bounded first,
 * and those within them where that is not enough. Cost: some 10 ns a cell, and the bounds.
 *
 * @param bounds of f; null where none are known, and all cells are given.
 */
export function createBlocks(
  grid: Grid,
  bounds: BoxBounds | null,
): (values: Float64Array, atCentres: Float64Array, least: number) => Int32Array {
  const fine = dividedBy(grid, SIDE);
  const low = new Float64Array(fine.number).fill(Number.NEGATIVE_INFINITY);
  if (bounds !== null) {
    const coarse = dividedBy(grid, COARSE);
    const coarseLow = coarse.boundsOn(
      bounds,
      Int32Array.from({ length: coarse.number }, (_, block) => block),
    );
    for (let i = 0; i < grid.size; i++) low[fine.blockOf[i]] = coarseLow[coarse.blockOf[i]];
  }
  const state = new Uint8Array(fine.number);
  const [UNKNOWN, BOUNDED, GIVEN] = [0, 1, 2];
  /** The blocks in a state that may hold such a value. */
  const blocksIn = (wanted: number, values: Float64Array, atCentres: Float64Array, least: number): Int32Array => {
    const found = new Uint8Array(fine.number);
    const { blockOf } = fine;
    for (let i = 0; i < blockOf.length; i++) {
      if (!(values[i] - atCentres[i] + low[blockOf[i]] > least)) found[blockOf[i]] = 1;
    }
    return Int32Array.from(found.keys()).filter((block) => found[block] === 1 && state[block] === wanted);
  };
  return (values, atCentres, least) => {
    const unknown = blocksIn(UNKNOWN, values, atCentres, least);
    if (bounds !== null) {
      const bounded = fine.boundsOn(bounds, unknown);
      for (let k = 0; k < unknown.length; k++) low[unknown[k]] = bounded[k];
    }
    for (const block of unknown) state[block] = BOUNDED;
    const given = blocksIn(BOUNDED, values, atCentres, least);
    for (const block of given) state[block] = GIVEN;
    const isGiven = new Uint8Array(fine.number);
    for (const block of given) isGiven[block] = 1;
    const cells = new Int32Array(given.length === 0 ? 0 : grid.size);
    let count = 0;
    for (let i = 0; i < grid.size; i++) if (isGiven[fine.blockOf[i]] === 1) cells[count++] = i;
    return cells.subarray(0, count);
  };
}

/** Blocks of `side` cells along each axis, the last ones smaller. */
function dividedBy(grid: Grid, side: number) {
  const counts = grid.shape.map((cells) => Math.ceil(cells / side));
  const strides = counts.map((_, a) => counts.slice(a + 1).reduce((product, count) => product * count, 1));
  const blockOf = new Int32Array(grid.size);
  for (let a = 0; a < grid.dimension; a++) addBlocks(blockOf, grid.strides[a], grid.shape[a], side, strides[a]);
  return {
    number: counts.reduce((product, count) => product * count, 1),
    blockOf,
    /** Lower bounds on some blocks. */
    boundsOn(bounds: BoxBounds, blocks: Int32Array): Float64Array {
      const corner = (a: number, last: 0 | 1) => {
        const { min, width, cells } = grid.axes[a];
        return Float64Array.from(
          blocks,
          (block) => min + Math.min(cells, side * ((Math.floor(block / strides[a]) % counts[a]) + last)) * width,
        );
      };
      const low = new Float64Array(blocks.length);
      const [from, to] = ([0, 1] as const).map((last) => grid.axes.map((_, a) => corner(a, last)));
      bounds(low, new Float64Array(blocks.length), from, to, blocks.length);
      return low;
    },
  };
}

/** Adds the part of the index of a cell's block that comes from one axis. */
function addBlocks(blockOf: Int32Array, stride: number, cells: number, side: number, blockStride: number): void {
  for (let slab = 0; slab < blockOf.length; slab += stride * cells) {
    for (let index = 0; index < cells; index++) {
      const part = blockStride * Math.floor(index / side);
      const from = slab + index * stride;
      for (let i = from; i < from + stride; i++) blockOf[i] += part;
    }
  }
}
