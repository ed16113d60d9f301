import { type Grid, intoPeriod } from "../grid/grid.ts";
import { gaussLegendre, type Quadrature, tensorProduct, trapezoid } from "../numerics/quadrature.ts";

/**
 * out[i] = the density at points[.][i] for i < count; `feet`, which may be `points`, receives where their paths began.
 */
export type TracedPoints = (
  out: Float64Array,
  points: readonly Float64Array[],
  count: number,
  feet?: readonly Float64Array[],
) => void;

/** Points along each axis of a cell: Gauss-Legendre where the density is smooth in it, equally spaced ones where a jump crosses it. */
const SMOOTH = 2;
const CUT = [64, 16, 6] as const;

/**
 * Cell averages of a traced density by quadrature in each cell, shape [grid.size]: order 4 where it is smooth. In cells that the image of
 * a jump of rho_0 crosses, found by the feet of their corners, the error is O(width / 16) of the jump in two dimensions.
 */
export function averagesByQuadrature(grid: Grid, breaks: readonly (readonly number[])[], trace: TracedPoints): Float64Array {
  const averages = new Float64Array(grid.size);
  const cells = Int32Array.from({ length: grid.size }, (_, i) => i);
  addAverages(averages, grid, cells, gaussLegendre(SMOOTH, -0.5, 0.5), trace);
  if (breaks.every((places) => places.length === 0)) return averages;
  const cut = cells.filter(cutCells(grid, breaks, trace));
  for (const cell of cut) averages[cell] = 0;
  addAverages(averages, grid, cut, trapezoid(CUT[grid.dimension - 1], -0.5, 0.5), trace);
  return averages;
}

/** Points traced at a time: the cost of a trace is in part that of its nodes, whatever the number of points. */
const BATCH = 2 ** 17;

/** Adds to averages[cell], for each of `cells`, the tensor product of a rule on [-1/2, 1/2]. */
function addAverages(averages: Float64Array, grid: Grid, cells: Int32Array, line: Quadrature, trace: TracedPoints): void {
  const rule = tensorProduct(grid.axes.map(() => line));
  const each = rule.weights.length;
  const total = cells.length * each;
  const points = grid.axes.map(() => new Float64Array(Math.min(BATCH, total)));
  const values = new Float64Array(Math.min(BATCH, total));
  for (let start = 0; start < total; start += BATCH) {
    const count = Math.min(BATCH, total - start);
    grid.axes.forEach(({ min, width, cells: length }, a) => {
      for (let k = 0; k < count; k++) {
        const index = Math.floor(cells[Math.floor((start + k) / each)] / grid.strides[a]) % length;
        points[a][k] = min + (index + 0.5 + rule.nodes[a][(start + k) % each]) * width;
      }
    });
    trace(values, points, count);
    for (let k = 0; k < count; k++) averages[cells[Math.floor((start + k) / each)]] += rule.weights[(start + k) % each] * values[k];
  }
}

/** Whether the feet of the corners of a cell lie on both sides of a jump of rho_0. */
function cutCells(grid: Grid, breaks: readonly (readonly number[])[], trace: TracedPoints): (cell: number) => boolean {
  const shape = grid.shape.map((cells) => cells + 1);
  const strides = shape.map((_, a) => shape.slice(a + 1).reduce((product, n) => product * n, 1));
  const size = shape[0] * strides[0];
  const corners = grid.axes.map(({ min, width }, a) =>
    Float64Array.from({ length: size }, (_, i) => min + (Math.floor(i / strides[a]) % shape[a]) * width),
  );
  trace(new Float64Array(size), corners, size, corners);
  /** Between which jumps a corner's foot lies, as one number. */
  const region = new Float64Array(size);
  breaks.forEach((places, a) => {
    const axis = grid.axes[a];
    // What lies above the last jump of a period goes on below its first.
    const sides = axis.periodic ? Math.max(1, places.length) : places.length + 1;
    for (let i = 0; i < size; i++) {
      const x = intoPeriod(corners[a][i], axis);
      let side = 0;
      for (const place of places) if (x >= place) side++;
      region[i] = region[i] * sides + (side % sides);
    }
  });
  const offsets = Array.from({ length: 2 ** grid.dimension }, (_, corner) =>
    strides.reduce((total, stride, a) => total + ((corner >> a) & 1) * stride, 0),
  );
  return (cell) => {
    let first = 0;
    for (let a = 0; a < grid.dimension; a++) first += (Math.floor(cell / grid.strides[a]) % grid.shape[a]) * strides[a];
    return offsets.some((offset) => region[first + offset] !== region[first]);
  };
}
