import { fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { pow } from "../numerics/pow.ts";
import type { Potential } from "./potential.ts";

/** The lowest values of a function within cells, from samples on a finer lattice. */
export interface CellSamples {
  /** Distance of two samples, in cells. */
  spacing: number;
  /** f(centre) less the lowest sample in the cell, or 0 where none is lower; shape [grid.size]. */
  fall: Float64Array;
  /** Where the lowest sample of a cell lies along an axis, in cells from the centre. */
  placeOfLowest(cell: number, axis: number): number;
}

/** Samples in all, at most, and in each cell along an axis. */
const MOST_SAMPLES = 2 ** 21;
const LARGEST_RATIO = 32;

/** The F of a network is a sum over its inputs: as many times fewer samples of it. */
const NETWORK = 16;

/** Samples of F within the cells of a grid, as many as are affordable. Cost: at most some 2^21 evaluations of F. */
export function sampleExternal(grid: Grid, potential: Potential): CellSamples {
  const centres = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, centres);
  const atCentres = new Float64Array(grid.size);
  potential.external([atCentres], 0, centres, 0, grid.size);
  return sampleCells(grid, potential.external, atCentres, samplingRatio(grid, potential));
}

/** Samples of F along each axis of a cell: 2 at least. */
export function samplingRatio(grid: Grid, { atPoints }: Potential): number {
  const most = atPoints === undefined ? MOST_SAMPLES : MOST_SAMPLES / NETWORK;
  return Math.max(2, Math.min(LARGEST_RATIO, Math.floor(pow(most / grid.size, 1 / grid.dimension))));
}

/**
 * Samples f at the middles of ratio^d equal parts of each cell. Cost: ratio^d evaluations of f a cell.
 *
 * @param atCentres f at the cell centres, shape [grid.size].
 */
export function sampleCells(grid: Grid, f: BlockFunction, atCentres: Float64Array, ratio: number): CellSamples {
  const d = grid.dimension;
  const parts = ratio ** d;
  const lowest = atCentres.slice();
  const place = new Int32Array(grid.size).fill(-1);
  const centres = grid.axes.map(() => new Float64Array(BLOCK));
  const points = grid.axes.map(() => new Float64Array(BLOCK));
  const values = [new Float64Array(BLOCK)];
  const offsetOf = (part: number, a: number) => ((Math.floor(part / ratio ** a) % ratio) + 0.5) / ratio - 0.5;
  for (let start = 0; start < grid.size; start += BLOCK) {
    const count = Math.min(BLOCK, grid.size - start);
    fillCentres(grid, start, count, centres);
    for (let part = 0; part < parts; part++) {
      for (let a = 0; a < d; a++) {
        const shift = offsetOf(part, a) * grid.axes[a].width;
        for (let i = 0; i < count; i++) points[a][i] = centres[a][i] + shift;
      }
      f(values, 0, points, 0, count);
      for (let i = 0; i < count; i++) {
        const value = values[0][i];
        if (value < lowest[start + i]) {
          lowest[start + i] = value;
          place[start + i] = part;
        }
      }
    }
  }
  return {
    spacing: 1 / ratio,
    fall: lowest.map((value, i) => atCentres[i] - value),
    placeOfLowest: (cell, a) => (place[cell] < 0 ? 0 : offsetOf(place[cell], a)),
  };
}
