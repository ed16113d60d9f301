import { InputError } from "../errors.ts";
import { sum } from "../numerics/sum.ts";
import { termsOf } from "../problem/dynamics.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { addProducts } from "./covariance.ts";
import { createInteractingProcess } from "./event-process-interacting.ts";
import { createSortedProcess } from "./event-process-sorted.ts";
import { createThinnedProcess } from "./event-process-thinned.ts";
import { noiseInContinuousTime } from "./noise-model.ts";
import type { ContinuousScheme } from "./scheme.ts";

/** Jumps at rate |x|, of the particle itself and of its uniform partner: sum w |x| u^2 + (sum w |x|) Var u, the mean of both ends of a step. */
const noise = noiseInContinuousTime((parts, weights, excess, _step, influences) => {
  const rates = weights.map((w, j) => w * Math.abs(excess[j]));
  addProducts(parts.events, 0.5, rates, influences);
  addProducts(parts.control, 0.5 * sum(rates), weights, influences);
});

/**
 * The birth-death process in continuous time, at fixed n. With Vt_i = V(theta_i, [mu^n]) - mean_j V(theta_j, [mu^n]), at rate alpha |Vt_i|
 *
 *   Vt_i > 0:  particle i dies and a copy of particle j takes its place,
 *   Vt_i < 0:  a copy of particle i takes the place of particle j,               j uniform on all n, i included
 *
 * while theta_i' = -grad V(theta_i, [mu^n]), with noise at a temperature, where R takes the place of V. As n -> infinity it follows the birth-death equation (13). Where V depends on time
 * through copies alone the steps are exact in distribution for any dt (createSortedProcess, createInteractingProcess); with transport, an F that changes in time or a smoothed
 * logarithm they are of order 1 (createThinnedProcess).
 */
export const eventProcess: ContinuousScheme = {
  description: "births and deaths at rate alpha |V - Vbar| in continuous time, each with a uniformly chosen partner",
  follows: ["birth-death"],
  time: "continuous",
  noise: { stepped: () => noise, limit: () => noise },
  create(problem, n) {
    const { kernel, batches, clock = null } = problem.potential;
    if (termsOf(problem).transport || clock !== null || thermalTermsOf(problem).logTerm !== "none")
      return createThinnedProcess(problem, n);
    if (batches !== undefined) {
      const what = "without motion the event process has no steps in which to draw batches";
      throw new InputError("potential.network.batch", undefined, what, "leave it out, or use algorithm-1");
    }
    return kernel === null ? createSortedProcess(problem, n) : createInteractingProcess(problem, kernel, n);
  },
};
