import { definitionOf } from "../../src/problem/dynamics.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { PRIOR } from "../shared/motions.ts";

/** A start of figure 1 with its times and the domain on which finite volumes are run. */
export interface Start {
  name: "favourable" | "unfavourable";
  initial: ProblemDefinition["initial"];
  end: number;
  /** Birth and death are switched off this long before the end, as in the authors' notebook. */
  quench: number;
  /** Recorded times, the end among them. */
  times: readonly number[];
  variables: ProblemDefinition["variables"];
}

/** The three curves of a start. */
export const DYNAMICS_NAMES = ["gradient-descent", "birth-death", "reinjection net-deficit"] as const;
export type DynamicsName = (typeof DYNAMICS_NAMES)[number];

/** Times of curves, which particles of every dt reach after whole steps: at least 120, those that are recorded among them. */
export function drawnTimes({ times, end }: Start): number[] {
  const spacing = DRAWN_SPACINGS.find((each) => end / each >= 120 - 1e-9) ?? DRAWN_SPACINGS[DRAWN_SPACINGS.length - 1];
  const count = Math.round(end / spacing);
  const evenly = Array.from({ length: count + 1 }, (_, k) => (k * end) / count);
  return [...new Set([...evenly, ...times])].sort((a, b) => a - b);
}

const DRAWN_SPACINGS = [0.5, 0.25];

/** alpha = 0.05 a step of dt = 0.01 in the notebook. */
export const ALPHA = 5;

/** The problem of one curve of figure 1, recorded at `times` and run up to the last of them. */
export function problemOfCurve(
  base: ProblemDefinition,
  { initial, variables, end, quench }: Start,
  dynamics: DynamicsName,
  times: readonly number[],
): Promise<Problem> {
  return createProblem({
    ...base,
    variables,
    initial,
    alpha: { rate: ALPHA, until: end - quench },
    dynamics: definitionOf(dynamics, PRIOR),
    time: { end: times[times.length - 1], snapshots: [...times] },
    observables: {},
  });
}
