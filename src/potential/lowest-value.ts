import { createPoints, type Grid, intoPeriod } from "../grid/grid.ts";
import type { PointFunction } from "../numerics/block-function.ts";
import type { CellSamples } from "./cell-samples.ts";

/** Cells that are searched at most. */
const CANDIDATES = 8;
const MOST_ROUNDS = 60;
/** Half-width of the stencil, in cells, at which the search of a cell ends: the error of a smooth minimum is its square. */
const FINEST = 1e-9;
/** A stencil is refined by this where a parabola fits it, and by 2 where none does. */
const REFINEMENT = 8;

/** The search in one cell. */
interface Search {
  point: number[];
  value: number;
  /** Where the next stencil goes, and its half-width in cells. */
  centre: number[];
  radius: number;
  done: boolean;
}

/**
 * The least value of f on the domain. Where cell i could hold it, judged by
 *
 *   f(centre i) - (the fall of f to its lowest sample within the cell) - sum_a max |f(centre i) - f(the neighbours along a)|,
 *
 * a stencil of 3^d points is moved to its lowest point, or to the lowest point of the parabola through it, and refined until the values no longer
 * differ. Smooth minima are found to rounding, kinks to 1e-9 of a cell, at walls and across the ends of periodic axes. A minimum that is narrower
 * than a cell is found if the samples show it. Cost: about 10 calls of `evaluate` with at most 8 * 3^d points.
 *
 * @param atCentres f at the cell centres, shape [grid.size].
 * @param samples of the part of f that may vary within a cell; null where the centres tell enough.
 */
export function lowestValue(
  grid: Grid,
  evaluate: PointFunction,
  atCentres: Float64Array,
  samples: CellSamples | null = null,
): number {
  const d = grid.dimension;
  const searches = candidatesOf(grid, atCentres, samples).map((cell): Search => {
    const point = grid.axes.map(({ min, width, cells }, a) => {
      const offset = samples === null ? 0 : samples.placeOfLowest(cell, a);
      return min + ((Math.floor(cell / grid.strides[a]) % cells) + 0.5 + offset) * width;
    });
    return { point, value: Infinity, centre: point, radius: samples === null ? 0.5 : samples.spacing, done: false };
  });
  const patch = 3 ** d;
  const points = createPoints(grid, searches.length * patch);
  const values = new Float64Array(searches.length * patch);
  let lowest = leastOf(atCentres);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const open = searches.filter(({ done }) => !done);
    if (open.length === 0) break;
    open.forEach((search, c) => {
      placeStencil(grid, points, c * patch, search);
    });
    evaluate(values, points, open.length * patch);
    open.forEach((search, c) => {
      follow(grid, search, points, values, c * patch);
    });
    lowest = open.reduce((least, { value }) => Math.min(least, value), lowest);
    open.forEach((search, c) => {
      const stencil = values.subarray(c * patch, (c + 1) * patch);
      const spread = stencil.reduce((most, value) => Math.max(most, value), -Infinity) - search.value;
      const flat = search.radius < 0.01 && spread <= 2 ** -52 * Math.abs(search.value);
      search.done ||= search.value - 4 * spread > lowest || flat;
    });
  }
  return lowest;
}

/** Step of point p of the stencil along axis a: -1, 0 or 1; p = (3^d - 1) / 2 is the middle. */
const stepOf = (p: number, a: number) => (Math.floor(p / 3 ** a) % 3) - 1;

function placeStencil(grid: Grid, points: readonly Float64Array[], from: number, { centre, radius }: Search): void {
  for (let p = 0; p < 3 ** grid.dimension; p++) {
    grid.axes.forEach((axis, a) => {
      const x = centre[a] + stepOf(p, a) * radius * axis.width;
      points[a][from + p] = axis.periodic ? intoPeriod(x, axis) : Math.min(axis.max, Math.max(axis.min, x));
    });
  }
}

/** Takes in the values of a stencil and places the next. */
function follow(grid: Grid, search: Search, points: readonly Float64Array[], values: Float64Array, from: number): void {
  const d = grid.dimension;
  const middle = from + (3 ** d - 1) / 2;
  let best = middle;
  for (let p = from; p < from + 3 ** d; p++) if (values[p] < values[best]) best = p;
  if (values[best] < search.value) {
    search.value = values[best];
    search.point = points.map((x) => x[best]);
  } else if (best !== middle || values[best] > search.value) {
    // The parabola has led astray.
    search.centre = search.point;
    search.radius /= 2;
    search.done = search.radius < FINEST;
    return;
  }
  search.centre = search.point;
  if (best !== middle) return;
  const step = parabolaStep(grid, points, values, from, search);
  if (step !== null) search.centre = search.point.map((x, a) => x + step[a] * search.radius * grid.axes[a].width);
  search.radius /= step === null ? 2 : REFINEMENT;
  search.done = search.radius < FINEST;
}

