import { InputError } from "../errors.ts";
import { termsOf } from "../problem/dynamics.ts";
import { createInteractingProcess } from "./event-process-interacting.ts";
import { createSortedProcess } from "./event-process-sorted.ts";
import { createThinnedProcess } from "./event-process-thinned.ts";
import type { ParticleScheme } from "./scheme.ts";

/**
 * The birth-death process in continuous time, at fixed n. With Vt_i = V(theta_i, [mu^n]) - mean_j V(theta_j, [mu^n]), at rate alpha |Vt_i|
 *
 *   Vt_i > 0:  particle i dies and a copy of particle j takes its place,
 *   Vt_i < 0:  a copy of particle i takes the place of particle j,               j uniform on all n, i included
 *
 * while theta_i' = -grad V(theta_i, [mu^n]). As n -> infinity it follows the birth-death equation (13). Without transport the
 * steps are exact in law for any dt (createSortedProcess, createInteractingProcess), with it they are of order 1 (createThinnedProcess).
 */
export const eventProcess: ParticleScheme = {
  dynamics: ["birth-death"],
  capacity: (n) => n,
  create(problem, n) {
    if (termsOf(problem).transport) return createThinnedProcess(problem, n);
    const { kernel, batches } = problem.potential;
    if (batches !== undefined) {
      const what = "without motion the event process has no steps in which to draw batches";
      throw new InputError("potential.network.batch", undefined, what, "leave it out, or use algorithm-1");
    }
    return kernel === null ? createSortedProcess(problem, n) : createInteractingProcess(problem, kernel, n);
  },
};
