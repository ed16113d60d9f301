import { fillCentres, type Grid, intoPeriod } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";
import type { PointInteraction } from "./potential.ts";

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
  const one = grid.axes.map(() => new Float64Array(1));
  cells.forEach((cell, k) => {
    fillCentres(grid, cell, 1, one);
    for (let a = 0; a < grid.dimension; a++) centres[a][k] = one[a][0];
  });
  return centres;
}

/** 0 where the neighbours of a cell of width h lie beyond a wall: nothing is said of these. */
function within({ axes }: Grid, axis: number, x: number, h: number): number {
  const { min, max, periodic } = axes[axis];
  return periodic || (x - h >= min && x + h <= max) ? 1 : 0;
}

const { nodes: NODES, weights: WEIGHTS } = gaussLegendre(12, -0.5, 0.5);

/** int |u| dmu along an axis. Cost: 15 evaluations of f at each cell of the sample. */
export function unexplainedOfFunction(f: BlockFunction, { grid, centres, shares }: MassSample, axis: number, h: number): number {
  const count = shares.length;
  const points = centres.map((x) => x.slice());
  const values = new Float64Array(count);
  const u = new Float64Array(count);
  const add = (offset: number, factor: number) => {
    for (let i = 0; i < count; i++) {
      const x = centres[axis][i];
      points[axis][i] = intoPeriod(x + within(grid, axis, x, h) * offset * h, grid.axes[axis]);
    }
    f([values], 0, points, 0, count);
    for (let i = 0; i < count; i++) u[i] += factor * values[i];
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
/** Cells of a line with less than this share of its mass are left out. */
const NOTHING = 1e-6;

/**
 * The same for int K dmu: u(theta, theta') by the averages over both cells of a pair, integrated over theta on the line along the axis through
 * theta', by the shares of the mass there (in one dimension: of all), and its size averaged over theta' at the cells of a small sample. Cost: 9 evaluations of K at 3 to 6 points for each cell of the line.
 */
export function unexplainedOfKernel(
  interaction: PointInteraction,
  { grid, cells, centres, shares }: MassSample,
  mu: Float64Array,
  axis: number,
  h: number,
): number {
  const { cells: length } = grid.axes[axis];
  const stride = grid.strides[axis];
  let total = 0;
  cells.forEach((cell, k) => {
    const source = centres.map((x) => x[k]);
    if (within(grid, axis, source[axis], h) === 0) return;
    const first = cell - (Math.floor(cell / stride) % length) * stride;
    const line = Array.from({ length }, (_, i) => first + i * stride);
    const lineMass = line.reduce((sum, i) => sum + mu[i], 0);
    const kept = line.filter((i) => mu[i] > NOTHING * lineMass);
    const targets = centresOf(grid, kept);
    const u = new Float64Array(kept.length);
    /** Adds sum_q factors[q] K(target + offset h, source + offsets[q] h). */
    const add = (offset: number, offsets: Float64Array, factors: Float64Array) => {
      const points = source.map((x, a) => offsets.map((o) => intoPeriod(a === axis ? x + o * h : x, grid.axes[a])));
      const shifted = targets.map((x, a) =>
        a === axis ? x.map((y) => intoPeriod(y + within(grid, axis, y, h) * offset * h, grid.axes[a])) : x,
      );
      interaction.addAt({ value: u, gradient: null, laplacian: null }, shifted, u.length, points, factors, offsets.length);
    };
    PAIR_NODES.forEach((node, q) => {
      add(node, PAIR_NODES, PAIR_WEIGHTS.map((w) => w * PAIR_WEIGHTS[q])); // biome-ignore format: one call
    });
    add(0, Float64Array.of(0, 1, -1), Float64Array.of(-1 + 4 / 24, -1 / 24, -1 / 24));
    add(1, Float64Array.of(0), Float64Array.of(-1 / 24));
    add(-1, Float64Array.of(0), Float64Array.of(-1 / 24));
    let error = 0;
    kept.forEach((i, t) => {
      error += (mu[i] / lineMass) * within(grid, axis, targets[axis][t], h) * u[t];
    });
    total += shares[k] * Math.abs(error);
  });
  return total;
}
