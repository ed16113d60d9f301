import { InvariantError } from "../errors.ts";
import { type Keep, keepNothing } from "../numerics/keep.ts";
import { normalTail } from "../numerics/tails.ts";
import { predictedFamily } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { isWarm } from "../problem/thermal.ts";
import { schemeWithoutSteps } from "../schemes/schemes.ts";
import { refineMeans } from "./bias.ts";
import type { Fluctuations } from "./predict.ts";
import { affordableReplicas, ENSEMBLE_BUDGET, type ShortEnsemble, shortEnsemble } from "./short-ensemble.ts";

/** How far particles at their own n are from the limit n -> infinity that is predicted. */
export interface FiniteN {
  /** The scheme simulated at this n and dt; null where that takes too long, or where particles escape. */
  ensemble: ShortEnsemble | null;
  /** The largest ratio of simulated to predicted n Var, or its inverse, among those that differ by more than noise; 1 where none does. Null without an ensemble. */
  ratio: number | null;
  /** Of which quantity: `mean at t = 0.5`. */
  where: string | null;
  /** Without an ensemble: the largest 1/n bias of a mean, in standard deviations of one ensemble; null where that is not known either. */
  bias: number | null;
  /** Whether the limit is good enough at this n: the ensemble shows no difference, or without one the bias is below 1/20; null where neither is known. */
  near: boolean | null;
}

/** Chance that a limit that is right is called far off, shared by all quantities. */
const FALSE_ALARM = 0.01;
/**
 * With a mean X = L + Q of a linear part and one of second order, n Var is off by Var Q / Var L and the like, of the order of (E Q)^2 / Var L, the square of the bias
 * in standard deviations. Measured (the strong events of the tests, n = 30 to 300): 10 times that square, so that 1/20 stands for 2.5%.
 */
const NEAR_BIAS = 0.05;

/**
 * Compares a prediction with an ensemble at its own n, or, where n is too large for one, with the 1/n correction of the means.
 *
 * @param replicas of the ensemble, 0 for none; default up to 2000, as many as 3e7 particle steps pay for.
 * @param keep keeps the ensemble and its replicas, or the correction.
 *
 * Cost: about a second for the ensemble; the correction takes about one.
 */
export function atFiniteN(problem: Problem, predicted: Fluctuations, replicas?: number, keep: Keep = keepNothing): FiniteN {
  const { scheme, n, dt, resampleBelow, snapshots } = predicted;
  const names = problem.observables.map(({ name }) => name);
  const limits = snapshots.flatMap(({ observables }) => names.map((name) => observables[name].nVariance));
  const none: FiniteN = { ensemble: null, ratio: null, where: null, bias: null, near: null };
  const count = replicas ?? affordableReplicas(problem, predicted, ENSEMBLE_BUDGET);
  const sizes = { n, dt, ...(resampleBelow === undefined ? {} : { resampleBelow }) };
  const ensemble = count < 2 ? null : unlessViolated(() => shortEnsemble(problem, scheme, sizes, count, keep));
  if (ensemble === null) {
    const { bias } = keep("bias", () => ({ bias: largestBias(problem, predicted, limits) }));
    return { ...none, bias, near: bias === null ? null : bias <= NEAR_BIAS };
  }
  let ratio = 1;
  let where: string | null = null;
  limits.forEach((limit, i) => {
    const own = ensemble.nVariances[i];
    const gap = Math.abs(own - limit) / Math.hypot(ensemble.nVarianceErrors[i], ROUNDING * limit);
    if (!(gap > 0) || normalTail(gap) >= FALSE_ALARM / limits.length) return;
    const factor = own > limit ? own / limit : limit / own;
    if (factor <= ratio) return;
    ratio = factor;
    where = `${names[i % names.length]} at t = ${snapshots[Math.floor(i / names.length)].time}`;
  });
  return { ...none, ensemble, ratio, where, near: where === null };
}

/** Below this share a difference of two variances says nothing. */
const ROUNDING = 1e-6;

/** null where the correction is not known: at a temperature. */
function largestBias(problem: Problem, { n }: Fluctuations, limits: readonly number[]): number | null {
  if (isWarm(problem)) return null;
  const scheme = schemeWithoutSteps(predictedFamily(problem));
  const refined = unlessViolated(() => refineMeans(problem, { scheme, n, dt: null }));
  if (refined === null) return null;
  const biases = refined.flatMap(({ observables }) => Object.values(observables).map(({ bias }) => Math.abs(bias)));
  return biases.reduce((most, bias, i) => (limits[i] > 0 ? Math.max(most, bias / Math.sqrt(n * limits[i])) : most), 0);
}

function unlessViolated<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof InvariantError) return null;
    throw error;
  }
}
