import type { Problem } from "../problem/problem.ts";
import { LARGEST_ERROR } from "./compare-options.ts";
import type { DetectableError, MeanComparison } from "./comparison.ts";
import type { Resolution } from "./power.ts";
import type { Term } from "./scheme-means.ts";
import { type TermSensitivities, termsOfError } from "./term-sensitivities.ts";

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
  sensitivities: TermSensitivities,
  means: readonly (MeanComparison & { resolve: Resolve; foresee: Resolve })[],
  size: number,
): ErrorResolution[] {
  const P = problem.observables.length;
  return termsOfError(problem).map((of) => {
    const found = means.map(({ observable, time, resolve, foresee }, i): ErrorResolution & { foreseen: number } => {
      const { value, error } = sensitivities[Math.floor(i / P)][observable][of] ?? UNKNOWN;
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

const UNKNOWN = { value: 0, error: 0 };

/** A term with its article. */
export const ONE: Readonly<Record<Term, string>> = { alpha: "an alpha", drift: "a drift", temperature: "a temperature" };

/** "An alpha wrong by 4.7%". */
export function nameError({ of, size }: Pick<DetectableError, "of" | "size">): string {
  return `${ONE[of]} wrong by ${Number((100 * size).toPrecision(2))}%`;
}

/** The errors that would have been found, as a sentence for the user. */
export function describeErrors(errors: readonly DetectableError[]): string {
  const found = errors.filter(({ size }) => size <= LARGEST_ERROR);
  const unseen = errors.filter(({ size }) => !(size <= LARGEST_ERROR));
  const parts = [
    ...(found.length > 0
      ? [`${together(found.map((e) => `${nameError(e)} (by ${e.observable} at t = ${e.time})`))} would have been found`]
      : []),
    ...unseen.map((e) => `${nameError({ ...e, size: LARGEST_ERROR })} could have gone unseen`),
  ];
  return `${parts.join(", ")}, with probability 0.9`;
}

/** "a, b and c". */
const together = (names: readonly string[]) => names.join(", ").replace(/, (?=[^,]*$)/, " and ");
