import type { DistanceTest, NullQuantiles } from "./distance-test.ts";
import type { Divergence } from "./divergences.ts";
import type { GapComparison } from "./gaps.ts";
import type { NoiseReport } from "./noise-tests.ts";
import type { EffectiveSize, OutsideCount } from "./replica-means.ts";
import type { Term } from "./scheme-means.ts";
import type { StepBias } from "./step-bias.ts";

export type CompareVerdict = "consistent" | "inconsistent" | "inconclusive";

/** One observable at one time. */
export interface MeanComparison {
  time: number;
  observable: string;
  particles: number;
  standardError: number;
  reference: number;
  /** The effect of the scheme's steps on the mean, added to the reference where scheme and dt are known; otherwise 0. */
  dtCorrection: number;
  /** Allowed for: the stated error of the reference, the bias of dt, the bias of finite n. */
  referenceError: number;
  dtBias: number;
  finiteSizeBias: number;
  pValue: number;
  /** Not tested (its pValue is 1): its mean rests on particles so rare that an ensemble of this size holds none. */
  leftOut: boolean;
  /** The deviation that would be found with probability 0.9, in standard deviations of the observable. */
  detectable: number;
  /** Whether it does not fail and would if the reference were exact. */
  hidden: boolean;
}

/** What a mean may be off by: the stated error of the reference, the bias of dt and the bias of finite n, in the units of the observable. */
export function allowanceOf(mean: Pick<MeanComparison, "referenceError" | "dtBias" | "finiteSizeBias">): number {
  return mean.referenceError + mean.dtBias + mean.finiteSizeBias;
}

/** The relative error of a term of the equation that would have been found with probability 0.9, by the test of a mean that sees it best. */
export interface DetectableError {
  of: Term;
  /** To first order in the error; Infinity where no test would have found any. */
  size: number;
  observable: string;
  time: number;
}

/** A term of the equation whose error would explain the deviations of the means of inconsistent particles. */
export interface LikelyCause {
  of: Term;
  /** The relative error of the term: particles have it 1 + size times. To first order. */
  size: number;
  /** By the noise alone: what is allowed for and the first order come on top. */
  standardError: number;
  /** Share of the squared deviations, in their errors, that it explains. */
  explained: number;
}

export interface Comparison {
  verdict: CompareVerdict;
  /** Why, in sentences. */
  reasons: string[];
  falseAlarm: number;
  /** Tests planned, at most so many made (few replicas leave some out); each at falseAlarm / tests. */
  tests: number;
  /** falseAlarm / tests: a test fails below it. */
  significance: number;
  replicas: number;
  n: number;
  dt: number | null;
  /** The scheme of the particles, where it is known. */
  scheme: string | null;
  /** How the steps of dt are allowed for. */
  stepBias: StepBias;
  /** Of inconsistent particles whose steps nothing is allowed for: whether the steps of the schemes here would explain the means. Otherwise null. */
  explainedBySteps: boolean | null;
  /** Of weighted particles; null where all weights are equal. */
  effectiveSizes: EffectiveSize[] | null;
  means: MeanComparison[];
  /** Of each term that the problem has; null where it is not known how the means depend on them. */
  detectableErrors: DetectableError[] | null;
  /** Of inconsistent particles, the best first; empty where no one term explains them, null where the verdict is another. */
  likelyCauses: LikelyCause[] | null;
  /** All observables together, per time; null where there are too few replicas or only one observable. */
  joint: { time: number; statistic: number; pValue: number }[] | null;
  distances: ({ time: number } & DistanceTest)[] | null;
  /** The W1 that noise alone gives, at each time; null for one replica, and as `divergences` where nothing is described. */
  distanceNull: ({ time: number } & NullQuantiles)[] | null;
  /** MMD^2 and KL at each time, which are no tests; null by `createJudge` unless it was told to describe. */
  divergences: Divergence[] | null;
  gaps: GapComparison[] | null;
  /** null for one replica, and for particles with weights of a scheme that is not named: their noise is not predicted. */
  noise: NoiseReport | null;
  outside: OutsideCount;
  /** n times replicas that would settle it; null where it is settled, or where no number of particles would. */
  needed: number | null;
  /** Assumptions, and parts left aside. */
  notes: string[];
}
