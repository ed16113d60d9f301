import { followMean } from "../fluctuations/mean-path.ts";
import { scheduleOf } from "../fluctuations/schedule.ts";
import { affordableReplicas } from "../fluctuations/short-ensemble.ts";
import { createStepMap } from "../mean-field-map/step-map.ts";
import { pointsOnLine } from "../measures/line-measure.ts";
import { wasserstein1 } from "../measures/wasserstein.ts";
import { sampleMoments } from "../numerics/moments.ts";
import { runReplica } from "../particles/replica.ts";
import { predictedFamily, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { nearestFittingStep } from "../problem/snapshot-steps.ts";
import { isSchemeName, likePredicted, ruleOf, SCHEMES, type SchemeName, schemesFollowing } from "../schemes/schemes.ts";
import { alongAxis, KERNEL_TOLERANCE, meanUnder, startOf } from "./bias-budget.ts";

/** What the means of n particles are off by, times n: arrays over snapshots, then observables. */
export interface EnsembleBias {
  /** Signed, and their standard errors. */
  values: number[][];
  errors: number[][];
  /** Of W1 along an axis, the mean over the axes; what noise adds is in it. */
  distances: number[];
}

/** What made the particles, as far as it is known. */
export interface SchemeOfEnsemble {
  scheme?: string | undefined;
  dt: number | null;
  resampleBelow?: number;
}

/** Particles of the ensemble: few, so that their bias stands out. */
const SIZE = 64;
/** Longest steps, over the run; the bias hardly depends on them. */
const LONGEST = 1 / 40;
/** Particle steps: about a second, with a normal draw each. */
const BUDGET = 1e7;
/** One that nobody gives to an ensemble of their own. */
const SEED = 0x62696173;

/**
 * The bias of a finite population at a temperature, where its expansion in 1/n is not known: from an ensemble of n = 64, of the scheme where it has a map that is exact at its dt, otherwise the first that
 * follows the dynamics, from which others differ little,
 *
 *   b = 64 (mean over replicas - mean by the map at the same dt),   to be divided by n.
 *
 * 0 for particles that do not see each other. Null where no ensemble of 100 replicas is affordable. The self term of a kernel estimate, of order 1/n, is in it.
 *
 * @throws InvariantError where steps are unstable.
 */
export function biasesOfEnsemble(problem: Problem, { scheme, dt, resampleBelow }: SchemeOfEnsemble): EnsembleBias | null {
  const { observables, snapshotTimes, grid } = problem;
  if (termsOf(problem).reaction === null && problem.potential.kernel === null) {
    const none = snapshotTimes.map(() => observables.map(() => 0));
    return { values: none, errors: none, distances: snapshotTimes.map(() => 0) };
  }
  const own = schemeFor(problem, scheme);
  const longest = nearestFittingStep(snapshotTimes, LONGEST * problem.end);
  const step = dt === null ? longest : Math.max(dt, longest ?? 0);
  if (step === null) return null;
  const replicas = affordableReplicas(problem, { n: SIZE, dt: step }, BUDGET);
  if (replicas === 0) return null;
  const map = createStepMap(problem, ruleOf(own), { tolerance: KERNEL_TOLERANCE });
  const { states, schedule } = followMean(map, startOf(problem), scheduleOf(problem, step));
  const P = observables.length;
  const columns = Array.from({ length: snapshotTimes.length * P }, () => new Float64Array(replicas));
  const points = snapshotTimes.map(() => grid.axes.map(() => new Float64Array(replicas * SIZE)));
  const weights = snapshotTimes.map(() => new Float64Array(replicas * SIZE).fill(1 / (replicas * SIZE)));
  const resampling = resampleBelow === undefined ? {} : { resampleBelow };
  const options = { n: SIZE, dt: step, seed: SEED, keepPositions: true, gap: false, ...resampling };
  for (let r = 0; r < replicas; r++) {
    const run = runReplica(problem, { ...options, scheme: own }, r);
    const { table, positions } = run;
    if (positions === null) throw new Error("positions are kept");
    const width = table.length / snapshotTimes.length;
    snapshotTimes.forEach((_, s) => {
      for (let k = 0; k < P; k++) columns[s * P + k][r] = table[s * width + k];
      for (let i = 0; i < SIZE; i++) {
        const from = (s * SIZE + i) * grid.dimension;
        points[s].forEach((x, a) => {
          x[r * SIZE + i] = positions[from + a];
        });
        if (run.weights !== null) weights[s][r * SIZE + i] = run.weights[s * SIZE + i] / replicas;
      }
    });
  }
  const moments = columns.map((column) => sampleMoments(column));
  const rows = snapshotTimes.map((_, s) => {
    const limit = states[schedule.stops[s]];
    const own = observables.map(({ value }, k) => {
      const { mean, standardError } = moments[s * P + k];
      return { value: SIZE * (mean - meanUnder(limit, value)), error: SIZE * standardError };
    });
    const along = points[s].map((x, a) => wasserstein1(pointsOnLine(x, weights[s]), alongAxis(limit, a)));
    return { own, distance: (SIZE * along.reduce((total, one) => total + one, 0)) / along.length };
  });
  return {
    values: rows.map(({ own }) => own.map(({ value }) => value)),
    errors: rows.map(({ own }) => own.map(({ error }) => error)),
    distances: rows.map(({ distance }) => distance),
  };
}

/** The scheme itself where its map is exact at its dt, otherwise the first that follows the dynamics. */
function schemeFor(problem: Problem, scheme: string | undefined): SchemeName {
  const [first] = schemesFollowing(predictedFamily(problem));
  if (scheme === undefined || !isSchemeName(scheme) || likePredicted(scheme) === null) return first;
  const { follows, time } = SCHEMES[scheme];
  return time === "steps" && follows.includes(predictedFamily(problem)) ? scheme : first;
}
