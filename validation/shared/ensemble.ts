import type { ParticleData } from "../../src/files/particle-data.ts";
import { runReplicaOf } from "../../src/particles/replica.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Runnable } from "../../src/schemes/scheme.ts";

export interface EnsembleOptions {
  n: number;
  dt: number;
  replicas: number;
  seed: number;
  /** Replica r draws from stream first + r of the seed: ensembles that must be independent take streams of their own. */
  first: number;
}

/** Particles of any scheme, as a file of them would be read. */
export function ensembleOf(problem: Problem, scheme: Runnable, options: EnsembleOptions): ParticleData {
  const { n, dt, replicas, seed, first } = options;
  const each = problem.snapshotTimes.length * n * problem.grid.dimension;
  const theta = new Float64Array(replicas * each);
  for (let r = 0; r < replicas; r++) {
    const { positions } = runReplicaOf(problem, scheme, { n, dt, seed, keepPositions: true, gap: false }, first + r);
    if (positions !== null) theta.set(positions, r * each);
  }
  return { replicas, times: [...problem.snapshotTimes], n, theta, weights: null, dt, scheme: null, notes: [] };
}
