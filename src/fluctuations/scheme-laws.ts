import { sum } from "../numerics/sum.ts";
import type { SchemeName } from "../schemes/schemes.ts";
import { addProducts, type CovarianceParts, type Influence } from "./covariance.ts";
import { expectedChange, expectedSkellam } from "./population-change.ts";
import { EXPONENTIAL, type Growth, KILL_OR_DUPLICATE, LINEAR, meanOf, type ReactionStep } from "./reaction.ts";
import { addRounding, addSystematicNoise } from "./systematic-noise.ts";

/**
 * What a particle scheme does in one step to its law, as n -> infinity at fixed dt, and the noise that n particles add to it: n times a
 * covariance, which acts on a quantity through its influence u (see adjoint.ts).
 *
 * | scheme                    | growth        | noise of one step                                                                            |
 * | ------------------------- | ------------- | -------------------------------------------------------------------------------------------- |
 * | algorithm-1               | kill-or-copy  | sum w p (1 - p) u^2 / Z^2  +  E|D| / (n Z) Var u,   p = 1 - e^{-|x|}, D the change of n      |
 * | algorithm-1, dt -> 0      | e^{-x}        | sum w |x| u^2              +  dt E|D| / (n dt') Var u,   D of Skellam's law at lambda = n dt' alpha M, dt' the scheme's step |
 * | event-process             | e^{-x}        | sum w |x| u^2              +  (sum w |x|) Var u,   the mean of both ends of the step         |
 * | resampling                | e^{-x}        | see systematic-noise.ts                                                                       |
 * | resampling-multinomial    | e^{-x}        | Var u                                                                                         |
 * | authors-notebook          | 1 - x, x of V | sum w p (1 - p) u^2 / Z^2  +  (E D- / n + E D+ / (n max(Z, 1))) Var u,   p = min(|x|, 1), D = D+ - D- the change of n  |
 * | gradient-descent          | 1             | 0                                                                                             |
 *
 * u is taken of mean 0, and Var u and the sums over w are those of the law after the step where nothing else is said.
 */
export interface SchemeLaw {
  growth: Growth;
  /** Share of V before the motion in the potential that decides; the rest is V after it. */
  earlier: 0 | 0.5;
  /** Adds the noise that enters before the reaction, for the influences there. */
  addBefore?: (parts: CovarianceParts, reaction: ReactionStep, influences: readonly Influence[]) => void;
  /** Adds the noise that enters after it. */
  addAfter: (parts: CovarianceParts, reaction: ReactionStep, influences: readonly Influence[]) => void;
  /**
   * Adds n times the mean, at second order in the noise of the step, of the masses after it: E of the quotient by the population is not the
   * quotient of the means.
   */
  addBias?: (masses: Float64Array, reaction: ReactionStep) => void;
}

/** n and dt of a scheme; in the limit dt -> 0 what counts is their product. */
export interface SchemeSizes {
  n: number;
  dt: number;
}

export interface SchemeTheory {
  /** At the scheme's own dt. */
  stepped: (sizes: SchemeSizes) => SchemeLaw;
  /** As dt -> 0, for steps of any length; null where the noise per unit time has no limit. */
  limit: ((sizes: SchemeSizes) => SchemeLaw) | null;
}

const NO_REACTION: Growth = { factor: () => 1, slope: () => 0, bend: () => 0, centred: true };

const still: SchemeLaw = { growth: NO_REACTION, earlier: 0, addAfter: () => {} };

/** Noise of half a step of length `step`, at nodes whose rates of change are |excess| over the step. */
type HalfNoise = (
  parts: CovarianceParts,
  weights: Float64Array,
  excess: Float64Array,
  step: number,
  influences: readonly Influence[],
) => void;

/** The law of a scheme in continuous time: its noise is the mean of both ends of a step, each with its own law and Vbar. */
function continuousLaw(addHalf: HalfNoise): SchemeLaw {
  return {
    growth: EXPONENTIAL,
    earlier: 0.5,
    addBefore: (parts, { before, excess, step }, u) => addHalf(parts, before, excess, step, u),
    addAfter(parts, { after, excess, step }, u) {
      const level = meanOf(after, excess);
      addHalf(
        parts,
        after,
        excess.map((x) => x - level),
        step,
        u,
      );
    },
  };
}

/** Jumps at rate |x|: the particle itself, and its uniform partner. */
const eventProcess = continuousLaw((parts, weights, excess, _step, influences) => {
  const rates = weights.map((w, j) => w * Math.abs(excess[j]));
  addProducts(parts.events, 0.5, rates, influences);
  addProducts(parts.control, 0.5 * sum(rates), weights, influences);
});

/** The probabilities of death, and less those of a copy. */
const exponentialChances = ({ excess }: ReactionStep): Float64Array => excess.map((x) => -Math.sign(x) * Math.expm1(-Math.abs(x)));
const linearChances = ({ excess }: ReactionStep): Float64Array => excess.map((x) => Math.min(1, Math.max(-1, x)));

/** w p (1 - p) Z^-2: the variance of the masses before they are divided by the population. */
function bernoulliVariances({ before, total }: ReactionStep, chances: Float64Array): Float64Array {
  return before.map((w, j) => (w * Math.abs(chances[j]) * (1 - Math.abs(chances[j]))) / (total * total));
}

/** Adds n times the mean of the masses of second order in independent births and deaths, for the division by the population. */
function addQuotientBias(masses: Float64Array, reaction: ReactionStep, chances: Float64Array): void {
  const variances = bernoulliVariances(reaction, chances);
  const all = sum(variances);
  for (let j = 0; j < masses.length; j++) masses[j] += reaction.after[j] * all - variances[j];
}

