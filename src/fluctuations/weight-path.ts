import type { StepMap } from "../mean-field-map/step-map.ts";
import type { Transition } from "../mean-field-map/transition.ts";
import { sum } from "../numerics/sum.ts";
import { normalCdf } from "../numerics/tails.ts";
import type { Influence } from "../schemes/covariance.ts";
import type { ResamplingRule, StepNoise } from "../schemes/noise-model.ts";
import { addSystematicNoise } from "../schemes/systematic-noise.ts";
import { createLogWeightPaths, type JointLaw } from "./log-weight-paths.ts";
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
  /** The distribution that they were resampled to, and the joint one of places and weights since. */
  since: Float64Array;
  jointAt: (weights: Float64Array) => JointLaw;
  step: (factors: Float64Array, transition: Transition | null) => void;
  nu: Float64Array;
}

/** Shares of the replicas below this are counted with those that are resampled. */
const FEWEST = 1e-4;

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
 * as the effective sample size of independent particles, r n on the average, stays above a share if its deviation, which lasts, does not bring it below. n = Infinity gives the limit.
 *
 * Cost: for each step and branch that of log-weight-paths.ts, at a temperature; one branch, or as many as there are steps between two resamplings where chance has made these vary.
 *
 * Chopin, Singh, Soto & Vihola (2022), On resampling schemes for particle filters with weakly informative observations.
 */
export function followWeights(map: StepMap, path: MeanPath, rule: ResamplingRule | null): WeightPath {
  const { states, reactions } = path;
  const { growth, earlier } = map.rule;
  const begin = (share: number, since: Float64Array): Branch => {
    const own = { share, kept: 1, since, nu: since };
    if (rule !== null && map.diffuses) {
      const paths = createLogWeightPaths(states[0].points.length);
      paths.restart(since);
      return { ...own, jointAt: paths.read, step: (factors, transition) => transition && paths.step(factors, transition) };
    }
    const jointAt = (weights: Float64Array) => ({
      law: since,
      growth: weights.map((w, j) => (since[j] > 0 ? w / since[j] : 1)),
      place: null,
    });
    return { ...own, jointAt, step: () => {} };
  };

  const squares: WeightPath["squares"] = [];
  const resampled: WeightPath["resampled"] = [];
  let branches = [begin(1, states[0].weights)];
  for (const [k, { time, step, excess, total }] of reactions.entries()) {
    const transition = map.transition(states[k], time, step);
    const push = transition?.push ?? ((masses: Float64Array) => masses);
    const factors = excess.map((x) => growth.factor(x) / total);
    const react = (masses: Float64Array) => masses.map((mass, j) => mass * factors[j] ** 2);
    const all = { left: new Float64Array(factors.length), moved: new Float64Array(states[k + 1].weights.length) };
    const now: Resampling[] = [];
    for (const branch of branches) {
      const left = earlier === 1 ? react(branch.nu) : branch.nu;
      const moved = push(left);
      branch.nu = earlier === 1 ? moved : react(moved);
      const share = branch.share * branch.kept;
      for (let j = 0; j < left.length; j++) all.left[j] += share * left[j];
      for (let j = 0; j < moved.length; j++) all.moved[j] += share * moved[j];
      if (rule === null) continue;
      branch.step(factors, transition);
      const joint = branch.jointAt(states[k + 1].weights);
      const stays = share * Math.min(1, chanceAbove(rule, 1 / sum(branch.nu), joint) / branch.kept);
      const kept = stays < FEWEST ? 0 : share - stays < FEWEST ? share : stays;
      if (kept < share) now.push({ share: share - kept, joint });
      branch.kept = kept / branch.share;
    }
    squares.push(all);
    resampled.push(now);
    branches = branches.filter(({ kept }) => kept > 0);
    if (now.length > 0) branches.push(begin(totalShare(now), states[k + 1].weights));
  }
  return { squares, resampled };
}

const totalShare = (resamplings: readonly Resampling[]): number => resamplings.reduce((total, { share }) => total + share, 0);

/** That the effective sample size of n particles, r n on the average, has not come below its share. */
function chanceAbove({ below, n }: ResamplingRule, r: number, joint: JointLaw): number {
  const deviation = spreadOf(joint) / Math.sqrt(n);
  return deviation === 0 ? Number(r >= below) : normalCdf((r - below) / deviation);
}

/** sqrt(n) times the standard deviation of (mean a)^2 / mean a^2 over n independent particles. */
function spreadOf({ law, growth }: JointLaw): number {
  const total = sum(law);
  const moment = (f: (a: number) => number) => law.reduce((all, w, k) => all + w * f(growth[k]), 0) / total;
  const r = 1 / moment((a) => a * a);
  const of = (a: number) => 2 * a - r * a * a;
  const mean = moment(of);
  return r * Math.sqrt(moment((a) => (of(a) - mean) ** 2));
}

/** A noise along a path, with the weights of its particles where what they add depends on them: with noise in the motion, or where they are resampled. */
export function alongPath(noise: PathNoise, map: StepMap, path: MeanPath): PathNoise {
  const { weights, weighted, resampling = null } = noise;
  if (weights !== undefined || !weighted || (resampling === null && !map.diffuses)) return noise;
  return { ...noise, weights: followWeights(map, path, resampling) };
}

/** Adds the noise of resampling after a step; influences are those after it. */
export function addResampling(
  matrix: Float64Array,
  { weights, resampling }: PathNoise,
  step: number,
  influences: readonly Influence[],
): void {
  if (weights === undefined || resampling === undefined) return;
  for (const { share, joint } of weights.resampled[step]) {
    const { law, growth, place } = joint;
    const own = place === null ? influences : influences.map((u) => u && Float64Array.from(place, (node) => u[node]));
    const added = new Float64Array(matrix.length);
    addSystematicNoise(added, law, growth, own, resampling.n);
    for (let i = 0; i < added.length; i++) matrix[i] += share * added[i];
  }
}

/** When particles are resampled: times, and the share of the replicas that are. */
export interface ResamplingTime {
  time: number;
  share: number;
}

export function resamplingTimes({ weights }: PathNoise, { reactions }: MeanPath): ResamplingTime[] | null {
  const found = weights?.resampled.map((each, k) => ({ time: reactions[k].time + reactions[k].step, share: totalShare(each) }));
  return found?.filter(({ share }) => share > 0) ?? null;
}
