import { InputError } from "../errors.ts";
import { fillCentres, type Grid } from "../grid/grid.ts";
import { requireFinite, requireLength, totalMass } from "./masses.ts";

/** A probability measure of weighted points in one dimension or more. */
export interface PointMeasure {
  /** points[a] is coordinate a, shape [count] or longer. */
  points: readonly Float64Array[];
  /** Relative masses, shape [count] or longer: any positive total stands for 1. Null: 1/count each. */
  weights: Float64Array | null;
  count: number;
}

/**
 * A density by the centres of its cells, each with the mass of the cell; cells without mass are left out. O(cells).
 *
 * No mass moves further than half a cell diagonal |h| / 2, and this bounds the change in W1, in W2 and in sliced W1; the squared energy
 * distance to any measure changes by at most 2 |h|, the MMD by at most sup |grad_x grad_y K|^(1/2) |h| / 2.
 *
 * @param mu cell averages or cell masses in any unit, shape [grid.size].
 * @throws InputError if it has no positive finite total, a negative entry, or not one entry for each cell.
 */
export function densityAtCentres(grid: Grid, mu: Float64Array): PointMeasure {
  requireLength(mu.length, grid.size, "density", "cells");
  totalMass(mu, "density");
  const points = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, points);
  const weights = new Float64Array(grid.size);
  let count = 0;
  for (let i = 0; i < grid.size; i++) {
    if (mu[i] === 0) continue;
    for (const x of points) x[count] = x[i];
    weights[count++] = mu[i];
  }
  return { points: points.map((x) => x.subarray(0, count)), weights: weights.subarray(0, count), count };
}

/**
 * sum_k share_k measure_k / sum_k share_k: all points, with their weights to scale. O(points).
 *
 * @throws InputError if there are no parts, they differ in dimension, shares or weights have no positive finite total or a negative
 * entry, or a point is not finite.
 */
export function mixtureOfPoints(parts: readonly (readonly [share: number, measure: PointMeasure])[]): PointMeasure {
  if (parts.length === 0) throw new InputError("parts", "[]", "empty: there is no measure of no parts", "give at least one part");
  const shares = Float64Array.from(parts, ([share]) => share);
  const total = totalMass(shares, "shares");
  return combine(parts.map(([share, measure]) => [share / total, measure]));
}

/** a - b as one signed measure of total 0: what the quadratic distances integrate. @throws InputError as `mixtureOfPoints`. */
export function difference(a: PointMeasure, b: PointMeasure): PointMeasure & { weights: Float64Array } {
  return combine([
    [1, a],
    [-1, b],
  ]);
}

/** sum_k factor_k measure_k, each measure with a total of 1. */
function combine(parts: readonly (readonly [number, PointMeasure])[]): PointMeasure & { weights: Float64Array } {
  const dimension = parts[0][1].points.length;
  const count = parts.reduce((total, [, measure]) => total + measure.count, 0);
  const points = Array.from({ length: dimension }, () => new Float64Array(count));
  const weights = new Float64Array(count);
  let at = 0;
  for (const [factor, measure] of parts) {
    requireDimension(measure, dimension);
    const own = checkedWeights(measure);
    const total = own === null ? measure.count : totalMass(own, "weights");
    for (let i = 0; i < measure.count; i++) weights[at + i] = factor * ((own === null ? 1 : own[i]) / total);
    measure.points.forEach((x, a) => {
      points[a].set(x.subarray(0, measure.count), at);
    });
    at += measure.count;
  }
  return { points, weights, count };
}

/** The weights of the first `count` points. @throws InputError if coordinates or weights are too few, or a coordinate not finite. */
export function checkedWeights({ points, weights, count }: PointMeasure): Float64Array | null {
  points.forEach((x, a) => {
    const own = x.subarray(0, count);
    requireLength(own.length, count, `points[${a}]`, "points");
    requireFinite(own, `points[${a}]`);
  });
  if (weights === null) return null;
  const own = weights.subarray(0, count);
  requireLength(own.length, count, "weights", "points");
  return own;
}

export function requireDimension({ points }: PointMeasure, dimension: number): void {
  if (points.length === dimension) return;
  const remedy = "compare measures of the same variables";
  throw new InputError("points.length", points.length, `the other measure has ${dimension} coordinates`, remedy);
}
