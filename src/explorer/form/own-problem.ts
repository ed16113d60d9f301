import type { ProblemInput } from "../../problem-file/problem-file.ts";

/** A problem to start one's own from: one well, a start beside it, and a repulsion that spreads the mass. */
export const OWN_PROBLEM: ProblemInput = {
  name: "my-problem",
  variables: { x: { min: -3, max: 3, cells: 256, boundary: "no-flux" } },
  parameters: { a: 0.5 },
  potential: { F: "0.5*x^2", K: { type: "convolution", expression: "a*exp(-x^2)" } },
  alpha: 1,
  dynamics: "birth-death",
  initial: { x: { type: "normal", mean: 1, sd: 0.4 } },
  time: { end: 1, snapshots: 50 },
  observables: { mean: "x", second: "x^2" },
};
