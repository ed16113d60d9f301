import { InputError } from "../errors.ts";
import { intoPeriod } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import { refuseCopies } from "./copies.ts";
import type { ParticleData } from "./particle-data.ts";

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

/** The coordinates of the n particles of one replica at one snapshot, wrapped on periodic axes: out[a][i]. */
export function loadPopulation(
  out: readonly Float64Array[],
  { theta, times, n }: ParticleData,
  { grid }: Problem,
  replica: number,
  snapshot: number,
): void {
  const d = grid.dimension;
  const from = (replica * times.length + snapshot) * n * d;
  for (let a = 0; a < d; a++) {
    const x = out[a];
    const axis = grid.axes[a];
    for (let i = 0; i < n; i++) x[i] = theta[from + i * d + a];
    if (axis.periodic) for (let i = 0; i < n; i++) x[i] = intoPeriod(x[i], axis);
  }
}

export function countOutsideDomain({ theta, replicas, times, n }: ParticleData, { grid }: Problem): OutsideCount {
  const d = grid.dimension;
  const count: OutsideCount = { particles: 0, total: replicas * times.length * n, first: null, wrapped: 0 };
  for (let p = 0; p < count.total; p++) {
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
      replica: Math.floor(p / (n * times.length)),
      time: times[Math.floor(p / n) % times.length],
      particle: p % n,
      variable: grid.axes[out].name,
      value: theta[p * d + out],
    };
  }
  return count;
}

/**
 * The mean of every observable in every replica at every snapshot, shape [replicas, snapshots, observables].
 *
 * @throws InputError where an observable is not finite on a particle, or where replicas are copies of each other.
 */
export function replicaMeans(problem: Problem, particles: ParticleData): Float64Array {
  const { replicas, times, n } = particles;
  const { observables, grid } = problem;
  const P = observables.length;
  const S = times.length;
  refuseCopies(particles, grid.dimension);
  const table = new Float64Array(replicas * S * P);
  const points = grid.axes.map(() => new Float64Array(n));
  const phi = new Float64Array(n);
  for (let r = 0; r < replicas; r++) {
    for (let s = 0; s < S; s++) {
      loadPopulation(points, particles, problem, r, s);
      observables.forEach(({ name, value }, k) => {
        value([phi], 0, points, 0, n);
        let total = 0;
        for (let i = 0; i < n; i++) total += phi[i];
        if (!Number.isFinite(total)) {
          const particle = phi.findIndex((x) => !Number.isFinite(x));
          throw new InputError(
            `observables.${name}`,
            phi[particle],
            `not finite at particle ${particle} of replica ${r} at t = ${times[s]}`,
            "compare with a reference whose observables are defined wherever particles go",
          );
        }
        table[(r * S + s) * P + k] = total / n;
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
