import { type Keep, keepNothing, keepSteps } from "../numerics/keep.ts";
import { sampleMoments } from "../numerics/moments.ts";
import { runReplica } from "../particles/replica.ts";
import { stepCost } from "../particles/step-cost.ts";
import { meshesOfTolerance, takeOverMeshes } from "../potential/point-potential.ts";
import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import type { SchemeSizes } from "../schemes/noise-model.ts";
import type { SchemeName } from "../schemes/schemes.ts";

/**
 * The fluctuations of a scheme at its own n and dt, by simulation: where n is small, or where no theory of the noise holds. Quantity s P + k is observable k of P at
 * snapshot s; all shapes are [snapshots * observables] but that of the covariance, which has a row and a column for each.
 */
export interface ShortEnsemble {
  scheme: SchemeName;
  n: number;
  dt: number;
  replicas: number;
  means: number[];
  /** n Var of the mean over particles, and its standard error from the fourth moments: a share sqrt(2 / replicas) where means are Gaussian. */
  nVariances: number[];
  nVarianceErrors: number[];
  /** n times the sample covariance, row by row. */
  covariance: Float64Array;
}

/** One that nobody gives to an ensemble of their own, so that the two are independent. */
const SEED = 0x6e6f6973;
/** Particle steps that a prediction may spend on an ensemble: about a second. */
export const ENSEMBLE_BUDGET = 3e7;
const MOST_REPLICAS = 2000;
/** With fewer, n Var is known to worse than 14%. */
const FEWEST_REPLICAS = 100;

/**
 * Simulates `replicas` replicas on this thread. The same arguments give the same numbers.
 *
 * @param keep keeps the replicas so far; see keepSteps.
 * @throws InputError for a dt that does not divide the snapshots.
 * @throws InvariantError where particles escape to infinity or die out.
 */
export function shortEnsemble(
  problem: Problem,
  scheme: SchemeName,
  { n, dt, resampleBelow }: SchemeSizes,
  replicas: number,
  keep: Keep = keepNothing,
): ShortEnsemble {
  const P = problem.observables.length;
  const size = problem.snapshotTimes.length * P;
  let columns = Array.from({ length: size }, () => new Float64Array(replicas));
  const options = { scheme, n, dt, seed: SEED, keepPositions: false, gap: false };
  const resampling = resampleBelow === undefined ? {} : { resampleBelow };
  const shared = meshesOfTolerance(problem.potential);
  keepSteps(keep, "replicas", replicas, {
    step(r) {
      const { table } = runReplica(problem, { ...options, ...resampling }, r);
      const width = table.length / problem.snapshotTimes.length;
      for (let i = 0; i < size; i++) columns[i][r] = table[Math.floor(i / P) * width + (i % P)];
    },
    read: () => ({ columns, meshes: shared.map((meshes) => meshes.read()) }),
    takeOver(kept) {
      columns = kept.columns;
      takeOverMeshes(shared, kept.meshes);
    },
  });
  const moments = columns.map((column) => sampleMoments(column));
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let total = 0;
      for (let r = 0; r < replicas; r++) total += (columns[i][r] - moments[i].mean) * (columns[j][r] - moments[j].mean);
      covariance[i * size + j] = (n * total) / (replicas - 1);
    }
  }
  return {
    scheme,
    n,
    dt,
    replicas,
    means: moments.map(({ mean }) => mean),
    nVariances: moments.map(({ variance }) => n * variance),
    nVarianceErrors: moments.map(({ varianceError }) => n * varianceError),
    covariance,
  };
}

/**
 * Replicas that `budget` particle steps pay for, up to 2000; 0 where that is fewer than 100. A particle step takes some 30 ns without K, and with it about as many times that as
 * this counts: the cells of a mesh, the inputs of features, the other particles.
 */
export function affordableReplicas(problem: Problem, { n, dt }: SchemeSizes, budget: number): number {
  const stops = snapshotSteps(problem.snapshotTimes, dt);
  const replicas = Math.floor(budget / (n * Math.max(1, stops[stops.length - 1]) * stepCost(problem, n)));
  return replicas < FEWEST_REPLICAS ? 0 : Math.min(MOST_REPLICAS, replicas);
}
