import type { RandomStream } from "../numerics/random.ts";
import type { ParticleFamily } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { Reinjection } from "../problem/terms.ts";
import type { Growth, StepRule } from "./growth.ts";
import type { NoiseModel } from "./noise-model.ts";
import type { Points } from "./population.ts";
import type { Selection } from "./selection.ts";

/** A particle scheme at fixed n, ready to step one population: between steps its points are read by others and changed by none. */
export interface ParticleStepper {
  /** Weights of the n particles, of sum 1, which a step changes; left out where each is 1/n. */
  readonly weights?: Float64Array;
  /** Advances the n particles from `time` by dt in place: the first n coordinates of each `points[a]`. */
  step(points: Points, time: number, dt: number, stream: RandomStream): void;
}

interface SchemeHead {
  /** In a line. */
  description: string;
  /** The dynamics whose mean field the scheme follows as n -> infinity and dt -> 0. */
  follows: readonly ParticleFamily[];
  /** The theory of its fluctuations; null where there is none. */
  noise: NoiseModel | null;
}

/** A scheme that moves all particles by a step of Euler's method, and then selects; see stepper.ts. */
export interface SteppedScheme extends SchemeHead {
  time: "steps";
  /** For n particles, and the reinjection that the problem has; null where nobody dies. */
  selection: ((n: number, reinjection: Reinjection | null) => Selection) | null;
  /** The factor of a weight in one step, as n -> infinity at fixed dt. */
  growth: Growth;
  /** Share of V before the motion in the potential that decides (default 0); the rest is V after it. */
  earlier?: StepRule["earlier"];
}

/** What a scheme with weights is told. */
export interface StepperOptions {
  /** Effective sample size, as a share of n, below which particles are resampled (default 0: never). */
  resampleBelow?: number;
}

/** Brings its own steps. */
export interface OwnSteps {
  create(problem: Problem, n: number, options?: StepperOptions): ParticleStepper;
  /** Whether its steppers have weights. */
  weighted?: true;
}

/** A scheme in steps whose particles have weights. */
export interface WeightedScheme extends SteppedScheme, OwnSteps {
  weighted: true;
  selection: null;
}

/** A scheme whose births and deaths happen at times of their own: it has no growth of a step. */
export interface ContinuousScheme extends SchemeHead, OwnSteps {
  time: "continuous";
}

export type ParticleScheme = SteppedScheme | WeightedScheme | ContinuousScheme;

/** All that a simulation needs of a scheme. */
export type Runnable = Pick<SteppedScheme, "selection"> | OwnSteps;

export const isWeighted = (scheme: Runnable): boolean => "weighted" in scheme && scheme.weighted === true;
