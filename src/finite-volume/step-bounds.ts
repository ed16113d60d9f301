import { InputError, refuseUnlessPositive } from "../errors.ts";
import type { Stepper } from "./stepper.ts";

/** Bounds on the length of a step. */
export interface StepOptions {
  /** Share of the positivity limit used by a step, in (0, 1]; default 0.9. */
  safety?: number;
  /** Bound on alpha dt (max V - min V) where there is mass, under reinjection with 0 among the values of V, so that splitting resolves the reaction; default 0.2. */
  reactionNumber?: number;
  /**
   * Bound on dt (strain + crossing + alpha deviation) for fluxes without a bound of their own, see FieldRates: how far paths come together and masses change in a step; default
   * 0.05.
   */
  stepNumber?: number;
  /** Upper bound on dt. */
  maxStep?: number;
  /** Steps are this share of what all bounds but maxStep allow, in (0, 1]; default 1. */
  stepShare?: number;
}

const MOST_STEPS = 1e9;

/** Whatever bounds a step: the field that a message names, why, and the remedy. */
const BOUNDS = {
  positivity: ["potential", "V is so steep on this domain", "narrow the domain to where there is mass, use fewer cells, scale F and K down, or end earlier"],
  reaction: ["alpha", "alpha times the oscillation of V is so large on this domain", "reduce alpha, narrow the domain, or end earlier"],
  change: ["potential", "the density changes so fast", "scale F, K and alpha down, or end earlier"],
  maxStep: ["maxStep", "the bound on a step is so small", "give a larger one, or end earlier"],
} as const satisfies Record<string, readonly [field: string, reason: string, remedy: string]>; // biome-ignore format: a row each

interface Longest {
  dt: number;
  /** What decides where steps are too many for any run. */
  bound: keyof typeof BOUNDS;
  /** The least of the bounds that last: after a short step those that follow may be at most twice as long. */
  lasting: number;
}

export function refuseEndless(remaining: number, { lasting, bound }: Longest): void {
  if (remaining / lasting < MOST_STEPS) return;
  const [field, reason, remedy] = BOUNDS[bound];
  throw new InputError(field, undefined, `${reason} that steps of ${lasting.toExponential(1)} are needed`, remedy);
}

/** @param reactionRate the rate at which the reaction changes one part of mu against another. @param rate that which stepNumber bounds. */
export function longestStep(stepper: Stepper, reactionRate: number, rate: number, options: StepOptions): Longest {
  const { safety = 0.9, reactionNumber = 0.2, stepNumber = 0.05, maxStep = Infinity, stepShare = 1 } = options;
  refuseUnlessPositive({ safety, reactionNumber, stepNumber, maxStep, stepShare });
  if (safety > 1)
    throw new InputError("safety", safety, "above 1, where densities could become negative", "give a number in (0, 1]");
  if (stepShare > 1) throw new InputError("stepShare", stepShare, "above 1", "give a number in (0, 1]");
  const over = (number: number, ofRate: number) => (ofRate === 0 ? Infinity : number / ofRate);
  const bounds: { bound: Longest["bound"]; dt: number }[] = [
    { bound: "positivity", dt: stepShare * safety * stepper.positivityLimit() },
    { bound: "reaction", dt: stepShare * over(reactionNumber, reactionRate) },
    { bound: "change", dt: stepShare * over(stepNumber, rate) },
    { bound: "maxStep", dt: maxStep },
  ];
  const lasting = bounds.reduce((least, each) => Math.min(least, each.dt), Infinity);
  // The first of those that nearly decide is the one to speak of.
  const { bound } = bounds.find((each) => each.dt <= 2 * lasting) ?? bounds[0];
  return { dt: Math.min(lasting, stepper.accuracyLimit(stepShare)), bound, lasting };
}
