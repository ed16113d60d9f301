import { type Axis, type Grid, gatherCentres, intoPeriod } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import type { ValueSum } from "./potential.ts";

/**
 * Whether cells of width h resolve a function f. A scheme that takes f at the centres of cells takes that for its average over the cell, which is
 * f + h^2 f'' / 24 + O(h^4). The part of the average that the second difference of the centres does not explain,
 *
 *   u(x) = (1/h) int_{x-h/2}^{x+h/2} f - f(x) - (f(x+h) - 2 f(x) + f(x-h)) / 24,
 *
 * is O(h^4) where f is resolved. Of a wave with N cells it is 20% of the amplitude for N = 2, 1.6% for N = 4, 0.1% for N = 8, and all of it where N is
 * near 1 and the centres see the wave as a slow one. At a kink it is at most h/12 of the jump of the slope, in the cell of the kink and its neighbour.
 *
 * Measured is int |u| dmu along each axis by itself, at cells that stand for equal shares of the mass.
 */

/** Cells that stand for all, with their shares of the mass. */
export interface MassSample {
  grid: Grid;
  cells: Int32Array;
  /** centres[a][k] of cell k. */
  centres: Float64Array[];
  /** Sum to 1. */
  shares: Float64Array;
}

/** All cells that hold mass where these are at most `most`, otherwise `most` cells by equal shares of it. */
export function sampleOfMass(grid: Grid, mu: Float64Array, most: number): MassSample {
  const total = mu.reduce((sum, m) => sum + m, 0);
  const cells: number[] = [];
  const shares: number[] = [];
  let before = 0;
  for (let i = 0; i < mu.length; i++) {
    const after = before + mu[i] / total;
    const share = grid.size <= most ? mu[i] / total : (Math.floor(after * most + 0.5) - Math.floor(before * most + 0.5)) / most;
    before = after;
    if (share === 0) continue;
    cells.push(i);
    shares.push(share);
  }
  return { grid, cells: Int32Array.from(cells), centres: centresOf(grid, cells), shares: Float64Array.from(shares) };
}

function centresOf(grid: Grid, cells: readonly number[]): Float64Array[] {
  const centres = grid.axes.map(() => new Float64Array(cells.length));
  gatherCentres(grid, cells, centres);
  return centres;
}

/** For each place along an axis 0 where the neighbours of its cell of width h lie beyond a wall, of which nothing is said; otherwise 1. */
function roomOf({ axes }: Grid, axis: number, x: Float64Array, h: number): Float64Array {
  const { min, max, periodic } = axes[axis];
  const room = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) if (periodic || (x[i] - h >= min && x[i] + h <= max)) room[i] = 1;
  return room;
}

/** out[at + i] = x[i] + room[i] shift, within a period. */
function move(out: Float64Array, at: number, x: Float64Array, room: Float64Array, shift: number, axis: Axis): void {
  for (let i = 0; i < x.length; i++) out[at + i] = x[i] + room[i] * shift;
  if (axis.periodic) for (let i = at; i < at + x.length; i++) out[i] = intoPeriod(out[i], axis);
}

function addMultiple(out: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * values[i];
}

const { nodes: NODES, weights: WEIGHTS } = gaussLegendre(12, -0.5, 0.5);

/** int |u| dmu along an axis. Cost: 15 evaluations of f at each cell of the sample. */
export function unexplainedOfFunction(f: BlockFunction, { grid, centres, shares }: MassSample, axis: number, h: number): number {
  const count = shares.length;
  const room = roomOf(grid, axis, centres[axis], h);
  const points = centres.map((x) => x.slice());
  const values = new Float64Array(count);
  const u = new Float64Array(count);
  const add = (offset: number, factor: number) => {
    move(points[axis], 0, centres[axis], room, offset * h, grid.axes[axis]);
    f([values], 0, points, 0, count);
    addMultiple(u, values, factor);
  };
  NODES.forEach((node, q) => {
    add(node, WEIGHTS[q]);
  });
  add(0, -1 + 2 / 24);
  add(1, -1 / 24);
  add(-1, -1 / 24);
  return u.reduce((sum, value, i) => sum + shares[i] * Math.abs(value), 0);
}

/** Fewer for K, which takes pairs of them. */
const { nodes: PAIR_NODES, weights: PAIR_WEIGHTS } = gaussLegendre(6, -0.5, 0.5);
/** Cells with less than this share of the mass of each of the lines are left out. */
const NOTHING = 1e-6;

/**
 * The same for int K dmu: u(theta, theta') by the averages over both cells of a pair, integrated over theta on the line along the axis through
 * theta', by the shares of the mass there (in one dimension: of all), and its size averaged over theta' at the cells of a small sample. Cost: 9 evaluations of K at 3 to 6 points for each cell of the line.
 */
export function unexplainedOfKernel(
  add: ValueSum,
  { grid, cells, centres, shares }: MassSample,
  mu: Float64Array,
  axis: number,
  h: number,
): number {
  const { cells: length } = grid.axes[axis];
  const stride = grid.strides[axis];
  const lines = Array.from(cells, (cell) => cell - (Math.floor(cell / stride) % length) * stride);
  const masses = lines.map((first) => {
    let mass = 0;
    for (let i = 0; i < length; i++) mass += mu[first + i * stride];
    return mass;
  });
  // The same for all lines, so that what is known at the targets of one serves all.
  const kept = Array.from({ length }, (_, i) => i).filter((i) =>
    lines.some((first, k) => mu[first + i * stride] > NOTHING * masses[k]),
  );
  const sourceRoom = roomOf(grid, axis, centres[axis], h);
  let total = 0;
  lines.forEach((first, k) => {
    if (sourceRoom[k] === 0) return;
    const source = centres.map((x) => x[k]);
    const line = kept.map((i) => first + i * stride);
    const targets = centresOf(grid, line);
    const room = roomOf(grid, axis, targets[axis], h);
    const u = new Float64Array(kept.length);
    /** Adds sum_p outer[p] sum_q inner[q] K(target + at[p] h, source + offsets[q] h). */
    const take = (at: Float64Array, outer: Float64Array, offsets: Float64Array, inner: Float64Array) => {
      const points = source.map((x, a) => offsets.map((o) => intoPeriod(a === axis ? x + o * h : x, grid.axes[a])));
      const sums = new Float64Array(at.length * u.length);
      const moved = targets.map(() => new Float64Array(sums.length));
      moved.forEach((x, a) => {
        for (let p = 0; p < at.length; p++) move(x, p * u.length, targets[a], room, a === axis ? at[p] * h : 0, grid.axes[a]);
      });
      add(sums, moved, sums.length, points, inner, inner.length);
      for (let p = 0; p < at.length; p++) addMultiple(u, sums.subarray(p * u.length, (p + 1) * u.length), outer[p]);
    };
    take(PAIR_NODES, PAIR_WEIGHTS, PAIR_NODES, PAIR_WEIGHTS);
    take(Float64Array.of(0), Float64Array.of(1), Float64Array.of(0, 1, -1), Float64Array.of(-1 + 4 / 24, -1 / 24, -1 / 24));
    take(Float64Array.of(1, -1), Float64Array.of(-1 / 24, -1 / 24), Float64Array.of(0), Float64Array.of(1));
    let error = 0;
    line.forEach((i, t) => {
      error += (mu[i] / masses[k]) * room[t] * u[t];
    });
    total += shares[k] * Math.abs(error);
  });
  return total;
}
