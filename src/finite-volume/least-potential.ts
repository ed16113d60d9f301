import { type Axis, type Grid, gatherCentres } from "../grid/grid.ts";
import type { PointFunction } from "../numerics/block-function.ts";
import type { Carried } from "../numerics/carried.ts";
import { lowestValue } from "../potential/lowest-value.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { GridPotential, Potential } from "../potential/potential.ts";
import { sampleExternal } from "../potential/sample-external.ts";
import { leastOf } from "./mass-bound.ts";

/** Cells up to which K is summed directly in a search without `between`; beyond, a kernel may approximate, within KERNEL_TOLERANCE. */
const MOST_DIRECT = 2 ** 13;
/** Of max |K| M; measured where `between` is not exact. */
const KERNEL_TOLERANCE = 1e-10;
/** Share of the mass that a cell may hold and be left out: with 2^25 of them V changes by less than its rounding. */
const NOTHING = 1e-24;

/** min V of a density on the grid and its V. */
export interface LeastPotential {
  (mu: Float64Array, V: Float64Array): number;
  /** Which cells are searched depends on those that were before. */
  carried: Carried;
}

/**
 * min V over the whole domain, of the V that a density on the grid makes. With m_i the masses of the cells and c_i their centres,
 *
 *   nu = sum_i m_i delta_{c_i},   V(theta) = F(theta) + sum_i m_i K(theta, c_i)   at every theta, by K itself
 *
 * and what the grid calls E, V and Vbar are E[nu], V[nu] at the centres, and int V[nu] dnu, all without error. So by convexity, for every mu on the
 * domain with the mass M of nu,
 *
 *   E[mu] >= E[nu] + int V[nu] d(mu - nu) >= E[nu] - M (Vbar - min V),
 *
 * and M Vbar - M min V is an upper bound of E - E* of the energy that is printed, however coarse the cells: with the minimum over the centres alone
 * it is none.
 *
 * The search reads int K dmu between the cells as the grid's own sums give it (FieldBetween). Where that approximates K, the value at the point that is found is the sum by K itself; it is taken if both
 * differ there, and at another point beside it, by at most 1e-10 max |int K dmu|. Otherwise V is searched by sums over the cells, which on many of them may approximate a convolution to 1e-10 max |K|.
 * An approximation within e of V everywhere gives min V + 2 e at most. The bound also needs the search to find the minimum: lowestValue says what it can miss. F is sampled within cells, once.
 * Cost of a call: about 10 evaluations at 8 * 3^d points, and one sum over the cells; without K none after the first.
 */
export function createLeastPotential(
  potential: Potential,
  grid: Grid,
  { external, interacting, between }: GridPotential,
): LeastPotential {
  const changes = (potential.clock ?? null) !== null;
  const samplesAtStart = sampleExternal(grid, potential, external);
  let samples = samplesAtStart;
  const externalAt: PointFunction = (out, points, count) => potential.external([out], 0, points, 0, count);

  /** The least V by what `interaction` gives; F and the point where V is least of those evaluated. */
  function search(interaction: PointFunction, V: Float64Array) {
    let scratch = new Float64Array(0);
    const found = { value: Infinity, external: 0, point: grid.axes.map(() => new Float64Array(1)) };
    const evaluate: PointFunction = (out, points, count) => {
      if (scratch.length < count) scratch = new Float64Array(count);
      externalAt(out, points, count);
      interaction(scratch, points, count);
      for (let i = 0; i < count; i++) {
        const value = out[i] + scratch[i];
        if (value < found.value) {
          Object.assign(found, { value, external: out[i] });
          for (let a = 0; a < grid.dimension; a++) found.point[a][0] = points[a][i];
        }
        out[i] = value;
      }
    };
    return { least: lowestValue(grid, evaluate, V, samples), found };
  }

  /** The same by sums over the cells. */
  function searchBySums(mu: Float64Array, V: Float64Array): number {
    const { points, weights } = heldBy(grid, mu);
    const atPoints = createPointPotential(potential, grid.size <= MOST_DIRECT ? 0 : KERNEL_TOLERANCE);
    const field = atPoints.holding(points, weights, weights.length);
    const evaluate: PointFunction = (out, targets, count) => field({ value: out, gradient: null, laplacian: null }, targets, count);
    return lowestValue(grid, evaluate, V, samples);
  }

  let fixed: number | null = null;
  const least = (mu: Float64Array, V: Float64Array): number => {
    // Of an F that changes, those of now.
    if (changes) samples = sampleExternal(grid, potential, external);
    if (!interacting) {
      if (changes) fixed = null;
      fixed ??= lowestValue(grid, externalAt, V, samples);
      return fixed;
    }
    if (between === undefined) return searchBySums(mu, V);
    const interaction = between.of(mu);
    const { least, found } = search(interaction, V);
    if (between.exact) return least;
    const targets = found.point.map(([x], a) => Float64Array.of(x, besides(x, grid.axes[a])));
    const [near, exact] = [new Float64Array(2), new Float64Array(2)];
    interaction(near, targets, 2);
    const { points, weights } = heldBy(grid, mu);
    potential.kernel
      ?.atPoints(0)
      .addAt({ value: exact, gradient: null, laplacian: null }, targets, 2, points, weights, weights.length);
    const limit = KERNEL_TOLERANCE * largestDifference(V, external);
    if (!exact.every((value, i) => Math.abs(value - near[i]) <= limit)) return searchBySums(mu, V);
    return Math.min(found.external + exact[0], leastOf(V));
  };
  return Object.assign(least, { carried: samplesAtStart.carried });
}

/** A place in the same cell or the next, off every regular pattern, towards the middle of the axis. */
function besides(x: number, { min, max, width }: Axis): number {
  return x + (2 * x > min + max ? -1 : 1) * 0.381966 * width;
}

/** The centres of the cells that hold mass, and their masses. */
function heldBy(grid: Grid, mu: Float64Array): { points: Float64Array[]; weights: Float64Array } {
  let total = 0;
  for (let i = 0; i < mu.length; i++) total += mu[i];
  const cells = new Int32Array(grid.size);
  let count = 0;
  for (let i = 0; i < mu.length; i++) if (Math.abs(mu[i]) > NOTHING * total) cells[count++] = i;
  const held = cells.subarray(0, count);
  const points = grid.axes.map(() => new Float64Array(count));
  gatherCentres(grid, held, points);
  const weights = new Float64Array(count);
  for (let k = 0; k < count; k++) weights[k] = mu[held[k]] * grid.cellVolume;
  return { points, weights };
}

function largestDifference(f: Float64Array, g: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < f.length; i++) largest = Math.max(largest, Math.abs(f[i] - g[i]));
  return largest;
}
