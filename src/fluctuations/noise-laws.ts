import { LawViolationError } from "../errors.ts";
import { hasEvents, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { covarianceAlong } from "./adjoint.ts";
import { totalOf } from "./covariance.ts";
import { followMean, measureAlong, type Schedule, startLaw } from "./mean-path.ts";
import { evenSteps, scheduleOf } from "./schedule.ts";
import { type PredictedScheme, type SchemeLaw, SIMULATED, type SimulatedScheme, THEORIES } from "./scheme-laws.ts";
import { affordableReplicas, ENSEMBLE_BUDGET, shortEnsemble } from "./short-ensemble.ts";
import { createStepMap, type NodeLaw } from "./step-map.ts";

/** The fluctuations of one scheme, of all observables at all snapshots: quantity s P + k is observable k of P at snapshot s. */
export interface NoiseLaw {
  scheme: PredictedScheme | SimulatedScheme;
  /** Of the scheme at its own dt where that is cheap to follow, otherwise as dt -> 0; shape [snapshots][observables]. */
  means: number[][];
  /** n times the covariance, row by row. */
  covariance: Float64Array;
  /** Whether it is of the scheme at its own dt. */
  stepped: boolean;
  /** Where it is that of an ensemble at n, and not the limit n -> infinity: its replicas, and the standard error of each n Var relative to it. */
  simulated: { replicas: number; relativeErrors: number[] } | null;
}

/** The noise laws that particles may have. */
export interface NoiseLaws {
  /** Of the schemes with a theory, simulated where the limit is far from n. */
  laws: NoiseLaw[];
  /** Relative room over which a limit may be off at n. */
  room: number;
  /** The noise of schemes without a theory, simulated when first needed: where none of `laws` fits. */
  rest: () => NoiseLaw[];
}

/** n Var at n is off its limit by a share of this over n and more; see `farness`. */
const FINITE_N = 10;
/** A share beyond which the limit does not do. */
const FAR = 0.1;

/** By dimension: the noise to a per cent, which is what some hundred replicas can tell. */
const NODES = [200, 24, 10] as const;
const KERNEL_TOLERANCE = 1e-8;
const MOST_HALVINGS = 5;
/** Steps that are followed one by one. */
const MOST_STEPS = 10_000;

interface Entry {
  scheme: PredictedScheme;
  law: SchemeLaw;
}

/**
 * The noise laws of all schemes that a problem could have been simulated with at n particles.
 *
 * A limit is off by some 10 / n of its n Var, and by 10 / n (n bias)^2 / n Var where the second order counts more: the bias of a mean over its standard deviation, squared (see
 * finite-n.ts). Where the second is more than the first and a tenth, an ensemble at n takes the place of the limit, if 3e7 particle steps pay for one of 100 replicas and more.
 *
 * @param biases n times the bias of each mean, shape [snapshots][observables]; null where they are not known.
 */
export function noiseLaws(
  problem: Problem,
  n: number,
  dt: number | null,
  biases: readonly number[][] | null,
  scheme?: string,
): NoiseLaws {
  const laws = predictNoiseLaws(problem, n, dt);
  const far = farness(laws, biases?.flat() ?? null);
  const room = (FINITE_N / n) * Math.max(1, far);
  const replicas = dt === null || !hasEvents(problem) ? 0 : affordableReplicas(problem, { n, dt }, ENSEMBLE_BUDGET);
  const simulate = (scheme: NoiseLaw["scheme"]): NoiseLaw | null => {
    if (dt === null || replicas === 0) return null;
    try {
      return simulatedLaw(problem, scheme, n, dt, replicas);
    } catch (error) {
      if (error instanceof LawViolationError) return null;
      throw error;
    }
  };
  const simulated = Object.keys(SIMULATED) as SimulatedScheme[];
  const own = simulated.filter((name) => name === scheme);
  let rest: NoiseLaw[] | null = null;
  return {
    laws: [
      ...(far > 1 && room > FAR ? laws.map((law) => simulate(law.scheme) ?? law) : laws),
      ...own.flatMap((name) => simulate(name) ?? []),
    ],
    room,
    rest: () => (rest ??= simulated.flatMap((name) => (own.includes(name) ? [] : (simulate(name) ?? [])))),
  };
}

/** The largest square of a bias over n Var, under the least of the laws. */
function farness(laws: readonly NoiseLaw[], biases: readonly number[] | null): number {
  if (biases === null) return Infinity;
  const size = biases.length;
  return biases.reduce((most, bias, i) => {
    const least = Math.min(...laws.map(({ covariance }) => covariance[i * (size + 1)]));
    return least > 0 ? Math.max(most, bias ** 2 / least) : most;
  }, 0);
}

function simulatedLaw(problem: Problem, scheme: NoiseLaw["scheme"], n: number, dt: number, replicas: number): NoiseLaw {
  const { means, covariance, nVariances, nVarianceErrors } = shortEnsemble(problem, scheme, { n, dt }, replicas);
  const P = problem.observables.length;
  return {
    scheme,
    means: problem.snapshotTimes.map((_, s) => means.slice(s * P, (s + 1) * P)),
    covariance,
    stepped: true,
    simulated: { replicas, relativeErrors: nVarianceErrors.map((error, i) => (nVariances[i] > 0 ? error / nVariances[i] : 0)) },
  };
}

/**
 * The limits n -> infinity. Schemes that move the mean alike share one sweep.
 *
 * Without dt (null) schemes whose noise depends on it have no law. The law is that as dt -> 0, on some 32 steps, for an event process without
 * transport, which has no step; with K in the plane or in space; and for steps too many to follow, or unstable here (the particles'
 * scheme may be stabler).
 */
function predictNoiseLaws(problem: Problem, n: number, dt: number | null): NoiseLaw[] {
  const d = problem.grid.dimension;
  const { transport } = termsOf(problem);
  const cheap = (d === 1 || problem.potential.kernel === null) && (dt === null || problem.end / dt <= MOST_STEPS);
  const sizes = { n, dt: dt ?? Number.NaN };
  const stepped: Entry[] = [];
  const limits: Entry[] = [];
  const limitOf = (scheme: PredictedScheme): Entry[] => {
    const law = THEORIES[scheme].limit?.(sizes);
    return law === undefined ? [] : [{ scheme, law }];
  };
  for (const scheme of Object.keys(THEORIES) as PredictedScheme[]) {
    const events = scheme !== "gradient-descent";
    if (events !== hasEvents(problem) || (dt === null && events && scheme !== "event-process")) continue;
    const exactInTime = scheme === "event-process" && !transport;
    if (cheap && dt !== null && !exactInTime) stepped.push({ scheme, law: THEORIES[scheme].stepped(sizes) });
    else limits.push(...limitOf(scheme));
  }
  const start = startLaw(problem, problem.grid.axes.map(() => NODES[d - 1])); // biome-ignore format: one call
  const found: NoiseLaw[] = [];
  for (const group of alike(stepped)) {
    try {
      found.push(...follow(problem, group, start, scheduleOf(problem, sizes.dt), true));
    } catch (error) {
      if (!(error instanceof LawViolationError)) throw error;
      limits.push(...group.flatMap(({ scheme }) => limitOf(scheme)));
    }
  }
  for (const group of alike(limits)) {
    for (let halvings = 0; ; halvings++) {
      try {
        found.push(...follow(problem, group, start, evenSteps(problem, halvings), false));
        break;
      } catch (error) {
        if (!(error instanceof LawViolationError) || halvings === MOST_HALVINGS) throw error;
      }
    }
  }
  return found;
}

/** The entries that move the mean alike, together. */
function alike(entries: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const group = groups.find(([{ law }]) => law.growth === entry.law.growth && law.earlier === entry.law.earlier);
    if (group === undefined) groups.push([entry]);
    else group.push(entry);
  }
  return groups;
}

function follow(problem: Problem, group: readonly Entry[], start: NodeLaw, schedule: Schedule, stepped: boolean): NoiseLaw[] {
  const map = createStepMap(problem, group[0].law, KERNEL_TOLERANCE);
  const path = followMean(map, start, schedule);
  const { means } = measureAlong(problem, map, path);
  const laws = group.map(({ law }) => law);
  const parts = covarianceAlong(problem, laws, map, path, KERNEL_TOLERANCE);
  return group.map(({ scheme }, i) => ({ scheme, means, covariance: totalOf(parts[i]), stepped, simulated: null }));
}
