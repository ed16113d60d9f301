import type { RandomStream } from "../numerics/random.ts";
import { createStepPotential } from "../potential/batch-potential.ts";
import { createDescent } from "./descent.ts";
import { applyEvents, createEvents, drawEvents } from "./kill-or-duplicate.ts";
import { copyParticle, type Points, removeUniformly } from "./population.ts";
import type { ParticleScheme } from "./scheme.ts";

/**
 * Algorithm 1 of Rotskoff et al. (2019), as printed there. One step of dt:
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n])                      for every particle (not under pure-birth-death)
 *   2. Vt_i = V(theta_i, [mu^n]) - mean_j V(theta_j, [mu^n])                                        at the moved positions
 *   3. kill i with probability 1 - e^{-alpha Vt_i dt} if Vt_i > 0,
 *      duplicate i with probability 1 - e^{-alpha |Vt_i| dt} if Vt_i < 0
 *   4. kill or duplicate particles chosen uniformly, one after another, until n are left
 *
 * (with int alpha over the step for alpha dt where alpha changes in time). The particle of least V is never killed, so the population cannot die out. As n -> infinity at fixed dt it follows the mean-field
 * map, and as dt -> 0 the birth-death equation (13), at order 1. Without K 20 to 30 ns a particle and
 * step where events are rare.
 */
export const algorithm1: ParticleScheme = {
  dynamics: ["birth-death"],
  capacity: (n) => 2 * n,
  create(problem, n) {
    const { alpha } = problem;
    const potential = createStepPotential(problem.potential);
    const descend = createDescent(problem, potential, n);
    const V = new Float64Array(n);
    const events = createEvents(n);
    return {
      step(points, time, dt, stream) {
        potential.draw(stream);
        descend(points, dt);
        potential.value(V, points, null, n);
        drawEvents(events, V, meanOf(V, n), alpha.integral(time, time + dt), n, stream);
        applyEvents(points, events, n);
        controlPopulation(points, n - events.kills + events.copies, n, stream);
      },
    };
  },
};

/** Step 4, on a population of any size from 1 to 2 n. */
function controlPopulation(points: Points, population: number, n: number, stream: RandomStream): void {
  removeUniformly(points, population, n, stream);
  for (let size = population; size < n; size++) copyParticle(points, stream.below(size), size);
}

function meanOf(V: Float64Array, n: number): number {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += V[i];
  return mean / n;
}
