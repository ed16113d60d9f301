import { DYNAMICS, DYNAMICS_NAMES, type DynamicsName } from "../../src/problem/dynamics.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";

/** The dynamics compared where some are stuck in a place that others leave: those that move particles. */
export const MOTIONS = DYNAMICS_NAMES.filter((name) => DYNAMICS[name].transport && DYNAMICS[name].family !== null);

/** Whether mass comes back from a prior. */
export const reinjects = (name: DynamicsName) => DYNAMICS[name].object !== null;

/** The narrow start (c, y) of figure 1, beside one component of the mixture alone, and mu_b of the notebook: units at c = 0, which change nothing when they appear. */
export const NARROW: ProblemDefinition["initial"] = {
  c: { type: "normal", mean: 0, sd: 1 },
  y: { type: "normal", mean: -2, sd: 0.1 },
};
export const PRIOR = { c: { type: "point", value: 0 }, y: { type: "normal", mean: 0, sd: 1 } } as const;
