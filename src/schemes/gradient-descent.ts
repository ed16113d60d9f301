import { CONSTANT } from "./growth.ts";
import type { SteppedScheme } from "./scheme.ts";

const silent = () => ({ addAfter: () => {} });

/** theta_i <- theta_i - dt grad V(theta_i, [mu^n]): explicit Euler of (8), order 1, no events and no noise. */
export const gradientDescent: SteppedScheme = {
  description: "Euler's method, without births and deaths",
  follows: ["gradient-descent"],
  time: "steps",
  selection: null,
  growth: CONSTANT,
  noise: { stepped: silent, limit: silent },
};
