import { EXPONENTIAL } from "./growth.ts";
import { createShuffledOffspring } from "./offspring.ts";
import { placeChildren } from "./parents.ts";
import { resampleBy } from "./resampling.ts";
import type { SteppedScheme } from "./scheme.ts";

/** By systematic resampling with the list shuffled before each step. The number of events grows with n and 1/dt: no limit that particles of the usual n and dt come near to. */
export const shuffledResampling: SteppedScheme = {
  description: "systematic resampling in a new random order at every step",
  follows: ["birth-death"],
  time: "steps",
  selection: (n) => resampleBy(createShuffledOffspring(n), placeChildren, n),
  growth: EXPONENTIAL,
  noise: null,
};
