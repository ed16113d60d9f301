import { InvariantError } from "../errors.ts";
import { createStepMap } from "../mean-field-map/step-map.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { predictedFamily, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { totalOf } from "../schemes/covariance.ts";
import type { StepRule } from "../schemes/growth.ts";
import type { SchemeSizes, StepNoise } from "../schemes/noise-model.ts";
import {
  hasWeights,
  limitRuleOf,
  PREDICTED_SCHEMES,
  ruleOf,
  SCHEMES,
  type SchemeName,
  SIMULATED_SCHEMES,
  sameRule,
} from "../schemes/schemes.ts";
import { covarianceAlong } from "./adjoint.ts";
import { followMean, measureAlong, type Schedule, startNodes } from "./mean-path.ts";
import { evenSteps, scheduleOf } from "./schedule.ts";
import { affordableReplicas, ENSEMBLE_BUDGET, shortEnsemble } from "./short-ensemble.ts";
import { alongPath, resamplingsOf } from "./weight-path.ts";

/** The fluctuations of one scheme, of all observables at all snapshots: quantity s P + k is observable k of P at snapshot s. */
export interface SchemeNoise {
  scheme: SchemeName;
  /** n Var of the scheme at its own dt where that is cheap to compute, otherwise as dt -> 0; shape [snapshots][observables]. */
  means: number[][];
  /** n times the covariance, row by row. */
  covariance: Float64Array;
  /** Whether it is of the scheme at its own dt. */
  stepped: boolean;
  /** Where n Var comes from an ensemble at n instead of the limit n -> infinity: the replicas, and the relative standard error of each n Var. */
  simulated: { replicas: number; relativeErrors: number[] } | null;
  /** Where particles are resampled, how far n Var may be off because it is not known well when; see Resamplings. */
  timing?: number;
}

/** The noise models that particles may have. */
export interface NoiseModels {
  /** Of the schemes with a theory, simulated where the limit is far from n. */
  models: SchemeNoise[];
  /** Relative room over which a limit may be off at n. */
  room: number;
  /** The noise of schemes without a theory, simulated when first needed: where none of `models` fits. */
  rest: () => SchemeNoise[];
}

/** n Var at n is off its limit by a share of this over n and more; see `farness`. */
const FINITE_N = 10;
/** A share beyond which the limit does not do. */
const FAR = 0.1;

/** By dimension: the noise to a per cent, which is what some hundred replicas can tell. */
const NODES = [200, 24, 10] as const;
const KERNEL_TOLERANCE = 1e-8;
const MOST_HALVINGS = 5;
/** Steps that are followed one by one; fewer where particles are resampled, which takes some 10 ms a step. */
const MOST_STEPS = 10_000;
const MOST_RESAMPLED_STEPS = 1000;

/** What made the particles, as far as it is known. */
export interface ParticleSettings {
  n: number;
  dt: number | null;
  scheme?: string | undefined;
  /** Of a scheme with weights: below which share of n, as effective sample size, its particles are resampled. Left out: never. */
  resampleBelow?: number;
}

interface Entry {
  scheme: SchemeName;
  rule: StepRule;
  noise: StepNoise;
}

/**
 * The noise models of all schemes that a problem could have been simulated with at n particles; of one with weights alone where that is the scheme: other particles have none.
 *
 * Where particles are resampled there is no limit dt -> 0: with K in the plane or in space, and for steps too many to follow, an ensemble at n takes its place, and there is no model where that takes too long.
 *
 * A limit is off by some 10 / n of its n Var, and by 10 / n (n bias)^2 / n Var where the second order counts more: the bias of a mean over its standard deviation, squared (see
 * finite-n.ts). Where the second exceeds the first and a tenth, an ensemble at n replaces the limit, if 3e7 particle steps suffice for 100 replicas; so it does where n Var depends by more than a tenth on
 * when particles are resampled.
 *
 * @param biases n times the bias of each mean, shape [snapshots][observables]; null where they are not known.
 */
export function noiseModels(
  problem: Problem,
  { n, dt, scheme, resampleBelow }: ParticleSettings,
  biases: readonly number[][] | null,
): NoiseModels {
  const weighted = hasWeights(scheme);
  const resamples = weighted && resampleBelow !== undefined;
  const sizes = { n, dt: dt ?? Number.NaN, ...(resamples ? { resampleBelow } : {}) };
  const replicas = dt === null || termsOf(problem).reaction === null ? 0 : affordableReplicas(problem, sizes, ENSEMBLE_BUDGET);
  const simulate = (scheme: SchemeName): SchemeNoise | null => {
    if (dt === null || replicas === 0) return null;
    try {
      return simulatedNoise(problem, scheme, sizes, replicas);
    } catch (error) {
      if (error instanceof InvariantError) return null;
      throw error;
    }
  };
  const models = predictNoise(problem, sizes, scheme);
  if (resamples && models.length === 0) {
    const model = simulate(scheme);
    return { models: model === null ? [] : [model], room: 0, rest: () => [] };
  }
  const far = farness(models, biases?.flat() ?? null);
  const timing = Math.max(0, ...models.map((model) => model.timing ?? 0));
  const room = Math.max(timing, (FINITE_N / n) * Math.max(1, far));
  const isFar = (far > 1 || timing > FAR) && room > FAR;
  // At a temperature n Var of the event process is that as dt -> 0: copies share the noise of the rest of a step.
  const isCoarse = (model: SchemeNoise) =>
    model.scheme === scheme && SCHEMES[model.scheme].time === "continuous" && thermalTermsOf(problem).diffusion;
  const own = SIMULATED_SCHEMES.filter((name) => name === scheme);
  let rest: SchemeNoise[] | null = null;
  return {
    models: [
      ...models.map((model) => (isFar || isCoarse(model) ? (simulate(model.scheme) ?? model) : model)),
      ...own.flatMap((name) => simulate(name) ?? []),
    ],
    room,
    rest: () => (rest ??= weighted ? [] : SIMULATED_SCHEMES.flatMap((name) => (own.includes(name) ? [] : (simulate(name) ?? [])))),
  };
}

