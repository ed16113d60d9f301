import { intoPeriod } from "../grid/grid.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import type { Points } from "./population.ts";

/** Adds the noise of the motion over [time, time + dt] to the first n particles, in place. */
export type Diffuse = (points: Points, time: number, dt: number, stream: RandomStream) => void;

/**
 * theta_i <- theta_i + sqrt(2 int tau dt) xi_i, xi_i ~ N(0, I) independent: the noise of a step of Euler and Maruyama's method, whose
 * generator is tau times the Laplacian. n normal numbers for each axis, one axis after the other; periodic axes wrap. At temperature 0, and
 * where nothing moves, no number is drawn.
 */
export function createDiffusion(problem: Problem, n: number): Diffuse {
  const { temperature, grid } = problem;
  if (!thermalTermsOf(problem).diffusion) return () => {};
  return (points, time, dt, stream) => {
    const sd = Math.sqrt(2 * temperature.integral(time, time + dt));
    if (sd === 0) return;
    for (let a = 0; a < points.length; a++) {
      const x = points[a];
      const axis = grid.axes[a];
      for (let i = 0; i < n; i++) x[i] += sd * stream.normal();
      if (axis.periodic) for (let i = 0; i < n; i++) x[i] = intoPeriod(x[i], axis);
    }
  };
}
