import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";

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

/** mu_b of the notebook: units at c = 0, which change nothing when they appear. */
const PRIOR = { c: { type: "point", value: 0 }, y: { type: "normal", mean: 0, sd: 1 } } as const;

export const DYNAMICS = {
  "gradient descent": "gradient-descent",
  "birth-death": "birth-death",
  reinjection: { type: "reinjection", law: "net-deficit", prior: PRIOR },
} as const satisfies Record<string, ProblemDefinition["dynamics"]>;

export type DynamicsName = keyof typeof DYNAMICS;
export const DYNAMICS_NAMES = Object.keys(DYNAMICS) as DynamicsName[];

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
    dynamics: structuredClone(DYNAMICS[dynamics]),
    time: { end: times[times.length - 1], snapshots: [...times] },
    observables: {},
  });
}
