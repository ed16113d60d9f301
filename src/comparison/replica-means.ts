import { InputError } from "../errors.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { type Grid, intoPeriod } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";

/** Particles outside the domain: those of truncated axes stay where they are and count in every mean. */
export interface OutsideCount {
  /** Of all particles of all replicas and snapshots. */
  particles: number;
  total: number;
  /** The first one, for the user to find. */
  first: { replica: number; time: number; particle: number; variable: string; value: number } | null;
  /** Particles on periodic axes that had to be wrapped into the period. */
  wrapped: number;
}

/** The coordinates of the n particles of one replica at one snapshot, wrapped on periodic axes: out[a][i]. Returns their weights, of sum 1; null where all are 1 / n. */
export function loadPopulation(
  out: readonly Float64Array[],
  { theta, weights, times, n }: ParticleData,
  grid: Grid,
  replica: number,
  snapshot: number,
): Float64Array | null {
  const d = grid.dimension;
  const first = (replica * times.length + snapshot) * n;
  for (let a = 0; a < d; a++) {
    const x = out[a];
    const axis = grid.axes[a];
    for (let i = 0; i < n; i++) x[i] = theta[(first + i) * d + a];
    if (axis.periodic) for (let i = 0; i < n; i++) x[i] = intoPeriod(x[i], axis);
  }
  return weights === null ? null : weights.subarray(first, first + n);
}

/** Over the replicas at one time. */
export interface EffectiveSize {
  time: number;
  /** Of 1 / sum w^2, the equal weights that would average as well: n where all are equal, 1 where one particle has all. */
  least: number;
  median: number;
}

/**
 * 1 / sum w^2 of each population, shape [replicas, snapshots].
 *
 * @param first replica of these particles among all, for messages.
 * @throws InputError for weights that are not finite, negative, or not of sum 1. Null where there are none.
 */
export function effectiveSizesOf({ weights, replicas, times, n }: ParticleData, first: number): Float64Array | null {
  if (weights === null) return null;
  if (weights.length !== replicas * times.length * n) {
    throw new InputError(
      "weights",
      weights.length,
      `not one for each of ${replicas * times.length * n} particles`,
      "give one for each",
    );
  }
  return Float64Array.from({ length: replicas * times.length }, (_, p) => {
    const from = p * n;
    const where = `replica ${first + Math.floor(p / times.length)} at t = ${times[p % times.length]}`;
    let total = 0;
    let squares = 0;
    for (let i = from; i < from + n; i++) {
      if (!(weights[i] >= 0)) {
        const what = `not a number >= 0, at particle ${i - from} of ${where}`;
        throw new InputError("weights", weights[i], what, "find where the scheme leaves the numbers >= 0");
      }
      total += weights[i];
      squares += weights[i] ** 2;
    }
    if (!(Math.abs(total - 1) <= WEIGHT_ROUNDING))
      throw new InputError("weights", total, `the sum over ${where}, not 1`, "divide them by their sum");
    return 1 / squares;
  });
}

/** Over the replicas, from 1 / sum w^2 of each of their populations. */
export function summariseSizes(sizes: Float64Array, times: readonly number[]): EffectiveSize[] {
  const replicas = sizes.length / times.length;
  return times.map((time, s) => {
    const sorted = Float64Array.from({ length: replicas }, (_, r) => sizes[r * times.length + s]).sort();
    return { time, least: sorted[0], median: (sorted[(replicas - 1) >> 1] + sorted[replicas >> 1]) / 2 };
  });
}

const WEIGHT_ROUNDING = 1e-6;

/** Adds those of some replicas, the first of which is `first` among all. */
export function addOutside(count: OutsideCount, { theta, replicas, times, n }: ParticleData, grid: Grid, first: number): void {
  const d = grid.dimension;
  const total = replicas * times.length * n;
  count.total += total;
  for (let p = 0; p < total; p++) {
    let out = -1;
    let wraps = false;
    for (let a = 0; a < d; a++) {
      const value = theta[p * d + a];
      const { min, max, periodic } = grid.axes[a];
      if (value >= min && value <= max) continue;
      if (periodic) wraps = true;
      else if (out < 0) out = a;
    }
    if (wraps) count.wrapped++;
    if (out < 0) continue;
    count.particles++;
    count.first ??= {
      replica: first + Math.floor(p / (n * times.length)),
      time: times[Math.floor(p / n) % times.length],
      particle: p % n,
      variable: grid.axes[out].name,
      value: theta[p * d + out],
    };
  }
}

/**
 * The (weighted) mean of every observable in every replica at every snapshot, shape [replicas, snapshots, observables].
 *
 * @param first replica of these particles among all, for messages.
 * @throws InputError where an observable is not finite on a particle.
 */
export function replicaMeans(problem: Problem, particles: ParticleData, first: number): Float64Array {
  const { replicas, times, n } = particles;
  const { observables, grid } = problem;
  const P = observables.length;
  const S = times.length;
  const table = new Float64Array(replicas * S * P);
  const points = grid.axes.map(() => new Float64Array(n));
  const phi = new Float64Array(n);
  for (let r = 0; r < replicas; r++) {
    for (let s = 0; s < S; s++) {
      const weights = loadPopulation(points, particles, grid, r, s);
      observables.forEach(({ name, value }, k) => {
        value([phi], 0, points, 0, n);
        let total = 0;
        if (weights === null) for (let i = 0; i < n; i++) total += phi[i];
        // Without weight a particle has no say, even where the observable is not finite.
        else for (let i = 0; i < n; i++) total += weights[i] === 0 ? 0 : weights[i] * phi[i];
        if (!Number.isFinite(total)) {
          const particle = phi.findIndex((x, i) => !Number.isFinite(x) && weights?.[i] !== 0);
          throw new InputError(
            `observables.${name}`,
            phi[particle],
            `not finite at particle ${particle} of replica ${first + r} at t = ${times[s]}`,
            "compare with a reference whose observables are defined wherever particles go",
          );
        }
        table[(r * S + s) * P + k] = weights === null ? total / n : total;
      });
    }
  }
  return table;
}

/** Column of one observable at one snapshot over the replicas. */
export function columnOf(table: Float64Array, replicas: number, index: number): Float64Array {
  const width = table.length / replicas;
  return Float64Array.from({ length: replicas }, (_, r) => table[r * width + index]);
}
