import { addPoints, binDensity, cumulate, profileLength, profileSize } from "../measures/distance-profile.ts";
import { drawBinomial } from "../numerics/binomial.ts";
import type { RandomStream } from "../numerics/random.ts";
import { countBelow } from "../numerics/search.ts";
import { sum } from "../numerics/sum.ts";
import type { Problem } from "../problem/problem.ts";
import type { StatedNodes } from "../reference/result.ts";
import { jointTest } from "./mean-tests.ts";
import type { ReferenceProfile } from "./sharp-faces.ts";

/**
 * Ensembles drawn from the null hypothesis: R replicas, each `size` independent draws from the reference density at one time. The values of a statistic on
 * them have its null distribution at this size, with all the skewness of the observables. Student's, Hotelling's and the sign flips' forget the
 * skewness gamma of a replica's mean: they are off by O(gamma^2 / R), gamma^2 = skewness(phi)^2 / size, and by factors in their tails.
 *
 * Particles of a scheme are not independent. `size` is then the number of independent draws whose mean varies as much as that of a replica.
 */
export interface NullDraws {
  /** Variance of each observable in them. Where it falls short of the density's, the tail that matters is too rare to be drawn. */
  variances: readonly number[];
  /**
   * P-value of Student's statistic t of one observable (for one replica, of its deviation over the deviation of `size` draws): twice the share of
   * ensembles that are as far out to the same side, from 40 / resolution of them.
   */
  studentTail(observable: number, size: number, replicas: number, t: number, resolution: number): number;
  /** The |t| beyond which the p-value is below `significance` on both sides; Infinity where none is. */
  studentBound(observable: number, size: number, replicas: number, significance: number): number;
  /** Share of ensembles whose joint test of these observables has a p-value at most this. */
  jointTail(observables: readonly number[], size: number, replicas: number, pValue: number, resolution: number): number;
  /** Share of ensembles whose mean empirical distribution is at least so far from the density. */
  distanceTail(size: number, replicas: number, distance: number, resolution: number): number;
}

/** Whether Student's t of means of this skewness, of so many draws in all, may be off by more than some 5% at small p-values. */
export function skewnessMatters(skewness: number, draws: number): boolean {
  return draws < FEW || Math.abs(skewness) > NEGLIGIBLE * Math.sqrt(draws);
}

/** How many independent draws have a mean of this variance, at least 1 and at most n of them. @param variance of one draw. */
export function equivalentDraws(n: number, variance: number, ofMean: number): number {
  return Math.max(1, Math.min(n, ofMean > 0 ? variance / ofMean : n));
}

/** Rounded down to 2^k or 1.5 2^k, so that few sizes are met: Student's t hardly depends on it. */
export function roundedDraws(size: number): number {
  const power = 2 ** Math.floor(Math.log2(size));
  return size >= 1.5 * power && power > 1 ? 1.5 * power : power;
}

/** Draws from which all others are taken. */
const BASE = 2 ** 16;
/** Means of replicas that are kept: as many as 2^21 draws give. */
const POOL = { least: 2 ** 12, most: 2 ** 16, draws: 2 ** 21 };
/** Exceedances after which a p-value is known well enough (Besag & Clifford 1991, sequential Monte Carlo p-values). */
const ENOUGH = 20;
/** Of skewness / sqrt(draws): with 0.03 Student's t has 1.05 times its rate of false alarms at 0.001 (gamma and lognormal observables). */
const NEGLIGIBLE = 0.03;
const MOST_ENSEMBLES = 200_000;
/** Below so many draws in all the discreteness of an observable may matter as well: all replicas may agree. */
const FEW = 400;

