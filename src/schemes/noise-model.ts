import { meanOf } from "../numerics/moments.ts";
import { sum } from "../numerics/sum.ts";
import type { CovarianceParts, Influence } from "./covariance.ts";
import type { ReactionStep } from "./growth.ts";

/**
 * The noise that n particles add to a step of a scheme, as n -> infinity at fixed dt: n times a covariance, which acts on a quantity through
 * its influence u (see fluctuations/adjoint.ts). Each scheme states its own; u is taken of mean 0, and Var u and sums over w are those of the
 * weights after the step where nothing else is said.
 */
export interface StepNoise {
  /** Adds the noise that enters before the reaction, for the influences there. */
  addBefore?: (parts: CovarianceParts, reaction: ReactionStep, influences: readonly Influence[]) => void;
  /** Adds the noise that enters after it. */
  addAfter: (parts: CovarianceParts, reaction: ReactionStep, influences: readonly Influence[]) => void;
  /**
   * Adds n times the mean, at second order in the noise of the step, of the masses after it: E of the quotient by the population is not the
   * quotient of the means.
   */
  addBias?: (masses: Float64Array, reaction: ReactionStep) => void;
  /** Whether particles carry weights, by whose squares the noise of their motion counts. */
  weighted?: boolean;
  /** When those are resampled; left out: never. */
  resampling?: ResamplingRule;
}

/** Systematic resampling, in the order of the mean partition, of n particles after each step that leaves the effective sample size below a share of n. */
export interface ResamplingRule {
  below: number;
  n: number;
}

/** n and dt of a scheme; in the limit dt -> 0 what counts is their product. */
export interface SchemeSizes {
  n: number;
  dt: number;
  /** Of a scheme with weights: the share of n below which, as effective sample size, its particles are resampled. Left out: never. */
  resampleBelow?: number;
}

export interface NoiseModel {
  /** At the scheme's own dt. */
  stepped: (sizes: SchemeSizes) => StepNoise;
  /** As dt -> 0, for steps of any length; null where the noise per unit time has no limit. */
  limit: ((sizes: SchemeSizes) => StepNoise) | null;
}

/** Noise of half a step of length `step`, at nodes whose rates of change are |excess| over the step. */
type HalfNoise = (
  parts: CovarianceParts,
  weights: Float64Array,
  excess: Float64Array,
  step: number,
  influences: readonly Influence[],
) => void;

/** The noise of a scheme in continuous time: the mean of both ends of a step, each with its own weights and Vbar. */
export function noiseInContinuousTime(addHalf: HalfNoise): StepNoise {
  return {
    addBefore: (parts, { before, excess, step }, u) => addHalf(parts, before, excess, step, u),
    addAfter(parts, { after, excess, step }, u) {
      const mean = meanOf(excess, after);
      addHalf(
        parts,
        after,
        excess.map((x) => x - mean),
        step,
        u,
      );
    },
  };
}

/** w p (1 - p) Z^-2, p = |chance|: the variance of the masses under independent births and deaths, before they are divided by the population. */
export function bernoulliVariances({ before, total }: ReactionStep, chances: Float64Array): Float64Array {
  return before.map((w, j) => (w * Math.abs(chances[j]) * (1 - Math.abs(chances[j]))) / (total * total));
}

/** Adds n times the mean of the masses of second order in independent births and deaths, for the division by the population. */
export function addQuotientBias(masses: Float64Array, reaction: ReactionStep, chances: Float64Array): void {
  const variances = bernoulliVariances(reaction, chances);
  const all = sum(variances);
  for (let j = 0; j < masses.length; j++) masses[j] += reaction.after[j] * all - variances[j];
}
