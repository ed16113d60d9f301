import { createStepPotential } from "../potential/batch-potential.ts";
import { createDescent } from "./descent.ts";
import type { ParticleScheme } from "./scheme.ts";

/** theta_i <- theta_i - dt grad V(theta_i, [mu^n]): explicit Euler of (8), order 1, no events. */
export const gradientDescent: ParticleScheme = {
  dynamics: ["gradient-descent"],
  capacity: (n) => n,
  create(problem, n) {
    const potential = createStepPotential(problem.potential);
    const descend = createDescent(problem, potential, n);
    return {
      step(points, _time, dt, stream) {
        potential.draw(stream);
        descend(points, dt);
      },
    };
  },
};