export function createNullDraws(
  problem: Problem,
  density: Float64Array,
  { projections, nodes }: Pick<ReferenceProfile, "projections" | "nodes">,
  stream: RandomStream,
): NullDraws {
  const { observables, grid } = problem;
  const P = observables.length;
  const points = nodes === null ? stratifiedDraws(problem, density, stream) : drawNodes(nodes, stream);
  const values = observables.map(({ value }) => {
    const phi = new Float64Array(BASE);
    value([phi], 0, points, 0, BASE);
    // An observable may be undefined where there is hardly any mass.
    const defined = phi.filter(Number.isFinite);
    const mean = defined.reduce((total, x) => total + x / defined.length, 0);
    return phi.map((x) => (Number.isFinite(x) ? x - mean : 0));
  });
  const variances = values.map((phi) => phi.reduce((total, x) => total + (x * x) / BASE, 0));

  /** Means of replicas, shape [pool, observables]. */
  const poolOf = remember((size: number): Float64Array => {
    const count = Math.min(POOL.most, Math.max(POOL.least, 2 ** Math.floor(Math.log2(POOL.draws / size))));
    const pool = new Float64Array(count * P);
    for (let m = 0; m < count; m++) {
      for (let i = 0; i < size; i++) {
        const draw = stream.below(BASE);
        for (let k = 0; k < P; k++) pool[m * P + k] += values[k][draw] / size;
      }
    }
    // Their mean is the truth of every test on them.
    for (let k = 0; k < P; k++) {
      let mean = 0;
      for (let m = 0; m < count; m++) mean += pool[m * P + k] / count;
      for (let m = 0; m < count; m++) pool[m * P + k] -= mean;
    }
    return pool;
  });

  /** Student's t of as many ensembles, in increasing order. */
  const studentOf = remember((k: number, size: number, replicas: number, ensembles: number): Float64Array => {
    const pool = poolOf(size);
    const count = pool.length / P;
    const own = new Float64Array(replicas);
    const scale = Math.sqrt(variances[k] / size);
    const found = Float64Array.from({ length: ensembles }, () => {
      let mean = 0;
      for (let r = 0; r < replicas; r++) {
        own[r] = pool[stream.below(count) * P + k];
        mean += own[r] / replicas;
      }
      if (replicas === 1) return mean / scale;
      let square = 0;
      for (let r = 0; r < replicas; r++) square += (own[r] - mean) ** 2;
      // All replicas alike, up to rounding: no deviation is larger in units of nothing.
      if (square <= 1e-24 * replicas * mean * mean) return mean < 0 ? -Infinity : Infinity;
      return mean / Math.sqrt(square / (replicas * (replicas - 1)));
    });
    return found.sort();
  });

  const reference = new Float64Array(profileLength(projections));
  addPoints(reference, grid, points, null, BASE, projections, 1 / BASE);
  cumulate(reference, projections);

  return {
    variances,
    studentTail(k, size, replicas, t, resolution) {
      const sorted = studentOf(k, size, replicas, ensemblesFor(resolution));
      const beyond = t < 0 ? countBelow(sorted, t, true) : sorted.length - countBelow(sorted, t);
      return Math.min(1, (2 * (beyond + 1)) / (sorted.length + 1));
    },
    studentBound(k, size, replicas, significance) {
      const sorted = studentOf(k, size, replicas, ensemblesFor(significance));
      // As many as leave 2 (beyond + 1) / (ensembles + 1) below the significance.
      const beyond = Math.ceil((significance * (sorted.length + 1)) / 2) - 2;
      return beyond < 0 ? Infinity : Math.max(-sorted[beyond], sorted[sorted.length - 1 - beyond]);
    },
    jointTail(together, size, replicas, pValue, resolution) {
      const pool = poolOf(size);
      const count = pool.length / P;
      const zero = new Float64Array(together.length);
      const rows = Array.from({ length: replicas }, () => new Float64Array(together.length));
      return sequentialTail(resolution, () => {
        for (const row of rows) {
          const from = stream.below(count) * P;
          for (let i = 0; i < together.length; i++) row[i] = pool[from + together[i]];
        }
        return (jointTest(rows, zero, zero)?.pValue ?? 1) <= pValue;
      });
    },
    distanceTail(size, replicas, distance, resolution) {
      const profile = new Float64Array(reference.length);
      const isFar = () => profileSize(projections, profile) >= distance * (1 - 1e-12);
      if (grid.dimension === 1 && size * replicas > MANY) {
        const exact = new Float64Array(reference.length);
        binDensity(exact, grid, density, projections);
        cumulate(exact, projections);
        return sequentialTail(resolution, () => {
          fillDeviations(profile, exact, size * replicas, stream);
          return isFar();
        });
      }
      const some = points.map(() => new Float64Array(size));
      return sequentialTail(resolution, () => {
        profile.fill(0);
        for (let r = 0; r < replicas; r++) {
          for (let i = 0; i < size; i++) {
            const draw = stream.below(BASE);
            for (let a = 0; a < some.length; a++) some[a][i] = points[a][draw];
          }
          addPoints(profile, grid, some, null, size, projections, 1 / (size * replicas));
        }
        cumulate(profile, projections);
        for (let g = 0; g < profile.length; g++) profile[g] -= reference[g];
        return isFar();
      });
    },
  };
}

