import { addProducts } from "./covariance.ts";
import { EXPONENTIAL } from "./growth.ts";
import { createMultinomialOffspring } from "./offspring.ts";
import { placeChildren } from "./parents.ts";
import { resampleBy } from "./resampling.ts";
import type { SteppedScheme } from "./scheme.ts";

/** By multinomial resampling: n independent draws a step, which add Var u, so that the noise per unit time grows as 1/dt. */
export const multinomialResampling: SteppedScheme = {
  description: "multinomial resampling: n independent draws at every step",
  follows: ["birth-death"],
  time: "steps",
  selection: (n) => resampleBy(createMultinomialOffspring(n), placeChildren, n),
  growth: EXPONENTIAL,
  noise: {
    stepped: () => ({ addAfter: (parts, { after }, influences) => addProducts(parts.events, 1, after, influences) }),
    limit: null,
  },
};
