import { LawViolationError } from "../errors.ts";
import { createStream } from "../numerics/random.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { Problem } from "../problem/problem.ts";
import { countOutside } from "./population.ts";
import { SCHEMES, type SchemeName } from "./schemes.ts";
import { snapshotSteps } from "./snapshot-steps.ts";

export interface ReplicaOptions {
  scheme: SchemeName;
  n: number;
  dt: number;
  seed: number;
  /** Whether to keep the positions of the particles at each snapshot. */
  keepPositions: boolean;
}

/** What one replica leaves: the means of its observables, its energy, and the share of its particles outside the domain. */
export interface ReplicaRecord {
  replica: number;
  /** Per snapshot: one number for each observable, then the energy, then the share outside; shape [snapshots, observables + 2]. */
  table: Float64Array;
  /** theta, shape [snapshots, n, variables]; null unless kept. */
  positions: Float64Array | null;
}

/**
 * Runs one replica. Replica r draws from stream r of the seed alone: initial particles first, then the steps.
 *
 * @throws LawViolationError if a mean or the energy is no longer finite: explicit steps of this dt are unstable.
 */
export function runReplica(problem: Problem, options: ReplicaOptions, replica: number): ReplicaRecord {
  const { n, dt, keepPositions } = options;
  const d = problem.grid.dimension;
  const scheme = SCHEMES[options.scheme];
  const stops = snapshotSteps(problem.snapshotTimes, dt);
  const stream = createStream(options.seed, replica);
  const points = problem.grid.axes.map(() => new Float64Array(scheme.capacity(n)));
  problem.initial.sample(points, n, stream);
  const stepper = scheme.create(problem, n);
  const potential = createPointPotential(problem.potential);
  const V = new Float64Array(n);
  const scratch = new Float64Array(n);
  const width = problem.observables.length + 2;
  const table = new Float64Array(stops.length * width);
  const positions = keepPositions ? new Float64Array(stops.length * n * d) : null;

  let steps = 0;
  stops.forEach((stop, s) => {
    for (; steps < stop; steps++) stepper.step(points, dt, stream);
    problem.observables.forEach(({ value }, k) => {
      value([scratch], 0, points, 0, n);
      let total = 0;
      for (let i = 0; i < n; i++) total += scratch[i];
      table[s * width + k] = total / n;
    });
    potential.value(V, points, null, n);
    table[s * width + width - 2] = potential.energy(V, scratch, points, null, n);
    table[s * width + width - 1] = countOutside(points, problem.grid, n) / n;
    const lost = table.subarray(s * width, (s + 1) * width).findIndex((entry) => !Number.isFinite(entry));
    if (lost >= 0) {
      const what = problem.observables[lost]?.name ?? "the energy";
      const value = table[s * width + lost];
      throw new LawViolationError(
        "particles escape to infinity",
        problem.snapshotTimes[s],
        `${what} is ${value}; reduce dt = ${dt}`,
      );
    }
    if (positions !== null) {
      for (let a = 0; a < d; a++) for (let i = 0; i < n; i++) positions[(s * n + i) * d + a] = points[a][i];
    }
  });
  return { replica, table, positions };
}
