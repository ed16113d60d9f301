import type { Grid } from "../grid/grid.ts";
import type { StepMap } from "../mean-field-map/step-map.ts";
import type { Transition } from "../mean-field-map/transition.ts";
import { sum } from "../numerics/sum.ts";
import { normalCdf } from "../numerics/tails.ts";
import { type CovarianceParts, type Influence, largestVarianceDifference } from "../schemes/covariance.ts";
import type { ResamplingRule, StepNoise } from "../schemes/noise-model.ts";
import { addResampling, type JointLaw } from "./joint-law.ts";
import { createLogWeightPaths } from "./log-weight-paths.ts";
import type { MeanPath } from "./mean-path.ts";

/** The resampling of those replicas that were last resampled at one and the same step. */
export interface Resampling {
  /** How many, as a share of all. */
  share: number;
  joint: JointLaw;
}

/** The weights of particles along a mean path. */
export interface WeightPath {
  /** nu of each step, nu_j = n times the sum of the squared weights at node j: before its motion, and after it. */
  squares: { left: Float64Array; moved: Float64Array }[];
  /** After each step. */
  resampled: Resampling[][];
  /** The smallest |z|: how far from a resampling that some replicas have and others have not, in standard deviations. */
  nearest: number;
}

/** A noise, and the weights of its particles along a path. */
export interface PathNoise extends StepNoise {
  weights?: WeightPath;
}

/** Replicas that were last resampled at the same step. */
interface Branch {
  /** How many there were, as a share of all, and which part of them has not been resampled since. */
  share: number;
  kept: number;
  nu: Float64Array;
  joint: Joint;
}

/** The joint distribution of places and weights of particles since they were last resampled. */
interface Joint {
  /** Step k. */
  step(k: number, gains: Float64Array, transition: Transition | null): void;
  /** After it. */
  weights(k: number): Pick<JointLaw, "law" | "growth">;
  read(k: number): JointLaw;
}

/** Shares of the replicas below this are counted with those that are resampled. */
const FEWEST = 1e-3;

/**
 * nu, the limit of n sum_i w_i^2 delta_i, which moves with the particles and grows by (f / Z)^2, and the resamplings of the particles.
 *
 * The mass of nu is n over the effective sample size. Where that comes to less than a share of n after a step, the particles are resampled: nu is mu then, and
 *
 *   addSystematicNoise(law, growth, u),   u the influences after it,
 *
 * n times the covariance of systematic resampling, adds to `events`. Its mean changes nothing, so that u does not know of it. `law` is that of particles of equal weights since they were last
 * resampled, carried by the motion alone, with growth = n w of each. Without noise in the motion n w is a function of the node; with it, it is not: see log-weight-paths.ts.
 *
 * As n -> infinity the effective sample size is not random, and all replicas are resampled after the same steps. At n it varies by O(n^-1/2), by more than it falls in a step of the usual dt, so that the
 * step of a resampling varies too. n Var is then the mean over replicas: what a step adds, given all before it, depends on the past by the last resampling alone. So replicas are followed in
 * branches by their last resampling. One of them is left, after some steps, with probability Phi(min z) over these,
 *
 *   z = (r - share) sqrt(n) / sigma,   r = 1 / E a^2,   sigma^2 = r^2 Var(2 a - r a^2),   a = n w,
 *
 * as the effective sample size of independent particles, r n on the average, stays above a share if its deviation, which lasts, does not bring it below. Under K, and once they were resampled, particles
 * are not independent, and sigma is up to twice as large (measured): alongPath says what that may change.
 *
 * Cost: for each step and branch that of log-weight-paths.ts, at a temperature; one branch, or as many as there are steps between two resamplings where chance has made these vary.
 *
 * Chopin, Singh, Soto & Vihola (2022), On resampling schemes for particle filters with weakly informative observations.
 */
