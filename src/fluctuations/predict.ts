import { InputError } from "../errors.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import type { Keep } from "../numerics/keep.ts";
import { checkResampling } from "../particles/simulate-options.ts";
import { predictedFamily, refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { type CovarianceParts, largestVarianceDifference, totalOf } from "../schemes/covariance.ts";
import type { NoiseModel } from "../schemes/noise-model.ts";
import {
  isSchemeName,
  limitRuleOf,
  PREDICTED_SCHEMES,
  ruleOf,
  SCHEMES,
  type SchemeName,
  schemesFollowing,
} from "../schemes/schemes.ts";
import { extrapolate } from "./extrapolate.ts";
import { fewerNodes, startNodes } from "./mean-path.ts";
import { type Prediction, predictAlong } from "./predict-along.ts";
import { scheduleOf } from "./schedule.ts";
import type { Resamplings } from "./weight-path.ts";

export interface FluctuationOptions {
  /** Default `algorithm-1`, or `gradient-descent` where the dynamics is that. */
  scheme?: SchemeName;
  /** Particles: n dt matters to Algorithm 1 and to systematic resampling. */
  n: number;
  dt: number;
  /**
   * `step`: of the scheme at its own dt, exactly as n -> infinity. `continuous`: as dt -> 0 at the same n dt. Default `step`, but for
   * an event process without transport, which has no step.
   */
  time?: "step" | "continuous";
  /** Of a scheme with weights, in steps: the share of n below which, as effective sample size, its particles are resampled; default: never. */
  resampleBelow?: number;
  /** Nodes along each axis; default 400, 64 or 16 by dimension. */
  nodes?: number;
  /** Called with the share of the work done. */
  onProgress?: (share: number) => void;
  /** Keeps the prediction, and what is done of it. */
  keep?: Keep;
}

/** The prediction for one observable at one snapshot. */
export interface PredictedQuantity {
  mean: number;
  /** lim of n times the variance over replicas of its mean over particles, the sum of its parts. */
  nVariance: number;
  initial: number;
  events: number;
  control: number;
  /** Of the noise of the motion; left out without a temperature. */
  motion?: number;
  /** alpha int |V - Vbar| (phi - phibar)^2 dmu: the rate at which independent births and deaths add to `events` at this instant. */
  source: number;
}

export interface FluctuationSnapshot {
  time: number;
  /** E[mu]. */
  energy: number;
  /** alpha int |V - Vbar| dmu: births and deaths per particle and unit of time. */
  eventRate: number;
  /** Share of the mass outside the domain, which no-flux axes let through. */
  outside: number;
  observables: Record<string, PredictedQuantity>;
  /** n times the covariance of the observables with each other, in their order, row by row. */
  covariance: number[][];
}

export interface Fluctuations {
  scheme: SchemeName;
  n: number;
  dt: number;
  time: "step" | "continuous";
  snapshots: FluctuationSnapshot[];
  /** The same for all observables at all snapshots: quantity s P + k is observable k of P at snapshot s. */
  parts: CovarianceParts;
  /** Largest relative difference of the last two extrapolations of `continuous`; null under `step`, where only the quadrature errs. */
  extrapolationError: number | null;
  /** As told. */
  resampleBelow?: number;
  /** When weighted particles are resampled; left out where they never are. */
  resamplings?: Resamplings;
}

const NODES = [400, 64, 16] as const;
const FEWEST_NODES = 4;
/**
 * Predicts the fluctuations of a particle scheme about its mean-field limit: omega = sqrt(n) (mu^n - mu) is asymptotically Gaussian, and its
 * covariance follows from the noise of each step, carried to each snapshot by the adjoint of the mean-field equation.
 *
 * At a temperature the noise of the motion adds `motion`, from the map on its lattices (transition.ts), exactly for every dt.
 *
 * The quadrature errs by O(h^2) at the kink of |Vt|: some 1e-5 of n Var on the nodes of a line, 1e-3 in the plane. The prediction is the limit
 * n -> infinity; at finite n it is off by O(1/n).
 *
 * Cost: a mean path and an adjoint sweep, see mean-path.ts and adjoint.ts; `continuous` repeats them with halved steps until they
 * agree.
 *
 * @throws InputError for dynamics or a scheme without a prediction, an n, dt or count of nodes that cannot be used.
 * @throws InvariantError where steps of dt are unstable.
 */
export function predictFluctuations(problem: Problem, options: FluctuationOptions): Fluctuations {
  return predictFrom(problem, options, startNodes);
}

/** @param nodesFrom the nodes at the start, of counts along each axis. */
export function predictFrom(
  problem: Problem,
  options: FluctuationOptions,
  nodesFrom: (problem: Problem, counts: readonly number[]) => WeightedNodes,
): Fluctuations {
  const { n, dt, resampleBelow, onProgress, keep } = options;
  const scheme = options.scheme ?? schemesFollowing(predictedFamily(problem))[0];
  const model = checkScheme(problem, scheme, n);
  if (!(dt > 0 && dt < Infinity)) throw new InputError("--dt", dt, "not a positive number", "give a step such as 0.01");
  checkResampling(scheme, resampleBelow);
  if (resampleBelow !== undefined && options.time === "continuous") {
    const what = "particles are resampled after a step, and n Var is predicted at their dt alone";
    throw new InputError("--continuous", undefined, what, "leave it out, or --resample-below");
  }
  const time = isExactInTime(problem, scheme) ? "continuous" : (options.time ?? "step");
  const start = nodesFrom(problem, nodesOf(problem, options.nodes));
  const sizes = { n, dt, ...(resampleBelow === undefined ? {} : { resampleBelow }) };
  const result =
    time === "step"
      ? {
          ...predictAlong(
            problem,
            { rule: ruleOf(scheme), noise: model.stepped(sizes) },
            start,
            scheduleOf(problem, dt),
            onProgress,
            keep,
          ),
          extrapolationError: null,
        }
      : extrapolate(problem, { rule: limitRuleOf(scheme), noise: limitOf(scheme, model)(sizes) }, start, onProgress, keep);
  requireNumbers(problem, result);
  return {
    scheme,
    n,
    dt,
    time,
    snapshots: summarise(problem, result),
    parts: result.parts,
    extrapolationError: result.extrapolationError,
    ...(resampleBelow === undefined || result.resamplings === null ? {} : { resampleBelow, resamplings: result.resamplings }),
  };
}

/** An event process without transport has no step. */
export function isExactInTime(problem: Problem, scheme: SchemeName): boolean {
  return SCHEMES[scheme].time === "continuous" && !termsOf(problem).transport;
}

/** @throws InputError for an observable that is not a number on the nodes: its variance would not be one either. */
export function requireNumbers(
  { observables, snapshotTimes }: Problem,
  { means, parts }: Pick<Prediction, "means" | "parts">,
): void {
  const total = totalOf(parts);
  const P = observables.length;
  means.forEach((row, s) => {
    row.forEach((mean, k) => {
      const own = s * P + k;
      if (Number.isFinite(mean) && Number.isFinite(total[own * (snapshotTimes.length * P + 1)])) return;
      const what = `its mean or its variance is no number at t = ${snapshotTimes[s]}, where there is mass`;
      throw new InputError(`observables.${observables[k].name}`, mean, what, "change the expression");
    });
  });
}

/** Nodes of the second opinion, as a share. */
const FEWER = 0.7;

/**
 * The largest relative difference of n Var from that on 0.7 times as many nodes along each axis: an upper estimate of the error of the quadrature where it
 * converges fast. Cost: that of predictFluctuations, a little less.
 */
export function quadratureErrorOf(problem: Problem, options: FluctuationOptions, found: Fluctuations): number {
  const coarse = predictFrom(problem, options, (...all) => fewerNodes(...all, FEWER));
  return largestVarianceDifference(found.parts, coarse.parts);
}

/** The noise of a scheme. @throws InputError for a scheme that the problem cannot be simulated with, or an n that is no count. */
export function checkScheme(problem: Problem, scheme: SchemeName, n: number): NoiseModel {
  const noise = isSchemeName(scheme) ? SCHEMES[scheme].noise : null;
  if (noise === null) {
    throw new InputError("--scheme", scheme, "no scheme with a prediction", `use one of ${PREDICTED_SCHEMES.join(", ")}`);
  }
  if (!Number.isInteger(n) || n < 1) throw new InputError("--n", n, "not a positive integer", "give a whole number >= 1");
  if (problem.observables.length === 0) {
    throw new InputError("observables", undefined, "none to predict", 'add some to the file, such as "mean": "x"');
  }
  if (problem.potential.batches !== undefined) {
    const what = "the noise of batches, which particles share, is not predicted";
    throw new InputError("potential.network.batch", undefined, what, "leave it out");
  }
  refuseUnless(problem, "fluctuations");
  if (termsOf(problem).reaction === null && !SCHEMES[scheme].follows.includes(predictedFamily(problem))) {
    throw new InputError("--scheme", scheme, "the problem has no births and deaths", "use gradient-descent, or a positive alpha");
  }
  return noise;
}

/** Along each axis. @throws InputError for a count that cannot be used. */
export function nodesOf({ grid }: Problem, nodes: number = NODES[grid.dimension - 1]): number[] {
  if (!Number.isInteger(nodes) || nodes < FEWEST_NODES || nodes ** grid.dimension > 2 ** 20) {
    const most = Math.floor((2 ** 20) ** (1 / grid.dimension));
    throw new InputError("nodes", nodes, "not a usable count along each axis", `give a whole number from 4 to ${most}`);
  }
  return grid.axes.map(() => nodes);
}

function limitOf(scheme: SchemeName, { limit }: NoiseModel): NonNullable<NoiseModel["limit"]> {
  if (limit === null) {
    throw new InputError("--scheme", scheme, "its noise per unit time has no limit as dt -> 0", "leave out --continuous");
  }
  return limit;
}

function summarise(problem: Problem, { means, sources, energies, eventRates, outside, parts }: Prediction): FluctuationSnapshot[] {
  const { snapshotTimes, observables } = problem;
  const warm = thermalTermsOf(problem).diffusion;
  const P = observables.length;
  const size = snapshotTimes.length * P;
  const total = totalOf(parts);
  return snapshotTimes.map((time, s) => ({
    time,
    energy: energies[s],
    eventRate: eventRates[s],
    outside: outside[s],
    observables: Object.fromEntries(
      observables.map(({ name }, k) => {
        const own = (s * P + k) * (size + 1);
        const quantity: PredictedQuantity = {
          mean: means[s][k],
          nVariance: total[own],
          initial: parts.initial[own],
          events: parts.events[own],
          control: parts.control[own],
          ...(warm ? { motion: parts.motion[own] } : {}),
          source: sources[s][k],
        };
        return [name, quantity];
      }),
    ),
    covariance: observables.map((_, k) => observables.map((__, l) => total[(s * P + k) * size + s * P + l])),
  }));
}
