import { DYNAMICS, DYNAMICS_NAMES, definitionOf, type ParticleFamily } from "../src/problem/dynamics.ts";
import { createProblem, type Problem } from "../src/problem/problem.ts";
import type { ProblemInput } from "../src/problem-file/problem-file.ts";

/** Builds a problem from what a test is about; the rest is a Gaussian in the quadratic well x^2 / 2 on [-4, 4] up to t = 1. */
export function problemOf(changes: Partial<ProblemInput>): Promise<Problem> {
  return createProblem({
    name: "test",
    variables: { x: { min: -4, max: 4, cells: 64 } },
    potential: { F: "0.5*x^2" },
    alpha: 1,
    initial: { x: { type: "normal", mean: 0.5, sd: 0.6 } },
    time: { end: 1, snapshots: 1 },
    ...changes,
  });
}

/** A double well whose left half is deeper, for what particles show at small n. */
export const SKEWED_WELL = {
  variables: { x: { min: -3.5, max: 3.5, cells: 64 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 4,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 1, snapshots: [0.5, 1] },
  observables: { mean: "x", second: "x^2", wave: "cos(2*x)" },
} satisfies Partial<ProblemInput>;

/** A small problem in a variable with walls and an angle, for what reads and writes files. */
export function twoVariables(observables: NonNullable<ProblemInput["observables"]>): Promise<Problem> {
  return createProblem({
    name: "two variables",
    variables: { x: { min: -2, max: 2, cells: 12 }, angle: { min: 0, max: 6, cells: 8, boundary: "periodic" } },
    potential: { F: "x^2/2 + cos(angle*pi/3)" },
    alpha: 1,
    initial: { x: { type: "normal", mean: 0, sd: 0.4 }, angle: { type: "von-mises", mean: 3, concentration: 1 } },
    time: { end: 0.2, snapshots: [0, 0.1, 0.2] },
    observables,
  });
}

/** The first dynamics of a family, with N(-1, 0.3) for the prior that those of reinjection need. */
export function dynamicsFor(family: ParticleFamily): NonNullable<ProblemInput["dynamics"]> {
  const name = DYNAMICS_NAMES.find((row) => DYNAMICS[row].family === family);
  if (name === undefined) throw new Error(`no dynamics of the family ${family}`);
  return definitionOf(name, { x: { type: "normal", mean: -1, sd: 0.3 } });
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** Orders observed when each error belongs to a mesh or step half that of the one before. */
export function observedOrders(errors: readonly number[]): number[] {
  return errors.slice(1).map((error, k) => Math.log2(errors[k] / error));
}

/** int phi over equally weighted particles. */
export function meanOf(values: ArrayLike<number>, phi: (x: number) => number = (x) => x): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += phi(values[i]);
  return total / values.length;
}

/** What an action throws, null if it does not. */
export function errorOf(action: () => void): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error;
  }
}
