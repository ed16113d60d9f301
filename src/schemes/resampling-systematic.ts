import { EXPONENTIAL } from "./growth.ts";
import { createIndexedOffspring } from "./offspring.ts";
import { placeSideBySide } from "./parents.ts";
import { resampleBy } from "./resampling.ts";
import type { SteppedScheme } from "./scheme.ts";

/**
 * By systematic resampling in the order of the list, `theta[searchsorted(cumsum(w), (arange(n) + U) / n)]`: copies of a particle stand next to each
 * other from then on. The number of events grows with n and 1/dt, and depends on who stands next to whom: no limit that particles of the usual n and dt come near to.
 */
export const systematicResampling: SteppedScheme = {
  description: "systematic resampling in the order of the list",
  follows: ["birth-death"],
  time: "steps",
  selection: (n) => resampleBy(createIndexedOffspring(n), placeSideBySide, n),
  growth: EXPONENTIAL,
  noise: null,
};
