import type { SensitivitySnapshot } from "../fluctuations/sensitivity.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { LARGEST_ERROR } from "./compare-options.ts";
import type { DetectableError, MeanComparison } from "./comparison.ts";
import type { Resolution } from "./power.ts";

/** The resolution of the test of a mean for a deviation of `size` times `unit`. */
export type Resolve = (unit: number, size: number) => Resolution;

/** A detectable error with the n times replicas that would bring it down to a size; null where no number does. */
export interface ErrorResolution extends DetectableError {
  needed: number | null;
}

/**
 * A term that is wrong by a share e moves the mean of an observable by e |d mean / d log term|, to first order. The error that is found with probability 0.9 is
 * the smallest over all means of the deviation that is found, divided by this derivative (less its own error). The joint test and W1 may find
 * smaller ones. The mean is chosen by its predicted n Var: the smallest observed one is small by chance, and so would be its detectable error.
 *
 * @param size that has to be found.
 */
export function detectableErrors(
  problem: Problem,
  sensitivities: readonly SensitivitySnapshot[],
  means: readonly (MeanComparison & { resolve: Resolve; foresee: Resolve })[],
  size: number,
): ErrorResolution[] {
  const P = problem.observables.length;
  const { transport, reaction } = termsOf(problem);
  const terms = [...(reaction === null ? [] : ["alpha" as const]), ...(transport ? ["drift" as const] : [])];
  return terms.map((of) => {
    const found = means.map(({ observable, time, resolve, foresee }, i): ErrorResolution & { foreseen: number } => {
      const { value, error } = sensitivities[Math.floor(i / P)].observables[observable][of];
      const unit = Math.abs(value) - error;
      const { detectable, needed } = unit > 0 ? resolve(unit, size) : { detectable: Infinity, needed: null };
      const foreseen = unit > 0 ? foresee(unit, size).detectable : Infinity;
      return { of, observable, time, size: detectable, needed, foreseen };
    });
    const { foreseen: _, ...best } = found.reduce((least, one) => (one.foreseen < least.foreseen ? one : least));
    const needed = found.flatMap((one) => (one.needed === null ? [] : [one.needed]));
    return { ...best, needed: needed.length > 0 ? Math.min(...needed) : null };
  });
}

/** "An alpha wrong by 4.7%". */
export function nameError({ of, size }: Pick<DetectableError, "of" | "size">): string {
  return `${of === "alpha" ? "an alpha" : "a drift"} wrong by ${Number((100 * size).toPrecision(2))}%`;
}

/** The errors that would have been found, as a sentence for the user. */
export function describeErrors(errors: readonly DetectableError[]): string {
  const found = errors.filter(({ size }) => size <= LARGEST_ERROR);
  const unseen = errors.filter(({ size }) => !(size <= LARGEST_ERROR));
  const parts = [
    ...(found.length > 0
      ? [`${found.map((e) => `${nameError(e)} (by ${e.observable} at t = ${e.time})`).join(" and ")} would have been found`]
      : []),
    ...unseen.map((e) => `${nameError({ ...e, size: LARGEST_ERROR })} could have gone unseen`),
  ];
  return `${parts.join(", ")}, with probability 0.9`;
}
