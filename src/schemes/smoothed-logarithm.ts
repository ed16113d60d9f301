import type { Kernel } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import type { Points } from "./population.ts";

/** Adds tau log(k_eps * mu^n)(theta_i), tau its mean over [time, time + dt], to the first n values. Weights null stands for 1/n each. */
export type AddLogarithm = (values: Float64Array, points: Points, weights: Float64Array | null, time: number, dt: number) => void;

/** Largest relative error of k_eps * mu^n at a particle that stands alone: its logarithm then misses by as much. */
const ALONE = 1e-4;
/** Largest error as a share of max k_eps. */
const USUAL = 1e-7;

/**
 * What the reaction R = V + tau log(k_eps * mu) adds to V at the particles:
 *
 *   (k_eps * mu^n)(theta_i) = sum_j w_j k_eps(theta_i - theta_j) >= w_i k_eps(0)
 *
 * The sum includes the particle itself, whose share is w_i k_eps(0), or k_eps(0) / n without weights: of order 1/n where eps is fixed, and all there is where a particle has no neighbour within some
 * eps. As n -> infinity at fixed eps the limit equation is that of the smoothed reaction, not of tau log mu. By the mesh of the particles: its error, a share of k_eps(0), is chosen from n so that the logarithm of a particle alone is off by
 * 1e-4 at most; below its own share the sum is never taken. O(n) a call.
 *
 * @returns null where R is V alone.
 * @throws Error for a reaction by log mu itself, which particles do not have.
 */
export function createLogarithm(problem: Problem, n: number): AddLogarithm | null {
  const { temperature, smoothing } = problem;
  const { logTerm } = thermalTermsOf(problem);
  if (logTerm === "none") return null;
  if (smoothing === null) throw new Error("particles have no density of their own");
  const sums = smoothing.atPoints(Math.min(USUAL, ALONE / n));
  const top = largestOf(smoothing, problem.grid.dimension);
  const density = new Float64Array(n);
  return (values, points, weights, time, dt) => {
    const tau = temperature.integral(time, time + dt) / dt;
    if (tau === 0) return;
    density.fill(0);
    sums.add(density, null, points, weights, n);
    for (let i = 0; i < n; i++) {
      const own = weights === null ? 1 / n : weights[i];
      values[i] += tau * Math.log(Math.max(density[i], own * top, Number.MIN_VALUE));
    }
  };
}

/** k_eps(0). */
function largestOf(kernel: Kernel, dimension: number): number {
  const value = new Float64Array(1);
  const origin = Array.from({ length: dimension }, () => new Float64Array(1));
  kernel.gram(value, origin, 1);
  return value[0];
}
