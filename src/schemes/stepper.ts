import { InvariantError } from "../errors.ts";
import { createStepPotential } from "../potential/batch-potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { createDescent } from "./descent.ts";
import { createReplacement } from "./replacement.ts";
import type { ParticleStepper, Runnable, SteppedScheme, StepperOptions } from "./scheme.ts";
import { SelectionError } from "./selection.ts";
import { createLogarithm } from "./smoothed-logarithm.ts";

/** A scheme of any kind, ready to step n particles of a problem. */
export function createStepper(scheme: Runnable, problem: Problem, n: number, options?: StepperOptions): ParticleStepper {
  return "create" in scheme ? scheme.create(problem, n, options) : createSteps(scheme, problem, n);
}

/**
 * One step of dt of a scheme in steps:
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n]) + sqrt(2 int tau dt) xi_i     for every particle (not under pure-birth-death)
 *   2. R_i = V(theta_i, [mu^n]), or V + tau log(k_eps * mu^n)(theta_i)               at the moved positions
 *   3. theta_i <- theta_parent(i), or a draw from the prior                          with the parents that the selection draws from R and int alpha dt
 *
 * An F that changes in time is that of the start of the step. A scheme without a selection ends after the first.
 */
function createSteps(
  { selection: createSelection }: Pick<SteppedScheme, "selection">,
  problem: Problem,
  n: number,
): ParticleStepper {
  const { alpha } = problem;
  const { clock = null } = problem.potential;
  const potential = createStepPotential(problem.potential);
  const descend = createDescent(problem, potential, n);
  const { reaction } = termsOf(problem);
  const selection = createSelection?.(n, reaction?.kind === "prior" ? reaction : null) ?? null;
  if (selection === null) {
    return {
      step(points, time, dt, stream) {
        if (clock !== null) clock.time = time;
        potential.draw(stream);
        descend(points, time, dt, stream);
      },
    };
  }
  /** V, then R. */
  const values = new Float64Array(n);
  const addLogarithm = createLogarithm(problem, n);
  const parents = new Int32Array(2 * n);
  const replace = createReplacement(problem, n);
  return {
    step(points, time, dt, stream) {
      if (clock !== null) clock.time = time;
      potential.draw(stream);
      descend(points, time, dt, stream);
      potential.value(values, points, null, n);
      addLogarithm?.(values, points, null, time, dt);
      try {
        if (!selection.draw(parents, values, alpha.integral(time, time + dt), stream)) return;
      } catch (error) {
        if (!(error instanceof SelectionError)) throw error;
        throw new InvariantError(error.message, time + dt, `reduce dt = ${dt}${error.also}`);
      }
      replace(points, parents, stream);
    },
  };
}