/** The largest square of a bias over n Var, under the least of the models. */
function farness(models: readonly SchemeNoise[], biases: readonly number[] | null): number {
  if (biases === null) return Infinity;
  const size = biases.length;
  return biases.reduce((most, bias, i) => {
    const least = Math.min(...models.map(({ covariance }) => covariance[i * (size + 1)]));
    return least > 0 ? Math.max(most, bias ** 2 / least) : most;
  }, 0);
}

function simulatedNoise(problem: Problem, scheme: SchemeName, sizes: SchemeSizes, replicas: number): SchemeNoise {
  const { means, covariance, nVariances, nVarianceErrors } = shortEnsemble(problem, scheme, sizes, replicas);
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
 * Without dt (NaN) schemes whose noise depends on it are left out. The limit is that as dt -> 0, on some 32 steps, for an event process without
 * transport, which has no step; with K in the plane or in space; and for steps too many to follow, or unstable here (the particles'
 * scheme may be stabler).
 */
function predictNoise(problem: Problem, sizes: SchemeSizes, own?: string): SchemeNoise[] {
  const d = problem.grid.dimension;
  const { transport, reaction } = termsOf(problem);
  const { dt, resampleBelow } = sizes;
  const most = resampleBelow === undefined ? MOST_STEPS : MOST_RESAMPLED_STEPS;
  const cheap = (d === 1 || problem.potential.kernel === null) && !(problem.end / dt > most);
  const stepped: Entry[] = [];
  const limits: Entry[] = [];
  const limitOf = (scheme: SchemeName): Entry[] => {
    const noise = SCHEMES[scheme].noise?.limit?.(sizes);
    return noise === undefined || resampleBelow !== undefined ? [] : [{ scheme, rule: limitRuleOf(scheme), noise }];
  };
  const family = predictedFamily(problem);
  for (const scheme of PREDICTED_SCHEMES) {
    if (hasWeights(own) ? scheme !== own : hasWeights(scheme)) continue;
    const { follows, time, noise } = SCHEMES[scheme];
    if (noise === null || !follows.includes(family)) continue;
    if (Number.isNaN(dt) && reaction !== null && time !== "continuous") continue;
    const exactInTime = time === "continuous" && !transport;
    if (cheap && !Number.isNaN(dt) && !exactInTime) stepped.push({ scheme, rule: ruleOf(scheme), noise: noise.stepped(sizes) });
    else limits.push(...limitOf(scheme));
  }
  const start = startNodes(problem, problem.grid.axes.map(() => NODES[d - 1])); // biome-ignore format: one call
  const found: SchemeNoise[] = [];
  for (const group of alike(stepped)) {
    try {
      found.push(...follow(problem, group, start, scheduleOf(problem, sizes.dt), true));
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      limits.push(...group.flatMap(({ scheme }) => limitOf(scheme)));
    }
  }
  for (const group of alike(limits)) {
    for (let halvings = 0; ; halvings++) {
      try {
        found.push(...follow(problem, group, start, evenSteps(problem, halvings), false));
        break;
      } catch (error) {
        if (!(error instanceof InvariantError) || halvings === MOST_HALVINGS) throw error;
      }
    }
  }
  return found;
}

/** The entries that move the mean alike, together. */
function alike(entries: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const group = groups.find(([{ rule }]) => sameRule(rule, entry.rule));
    if (group === undefined) groups.push([entry]);
    else group.push(entry);
  }
  return groups;
}

function follow(
  problem: Problem,
  group: readonly Entry[],
  start: WeightedNodes,
  schedule: Schedule,
  stepped: boolean,
): SchemeNoise[] {
  const map = createStepMap(problem, group[0].rule, { tolerance: KERNEL_TOLERANCE });
  const path = followMean(map, start, schedule);
  const { means } = measureAlong(problem, map, path);
  const noises = group.map(({ noise }) => noise);
  const [noise] = noises;
  if (noise.resampling !== undefined) {
    const spread = alongPath(noise, problem.grid, map, path);
    const parts = covarianceAlong(problem, spread, map, path, KERNEL_TOLERANCE);
    const { timing } = resamplingsOf(spread, parts, path) ?? { timing: 0 };
    return [{ scheme: group[0].scheme, means, covariance: totalOf(parts[0]), stepped, simulated: null, timing }];
  }
  const parts = covarianceAlong(problem, noises, map, path, KERNEL_TOLERANCE);
  return group.map(({ scheme }, i) => ({ scheme, means, covariance: totalOf(parts[i]), stepped, simulated: null }));
}
