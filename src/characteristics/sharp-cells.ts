import type { Grid } from "../grid/grid.ts";
import { pow } from "../numerics/pow.ts";
import { gaussLegendre, tensorProduct } from "../numerics/quadrature.ts";
import type { TracedPoints } from "./cell-quadrature.ts";

/** A box of a cell: its place in shares of the cell, its side, and its part of the cell average. */
interface Box {
  cell: number;
  from: readonly number[];
  side: number;
  value: number;
}

/** Points along each axis of a box. */
const POINTS = 4;
/** Halvings of a cell at most, and boxes of one halving. */
const DEEPEST = 16;
const MOST_BOXES = 2 ** 15;
/** The error of two Gauss-Legendre points is a 4320th of the fourth difference where that is small; a density that is sharp for its cells shows less of it. */
const OF_FOURTH_DIFFERENCE = 1 / 500;

/**
 * Integrates a traced density anew in cells in which it is too sharp for the averages there are: where fourth differences of these are large, cells are halved along every axis until
 * halves of 4 points an axis (order 8) add up to what the whole had, to `enough` of the mass over all cells. A peak that no average shows is not found: the missing mass tells.
 * Overwrites `averages`, shape [grid.size].
 */
export function sharpenAverages(averages: Float64Array, grid: Grid, trace: TracedPoints, enough: number): void {
  const rule = tensorProduct(grid.axes.map(() => gaussLegendre(POINTS, 0, 1)));
  const each = rule.weights.length;
  const halves = 1 << grid.dimension;
  const rough = fourthDifferences(grid, averages);
  const limit = enough / grid.size / grid.cellVolume;
  let boxes: Box[] = [];
  for (let cell = 0; cell < grid.size; cell++) {
    if (OF_FOURTH_DIFFERENCE * rough[cell] > limit)
      boxes.push({ cell, from: grid.axes.map(() => 0), side: 1, value: averages[cell] });
  }
  const least = enough / Math.max(1, boxes.length) / grid.cellVolume;
  for (let depth = 0; depth < DEEPEST && boxes.length > 0 && boxes.length <= MOST_BOXES; depth++) {
    const parts = boxes.flatMap(({ cell, from, side }) =>
      Array.from({ length: halves }, (_, corner): Box => {
        const half = side / 2;
        return { cell, from: from.map((x, a) => x + ((corner >> a) & 1) * half), side: half, value: 0 };
      }),
    );
    const points = grid.axes.map(() => new Float64Array(parts.length * each));
    parts.forEach(({ cell, from, side }, k) => {
      grid.axes.forEach(({ min, width, cells }, a) => {
        const index = Math.floor(cell / grid.strides[a]) % cells;
        for (let q = 0; q < each; q++) points[a][k * each + q] = min + (index + from[a] + side * rule.nodes[a][q]) * width;
      });
    });
    const values = new Float64Array(parts.length * each);
    trace(values, points, values.length);
    parts.forEach((part, k) => {
      for (let q = 0; q < each; q++) part.value += rule.weights[q] * values[k * each + q];
      part.value *= pow(part.side, grid.dimension);
    });
    boxes = boxes.flatMap(({ cell, value }, k) => {
      const own = parts.slice(k * halves, (k + 1) * halves);
      const change = own.reduce((sum, part) => sum + part.value, 0) - value;
      averages[cell] += change;
      return Math.abs(change) > least ? own : [];
    });
  }
}

/** |f(x - 2h) - 4 f(x - h) + 6 f(x) - 4 f(x + h) + f(x + 2h)| summed over axes; a no-flux axis is continued by its ends. */
function fourthDifferences({ axes, strides, size }: Grid, f: Float64Array): Float64Array {
  const found = new Float64Array(size);
  axes.forEach(({ cells, periodic }, a) => {
    for (let i = 0; i < size; i++) {
      const k = Math.floor(i / strides[a]) % cells;
      const at = (offset: number) => {
        const index = periodic ? (k + offset + cells) % cells : Math.min(cells - 1, Math.max(0, k + offset));
        return f[i + (index - k) * strides[a]];
      };
      found[i] += Math.abs(at(-2) - 4 * at(-1) + 6 * at(0) - 4 * at(1) + at(2));
    }
  });
  return found;
}