/** From the middle of a stencil to the lowest point of the parabola through it, in units of its half-width, within 1 along each axis; null where it has none. */
function parabolaStep(
  grid: Grid,
  points: readonly Float64Array[],
  values: Float64Array,
  from: number,
  { centre, radius }: Search,
): number[] | null {
  const d = grid.dimension;
  const middle = from + (3 ** d - 1) / 2;
  const at = (a: number, i: number, b = a, j = 0) => values[middle + i * 3 ** a + j * 3 ** b];
  // Along an axis that is cut by a wall the stencil is not even.
  const free = grid.axes.map(({ min, max, periodic, width }, a) => {
    return periodic || (points[a][middle] - radius * width >= min && centre[a] + radius * width <= max);
  });
  const slope = free.map((even, a) => (even ? 0.5 * (at(a, 1) - at(a, -1)) : 0));
  const curvature = free.map((even, a) =>
    free.map((other, b) => {
      if (!(even && other)) return a === b ? 1 : 0;
      if (a === b) return at(a, 1) + at(a, -1) - 2 * values[middle];
      return 0.25 * (at(a, 1, b, 1) - at(a, 1, b, -1) - at(a, -1, b, 1) + at(a, -1, b, -1));
    }),
  );
  const step = solvePositive(curvature, slope.map((g) => -g)); // biome-ignore format: one call
  return step === null ? null : step.map((s) => Math.max(-1, Math.min(1, s)));
}

/** Solution of A s = b by Gaussian elimination, of at most three unknowns; null where A is not positive definite. */
function solvePositive(A: number[][], b: number[]): number[] | null {
  const n = b.length;
  const s = b.slice();
  const rows = A.map((row) => row.slice());
  for (let k = 0; k < n; k++) {
    if (!(rows[k][k] > 0)) return null;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j < n; j++) rows[i][j] -= factor * rows[k][j];
      s[i] -= factor * s[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) s[k] -= rows[k][j] * s[j];
    s[k] /= rows[k][k];
  }
  return s;
}

/** Cells that could hold the least value and whose bound is no higher than that of their neighbours along each axis, the lowest first. */
function candidatesOf(grid: Grid, values: Float64Array, samples: CellSamples | null): number[] {
  const reached = values.slice();
  for (let a = 0; a < grid.dimension; a++) subtractChanges(reached, values, grid, a);
  samples?.sampleBelow(reached, leastOf(values));
  const lowered = samples === null ? values : values.map((value, i) => value - samples.fall[i]);
  const lowestSeen = leastOf(lowered);
  const candidates: number[] = [];
  for (let i = 0; i < grid.size; i++) {
    if (reached[i] - (values[i] - lowered[i]) > lowestSeen) continue;
    const isLowest = grid.axes.every(({ cells, periodic }, a) => {
      const stride = grid.strides[a];
      const index = Math.floor(i / stride) % cells;
      const back = index > 0 ? i - stride : periodic ? i + (cells - 1) * stride : i;
      const ahead = index < cells - 1 ? i + stride : periodic ? i - (cells - 1) * stride : i;
      return lowered[i] <= lowered[back] && lowered[i] <= lowered[ahead];
    });
    if (isLowest) candidates.push(i);
  }
  return candidates.sort((i, j) => lowered[i] - lowered[j]).slice(0, CANDIDATES);
}

/** Subtracts from each cell the largest |difference| to its neighbours along an axis; beyond a wall there is none. */
function subtractChanges(out: Float64Array, values: Float64Array, { axes, strides }: Grid, a: number): void {
  const { cells, periodic } = axes[a];
  const stride = strides[a];
  const wrap = (cells - 1) * stride;
  for (let slab = 0; slab < values.length; slab += cells * stride) {
    for (let index = 0; index < cells; index++) {
      const back = index > 0 ? -stride : periodic ? wrap : 0;
      const ahead = index < cells - 1 ? stride : periodic ? -wrap : 0;
      const from = slab + index * stride;
      for (let i = from; i < from + stride; i++) {
        const value = values[i];
        out[i] -= Math.max(Math.abs(value - values[i + back]), Math.abs(value - values[i + ahead]));
      }
    }
  }
}

function leastOf(values: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] < least) least = values[i];
  return least;
}