const algorithm1 = ({ n }: SchemeSizes): SchemeLaw => ({
  growth: KILL_OR_DUPLICATE,
  earlier: 0,
  addAfter(parts, reaction, influences) {
    const { before, after, total } = reaction;
    const chances = exponentialChances(reaction);
    addProducts(parts.events, 1, bernoulliVariances(reaction, chances), influences);
    addProducts(parts.control, expectedChange(before, chances, n) / (n * total), after, influences);
  },
  addBias: (masses, reaction) => addQuotientBias(masses, reaction, exponentialChances(reaction)),
});

/**
 * Below n, n - n Z + noise copies are drawn independently from all that are there, which adds their share of Var u; above n, a set is removed
 * uniformly, as in Algorithm 1. Without the mean of V the population changes by n (Z - 1) in the mean.
 */
const notebook = ({ n }: SchemeSizes): SchemeLaw => ({
  growth: LINEAR,
  earlier: 0,
  addAfter(parts, reaction, influences) {
    const { before, after, total } = reaction;
    const chances = linearChances(reaction);
    addProducts(parts.events, 1, bernoulliVariances(reaction, chances), influences);
    const change = expectedChange(before, chances, n) / n;
    const [missing, surplus] = [-1, 1].map((sign) => Math.max(0, 0.5 * (change + sign * (total - 1))));
    addProducts(parts.control, missing + surplus / Math.max(1, total), after, influences);
  },
  addBias: (masses, reaction) => addQuotientBias(masses, reaction, linearChances(reaction)),
});

/** Control is that of a step of the scheme's own dt, in which n sum w |x| dt / step events are expected. */
const algorithm1Limit = ({ n, dt }: SchemeSizes): SchemeLaw =>
  continuousLaw((parts, weights, excess, step, influences) => {
    const rates = weights.map((w, j) => w * Math.abs(excess[j]));
    addProducts(parts.events, 0.5, rates, influences);
    addProducts(parts.control, (0.5 * expectedSkellam((n * sum(rates) * dt) / step) * step) / (n * dt), weights, influences);
  });

const multinomial: SchemeLaw = {
  growth: EXPONENTIAL,
  earlier: 0,
  addAfter: (parts, { after }, influences) => addProducts(parts.events, 1, after, influences),
};

const systematic = ({ n }: SchemeSizes): SchemeLaw => ({
  growth: EXPONENTIAL,
  earlier: 0,
  addAfter(parts, { before, after }, influences) {
    const growth = after.map((w, j) => (before[j] === 0 ? 1 : w / before[j]));
    addSystematicNoise(parts.events, before, growth, influences, n);
  },
});

/** In the limit: kills, and copies, as many as there must be at the scheme's n dt, each of the law of the rates   (small b in systematic-noise.ts). */
const systematicLimit = ({ n, dt }: SchemeSizes): SchemeLaw =>
  continuousLaw((parts, weights, excess, step, influences) => {
    const [shrinks, grows] = [1, -1].map((sign) => weights.map((w, j) => w * Math.max(0, sign * excess[j])));
    for (const rates of [shrinks, grows]) addPicks(parts, rates, influences);
    addRounding(parts.events, shrinks, grows, influences, (n * dt) / step, (0.5 * step) / (n * dt));
  });

function addPicks(parts: CovarianceParts, rates: Float64Array, influences: readonly Influence[]): void {
  const total = sum(rates);
  if (total === 0) return;
  const centred = influences.map((u) => {
    if (u === null) return null;
    const mean = meanOf(rates, u) / total;
    return u.map((value) => value - mean);
  });
  addProducts(parts.events, 0.5, rates, centred);
}

/** The schemes whose fluctuations are known. */
export type PredictedScheme = Exclude<SchemeName, "reinjection" | keyof typeof SIMULATED>;

/**
 * The schemes whose noise has no theory and is simulated, each with the scheme that moves the mean alike. Systematic resampling in any order but that of the mean partition
 * makes a number of events that grows with n and 1/dt, and has no limit that particles of the usual n and dt come near to; in the order of the
 * list it also depends on who stands next to whom.
 */
export const SIMULATED = {
  "resampling-systematic": "resampling",
  "resampling-shuffled": "resampling",
} as const;
export type SimulatedScheme = keyof typeof SIMULATED;

/** The theory of each scheme. */
export const THEORIES: Readonly<Record<PredictedScheme, SchemeTheory>> = {
  "algorithm-1": { stepped: algorithm1, limit: algorithm1Limit },
  "gradient-descent": { stepped: () => still, limit: () => still },
  "event-process": { stepped: () => eventProcess, limit: () => eventProcess },
  resampling: { stepped: systematic, limit: systematicLimit },
  "resampling-multinomial": { stepped: () => multinomial, limit: null },
  "authors-notebook": { stepped: notebook, limit: null },
};

/** The schemes whose means at a step are known. */
export const STEPPED_SCHEMES: readonly (PredictedScheme | SimulatedScheme)[] = [
  ...(Object.keys(THEORIES) as PredictedScheme[]),
  ...(Object.keys(SIMULATED) as SimulatedScheme[]),
];

/** The theory that moves the means as a scheme of any name does; null where there is none. */
export function theoryOfMeans(scheme: string): SchemeTheory | null {
  const alike = Object.hasOwn(SIMULATED, scheme) ? SIMULATED[scheme as SimulatedScheme] : scheme;
  return Object.hasOwn(THEORIES, alike) ? THEORIES[alike as PredictedScheme] : null;
}
