import { InputError, InvariantError } from "../errors.ts";
import { type Derivative, sensitivities } from "../fluctuations/sensitivity.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { offers, predictedFamily, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { nearestFittingStep } from "../problem/snapshot-steps.ts";
import { isWarm, thermalTermsOf } from "../problem/thermal.ts";
import { isSchemeName, likePredicted, SCHEMES, type SchemeName, schemesFollowing } from "../schemes/schemes.ts";
import { schemeMeans, type Term } from "./scheme-means.ts";

/** d mean / d log term at each snapshot, by observable and term; a term that is left out is not known. */
export type TermSensitivities = readonly Readonly<Record<string, Partial<Record<Term, Derivative>>>>[];

/** The terms whose error has an effect that is known here. */
export function termsOfError(problem: Problem): Term[] {
  const { transport, reaction } = termsOf(problem);
  // Steps of another length stand for another drift; F and the temperature would then be those of other times.
  const drift = transport && (problem.potential.clock ?? null) === null && problem.temperature.constant !== null;
  return [
    ...(reaction === null ? [] : ["alpha" as const]),
    ...(drift ? ["drift" as const] : []),
    ...(isWarm(problem) ? ["temperature" as const] : []),
  ];
}

/**
 * By the derivatives along the characteristics, which have an error of their own (sensitivity.ts), and where there are none, at a temperature or for an F that changes in time, by
 * differences of the scheme's mean-field map. Null, with a note, where neither is known.
 */
export function termSensitivities(
  problem: Problem,
  { scheme, dt }: { scheme?: string | undefined; dt: number | null },
  notes: string[],
): TermSensitivities | null {
  try {
    if (offers(problem, "sensitivity")) return sensitivities(problem).map(({ observables }) => observables);
    const found = thermalTermsOf(problem).logTerm === "density" ? null : byDifferences(problem, { scheme, dt });
    if (found === null) notes.push("how the means depend on the terms of the equation is not known: no map of a scheme follows it");
    return found;
  } catch (error) {
    if (!(error instanceof IntegrationError || error instanceof InvariantError || error instanceof InputError)) throw error;
    const what = error instanceof IntegrationError ? "its nodes run away" : error.message;
    notes.push(`how the means depend on alpha and on the drift is not known: ${what}`);
    return null;
  }
}

/** Share by which a term is changed. */
const CHANGE = 0.02;
/** Longest steps, over the run: derivatives hardly depend on them. */
const LONGEST = 1 / 40;

/**
 * (m(1 + e) - m(1 - e)) / 2e, e = 0.02, with the second difference as its error: an upper estimate of what is of third order. Of the scheme where it has a map at its
 * dt, of the first that follows the dynamics otherwise. Cost: a run of the map, and two for each term.
 */
function byDifferences(problem: Problem, own: { scheme?: string | undefined; dt: number | null }): TermSensitivities | null {
  const longest = nearestFittingStep(problem.snapshotTimes, LONGEST * problem.end);
  const dt = own.dt === null ? longest : Math.max(own.dt, longest ?? 0);
  if (dt === null) return null;
  const scheme = schemeFor(problem, own.scheme);
  const { observables, snapshotTimes } = problem;
  const { means } = schemeMeans(problem, scheme, dt, null);
  const rows = snapshotTimes.map(() =>
    Object.fromEntries(observables.map(({ name }): [string, Partial<Record<Term, Derivative>>] => [name, {}])),
  );
  for (const of of termsOfError(problem)) {
    const [more, less] = [CHANGE, -CHANGE].map((size) => schemeMeans(problem, scheme, dt, { of, size }).means);
    rows.forEach((row, s) => {
      observables.forEach(({ name }, k) => {
        const i = s * observables.length + k;
        const value = (more[i] - less[i]) / (2 * CHANGE);
        row[name][of] = { value, error: Math.abs(more[i] + less[i] - 2 * means[i]) / (2 * CHANGE) };
      });
    });
  }
  return rows;
}

function schemeFor(problem: Problem, scheme: string | undefined): SchemeName {
  const family = predictedFamily(problem);
  const [first] = schemesFollowing(family);
  if (scheme === undefined || !isSchemeName(scheme) || likePredicted(scheme) === null) return first;
  return SCHEMES[scheme].follows.includes(family) ? scheme : first;
}