function followWeights(grid: Grid, map: StepMap, path: MeanPath, rule: ResamplingRule | null, count?: number): WeightPath {
  const { states, reactions } = path;
  const { growth, earlier } = map.rule;
  /** Of particles that were resampled after step k - 1. */
  function jointSince(k: number): Joint {
    const since = states[k].weights;
    if (!map.diffuses) {
      const growth = (later: Float64Array) => later.map((w, j) => (since[j] > 0 ? w / since[j] : 1));
      const weights = (later: number) => ({ law: since, growth: growth(states[later + 1].weights) });
      return { step: () => {}, weights, read: (later) => ({ ...weights(later), places: null }) };
    }
    const paths = createLogWeightPaths(grid, count);
    // The masses of a lattice are not drawn, but those that came to it by the noise of the last step: a distribution with a density.
    if (k > 0) paths.begin(reactions[k - 1].after, null, transitionOf(k - 1));
    return {
      step(later, gains, transition) {
        if (transition === null) return;
        if (later === 0) paths.begin(since, gains, transition);
        else paths.step(states[later].points, gains, transition);
      },
      weights: paths.weights,
      read: paths.read,
    };
  }
  const transitionOf = (k: number) => map.transition(states[k], reactions[k].time, reactions[k].step) as Transition;
  const begin = (k: number, share: number): Branch => ({ share, kept: 1, nu: states[k].weights, joint: jointSince(k) });

  const squares: WeightPath["squares"] = [];
  const resampled: WeightPath["resampled"] = [];
  let nearest = Infinity;
  let branches = [begin(0, 1)];
  for (const [k, { time, step, excess, total }] of reactions.entries()) {
    const transition = map.transition(states[k], time, step);
    const push = transition?.push ?? ((masses: Float64Array) => masses);
    const factors = excess.map((x) => growth.factor(x) / total);
    const gains = factors.map((factor) => Math.log(factor));
    const react = (masses: Float64Array) => masses.map((mass, j) => mass * factors[j] ** 2);
    const all = { left: new Float64Array(states[k].weights.length), moved: new Float64Array(states[k + 1].weights.length) };
    const now: Resampling[] = [];
    for (const branch of branches) {
      const left = earlier === 1 ? react(branch.nu) : branch.nu;
      const moved = push(left);
      branch.nu = earlier === 1 ? moved : react(moved);
      const share = branch.share * branch.kept;
      for (let j = 0; j < left.length; j++) all.left[j] += share * left[j];
      for (let j = 0; j < moved.length; j++) all.moved[j] += share * moved[j];
      if (rule === null) continue;
      branch.joint.step(k, gains, transition);
      const z = marginOf(rule, 1 / sum(branch.nu), branch.joint.weights(k));
      nearest = Math.min(nearest, Math.abs(z));
      const stays = share * Math.min(1, normalCdf(z) / branch.kept);
      const kept = stays < FEWEST ? 0 : share - stays < FEWEST ? share : stays;
      if (kept < share) now.push({ share: share - kept, joint: branch.joint.read(k) });
      branch.kept = kept / branch.share;
    }
    squares.push(all);
    resampled.push(now);
    branches = branches.filter(({ kept }) => kept > 0);
    if (now.length > 0) branches.push(begin(k + 1, totalShare(now)));
  }
  return { squares, resampled, nearest };
}

const totalShare = (resamplings: readonly Resampling[]): number => resamplings.reduce((total, { share }) => total + share, 0);

/** z of a mean effective sample size of r n, where particles are resampled below a share. */
function marginOf({ below, n }: ResamplingRule, r: number, joint: Pick<JointLaw, "law" | "growth">): number {
  const deviation = spreadOf(joint) / Math.sqrt(n);
  if (deviation > 0) return (r - below) / deviation;
  return r < below ? -Infinity : Infinity;
}

/** sqrt(n) times the standard deviation of (mean a)^2 / mean a^2 over n independent particles. */
function spreadOf({ law, growth }: Pick<JointLaw, "law" | "growth">): number {
  const total = sum(law);
  const moment = (f: (a: number) => number) => law.reduce((all, w, k) => all + w * f(growth[k]), 0) / total;
  const r = 1 / moment((a) => a * a);
  const of = (a: number) => 2 * a - r * a * a;
  const mean = moment(of);
  return r * Math.sqrt(moment((a) => (of(a) - mean) ** 2));
}

/** The effective sample size may deviate by this many times the deviation of independent particles. */
const WIDER = 3;
/** Paths that tell a difference. */
const ROUGHLY = 2 ** 12;
/** Standard deviations beyond which no replica is. */
const SURELY = 3.5;

/**
 * A noise along a path, with the weights of its particles where what they add depends on them: with noise in the motion, or where they are resampled. Where the steps of resamplings are random, it is
 * followed by the same with resamplings three times as far spread, which tells how much their times matter.
 */
export function alongPath(noise: PathNoise, grid: Grid, map: StepMap, path: MeanPath): PathNoise[] {
  const { weights, weighted, resampling = null } = noise;
  if (weights !== undefined || !weighted || (resampling === null && !map.diffuses)) return [noise];
  const own = followWeights(grid, map, path, resampling);
  const found = [{ ...noise, weights: own }];
  if (resampling === null || own.nearest > WIDER * SURELY) return found;
  const wider = { ...resampling, n: resampling.n / WIDER ** 2 };
  return [...found, { ...noise, weights: followWeights(grid, map, path, wider, ROUGHLY) }];
}

/** Adds the noise of resampling after a step; influences are those after it. */
export function addResamplings(
  matrix: Float64Array,
  { weights, resampling }: PathNoise,
  step: number,
  influences: readonly Influence[],
): void {
  if (weights === undefined || resampling === undefined) return;
  for (const { share, joint } of weights.resampled[step]) addResampling(matrix, share, joint, influences, resampling.n);
}

/** When particles are resampled. */
export interface Resamplings {
  /** Ends of steps, with the share of the replicas that are. */
  times: { time: number; share: number }[];
  /** The largest relative difference of n Var from that with resamplings three times as far spread in time: an upper estimate of the error of their spread. */
  timing: number;
}

/** Of the parts of the noises of alongPath; null where particles are not resampled. */
export function resamplingsOf(
  [{ weights, resampling }]: readonly PathNoise[],
  [parts, wider]: readonly CovarianceParts[],
  { reactions }: MeanPath,
): Resamplings | null {
  if (weights === undefined || resampling === undefined) return null;
  const times = weights.resampled.map((each, k) => ({ time: reactions[k].time + reactions[k].step, share: totalShare(each) }));
  return {
    times: times.filter(({ share }) => share > 0),
    timing: wider === undefined ? 0 : largestVarianceDifference(parts, wider),
  };
}
