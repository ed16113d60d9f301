import { createStepPotential } from "../potential/batch-potential.ts";
import { moveAlong } from "./population.ts";
import type { ParticleScheme } from "./scheme.ts";

/** theta_i <- theta_i - dt grad V(theta_i, [mu^n]): explicit Euler of (8), order 1, no events. */
export const gradientDescent: ParticleScheme = {
  dynamics: ["gradient-descent"],
  capacity: (n) => n,
  create(problem, n) {
    const potential = createStepPotential(problem.potential);
    const gradient = problem.grid.axes.map(() => new Float64Array(n));
    return {
      step(points, _time, dt, stream) {
        potential.draw(stream);
        potential.gradient(gradient, points, null, n);
        moveAlong(points, gradient, dt, problem.grid, n);
      },
    };
  },
};
