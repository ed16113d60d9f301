import { InputError } from "../../errors.ts";
import type { Problem } from "../../problem/problem.ts";
import { nearestFittingStep } from "../../problem/snapshot-steps.ts";
import type { SchemeName } from "../../schemes/schemes.ts";
import { type StepCorrection, stepCorrection, stepCorrections } from "../bias-budget.ts";

/** The longest steps that are tried are a tenth of the run, the shortest this many halvings of them. */
const HALVINGS = 9;

/** A step of the scheme, and what it does to the means. */
export interface PlannedStep {
  dt: number;
  corrections: readonly StepCorrection[];
}

/**
 * The longest of ten steps, each about half of the one before, whose effect on the means is known well enough to be
 * subtracted. Cost: the equation on fine steps, and for each step that is tried a run of the scheme's map.
 *
 * @param isFine whether the error of the known effect may be allowed for.
 * @throws InputError where there is none.
 */
export function chooseStep(problem: Problem, scheme: SchemeName, isFine: (step: PlannedStep) => boolean): PlannedStep {
  const correctionsAt = stepCorrections(problem, scheme);
  let before = Infinity;
  for (let k = 0; k <= HALVINGS; k++) {
    const dt = nearestFittingStep(problem.snapshotTimes, (0.1 * problem.end) / 2 ** k);
    if (dt === null || dt >= before) continue;
    before = dt;
    const corrections = correctionsAt(dt);
    if (corrections !== null && isFine({ dt, corrections })) return { dt, corrections };
  }
  throw new InputError(
    "--dt",
    undefined,
    `no step down to ${before.toPrecision(2)} of ${scheme} has an effect on the means that is known well enough`,
    "give one, or a larger error to detect",
  );
}

/** A given step. @throws InputError where its effect is not known. */
export function givenStep(problem: Problem, scheme: SchemeName, dt: number): PlannedStep {
  const corrections = stepCorrection(problem, scheme, dt);
  if (corrections === null)
    throw new InputError(
      "--dt",
      dt,
      `the effect of such steps of ${scheme} is not known: they are unstable, or too many`,
      "give another",
    );
  return { dt, corrections };
}