/** Twenty beyond the bound on either side, where that is affordable. */
function ensemblesFor(resolution: number): number {
  return Math.min(MOST_ENSEMBLES, Math.ceil((2 * ENOUGH) / resolution));
}

/** Share of trials that exceed, from at most 4 / resolution of them; never 0. */
export function sequentialTail(resolution: number, exceeds: () => boolean): number {
  const most = Math.ceil(4 / resolution);
  let exceeded = 0;
  let done = 0;
  while (done < most && exceeded < ENOUGH) {
    if (exceeds()) exceeded++;
    done++;
  }
  return exceeded >= ENOUGH ? exceeded / done : (exceeded + 1) / (done + 1);
}

/** One draw from each of BASE equal shares of the mass, uniform in its cell. */
function stratifiedDraws({ grid }: Problem, density: Float64Array, stream: RandomStream): Float64Array[] {
  let total = 0;
  for (const value of density) total += Math.max(0, value);
  const points = grid.axes.map(() => new Float64Array(BASE));
  let cell = 0;
  let below = Math.max(0, density[0]);
  for (let i = 0; i < BASE; i++) {
    const mass = ((i + stream.uniform()) / BASE) * total;
    while (below < mass && cell + 1 < grid.size) below += Math.max(0, density[++cell]);
    grid.axes.forEach((axis, a) => {
      points[a][i] = axis.min + ((Math.floor(cell / grid.strides[a]) % axis.cells) + stream.uniform()) * axis.width;
    });
  }
  return points;
}

/** Of so many draws along one axis counts in the bins are drawn rather than draws. */
const MANY = 4096;

/** out[g] = the share of so many draws that is below face g, less `shares[g]`: one binomial number a bin. */
function fillDeviations(out: Float64Array, shares: Float64Array, draws: number, stream: RandomStream): void {
  let left = draws;
  let below = 0;
  for (let g = 0; g < out.length; g++) {
    left -= drawBinomial(stream, left, (shares[g] - below) / (1 - below));
    below = shares[g];
    out[g] = 1 - left / draws - below;
  }
}

/** One node from each of BASE equal shares of the mass. */
function drawNodes({ points, weights }: StatedNodes, stream: RandomStream): Float64Array[] {
  const total = sum(weights);
  const draws = points.map(() => new Float64Array(BASE));
  let node = 0;
  let below = weights[0];
  for (let i = 0; i < BASE; i++) {
    const mass = ((i + stream.uniform()) / BASE) * total;
    while (below < mass && node + 1 < weights.length) below += weights[++node];
    for (let a = 0; a < points.length; a++) draws[a][i] = points[a][node];
  }
  return draws;
}

/** Each result is worked out once. */
function remember<T>(of: (...numbers: number[]) => T): (...numbers: number[]) => T {
  const found = new Map<string, T>();
  return (...numbers) => {
    const key = numbers.join();
    const known = found.get(key);
    if (known !== undefined) return known;
    const value = of(...numbers);
    found.set(key, value);
    return value;
  };
}
