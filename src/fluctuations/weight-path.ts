import type { StepMap } from "../mean-field-map/step-map.ts";
import { sum } from "../numerics/sum.ts";
import type { CovarianceParts, Influence } from "../schemes/covariance.ts";
import type { ResamplingRule, StepNoise } from "../schemes/noise-model.ts";
import { addSystematicNoise } from "../schemes/systematic-noise.ts";
import { largestVarianceDifference } from "./extrapolate.ts";
import { createLogWeightPaths, type JointLaw } from "./log-weight-paths.ts";
import type { MeanPath } from "./mean-path.ts";

/** One resampling of all particles. */
export interface Resampled {
  time: number;
  /** The effective sample size over n, before it. */
  size: number;
  joint: JointLaw;
}

/** The weights of particles along a mean path. */
export interface WeightPath {
  /** nu of each step, nu_j = n times the sum of the squared weights at node j: before its motion, and after it. */
  squares: { left: Float64Array; moved: Float64Array }[];
  /** After each step; null where particles are not resampled. */
  resampled: (Resampled | null)[];
  /** sqrt(n) times the standard deviation over replicas of the effective sample size over n, the largest of those before a resampling and that at the end; 0 where none is followed. */
  spread: number;
}

/** A noise, and what is known of it along a path. */
export interface PathNoise extends StepNoise {
  weights?: WeightPath;
}

/**
 * nu, the limit of n sum_i w_i^2 delta_i, which moves with the particles and grows by (f / Z)^2. Its mass is n over the effective sample size, which so is not random as n -> infinity: where it comes
 * to less than a share of n after a step, all replicas are resampled there. nu is mu then, and n times the covariance of systematic resampling,
 *
 *   addSystematicNoise(law, growth, u),   u the influences after it,
 *
 * adds to what comes later: its mean changes nothing, so that u does not know of it. The law of the particles is that of equal weights since they were last resampled, carried by the motion alone, with n w
 * of each. Without noise in the motion n w is a function of the node; with it, it is not: log-weight-paths.ts.
 *
 * At finite n the effective sample size is random by O(n^-1/2), and with it the step of a resampling: `spread` is that of (mean a)^2 / mean a^2, a = n w, of independent particles,
 * r^2 Var(2 a - r a^2), r = 1 / E a^2.
 *
 * Chopin, Singh, Soto & Vihola (2022), On resampling schemes for particle filters with weakly informative observations.
 */
export function followWeights(map: StepMap, path: MeanPath, rule: ResamplingRule | null): WeightPath {
  const { states, reactions } = path;
  const { growth, earlier } = map.rule;
  const crowd = rule === null ? null : map.diffuses ? createLogWeightPaths(states[0].points.length) : null;
  const squares: WeightPath["squares"] = [];
  const resampled: WeightPath["resampled"] = [];
  let since = states[0].weights;
  let nu = since;
  let spread = 0;
  const jointAt = (step: number): JointLaw =>
    crowd?.read() ?? { law: since, growth: states[step].weights.map((w, j) => (since[j] > 0 ? w / since[j] : 1)), place: null };
  crowd?.restart(since);
  for (const [k, { time, step, excess, total }] of reactions.entries()) {
    const transition = map.transition(states[k], time, step);
    const push = transition?.push ?? ((masses: Float64Array) => masses);
    const factors = excess.map((x) => growth.factor(x) / total);
    const react = (masses: Float64Array) => masses.map((mass, j) => mass * factors[j] ** 2);
    const left = earlier === 1 ? react(nu) : nu;
    const moved = push(left);
    squares.push({ left, moved });
    nu = earlier === 1 ? moved : react(moved);
    if (crowd !== null && transition !== null) crowd.step(factors, transition);
    const size = 1 / sum(nu);
    const last = k === reactions.length - 1;
    const happens = rule !== null && size < rule.below;
    if (rule !== null && (happens || last)) {
      const joint = jointAt(k + 1);
      spread = Math.max(spread, spreadOf(joint));
      resampled.push(happens ? { time: time + step, size, joint } : null);
    } else resampled.push(null);
    if (!happens) continue;
    since = states[k + 1].weights;
    nu = since;
    crowd?.restart(since);
  }
  return { squares, resampled, spread };
}

/** Standard deviations of the effective sample size by which resamplings may come early or late. */
const DEVIATIONS = 2;

/**
 * A noise along a path: itself, and where particles are resampled at other steps if the effective sample size is off by two standard deviations at this n, with the resamplings of a share so much higher,
 * and lower.
 */
export function alongPath(noise: StepNoise, map: StepMap, path: MeanPath): PathNoise[] {
  const { weighted, resampling } = noise;
  if (!weighted || resampling === undefined) return [noise];
  const weights = followWeights(map, path, resampling);
  const off = (DEVIATIONS * weights.spread) / Math.sqrt(resampling.n);
  const others = [-1, 1]
    .map((sign) => ({ below: Math.min(1, Math.max(0, resampling.below + sign * off)), n: resampling.n }))
    .map((rule) => ({ ...noise, resampling: rule, weights: followWeights(map, path, rule) }))
    .filter(({ weights: { resampled } }) => resampled.some((each, k) => (each === null) !== (weights.resampled[k] === null)));
  return [{ ...noise, weights }, ...others];
}

/** When particles are resampled as n -> infinity, with the effective sample size over n before each, and what n makes of it. */
export interface Resamplings {
  times: number[];
  sizes: number[];
  /** The largest relative difference of n Var from that of resamplings as early or late as n makes them; see alongPath. */
  spread: number;
}

/** Of parts in the order of alongPath; null without resampling. */
export function resamplingsOf([{ weights, resampling }]: readonly PathNoise[], [parts, ...others]: readonly CovarianceParts[]): Resamplings | null {
  if (weights === undefined || resampling === undefined) return null;
  const found = weights.resampled.filter((each) => each !== null);
  return {
    times: found.map(({ time }) => time),
    sizes: found.map(({ size }) => size),
    spread: Math.max(0, ...others.map((other) => largestVarianceDifference(parts, other))),
  };
}

/** Of each noise; null where particles have no weights, or where nothing depends on them: without resampling and without noise in the motion. */
export function weightsAlong(noises: readonly PathNoise[], map: StepMap, path: MeanPath): (WeightPath | null)[] {
  return noises.map(({ weights, weighted, resampling = null }) => {
    if (weights !== undefined) return weights;
    return weighted && (map.diffuses || resampling !== null) ? followWeights(map, path, resampling) : null;
  });
}

/** Adds the noise of a resampling, if there is one. */
export function addResampling(matrix: Float64Array, resampled: Resampled | null, influences: readonly Influence[], n: number): void {
  if (resampled === null) return;
  const { law, growth, place } = resampled.joint;
  const own = place === null ? influences : influences.map((u) => u && Float64Array.from(place, (node) => u[node]));
  addSystematicNoise(matrix, law, growth, own, n);
}

/** Of (E a)^2 / E a^2 over independent particles, times sqrt(n). */
function spreadOf({ law, growth }: JointLaw): number {
  const total = sum(law);
  const moment = (f: (a: number) => number) => law.reduce((all, w, k) => all + w * f(growth[k]), 0) / total;
  const r = 1 / moment((a) => a * a);
  const of = (a: number) => 2 * a - r * a * a;
  const mean = moment(of);
  return r * Math.sqrt(moment((a) => (of(a) - mean) ** 2));
}
