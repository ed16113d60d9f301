import { BLOCK } from "../numerics/block-function.ts";
import { expBlock } from "../numerics/exp.ts";
import type { RandomStream } from "../numerics/random.ts";
import { createPointPotential } from "./point-potential.ts";
import { moveAlong, type Points } from "./population.ts";
import type { ParticleScheme } from "./scheme.ts";

/**
 * Algorithm 1 of Rotskoff et al. (2019), as printed there. One step of dt:
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n])                                              for every particle
 *   2. Vt_i = V(theta_i, [mu^n]) - mean_j V(theta_j, [mu^n])                                        at the moved positions
 *   3. kill i with probability 1 - e^{-alpha Vt_i dt} if Vt_i > 0,
 *      duplicate i with probability 1 - e^{-alpha |Vt_i| dt} if Vt_i < 0
 *   4. kill or duplicate particles chosen uniformly, one after another, until n are left
 *
 * The particle of least V is never killed, so the population cannot die out. As n -> infinity at fixed dt it follows the mean-field
 * map, and as dt -> 0 the birth-death equation (13), at order 1. Without K about 30 ns a particle and step.
 */
export const algorithm1: ParticleScheme = {
  dynamics: "birth-death",
  capacity: (n) => 2 * n,
  create(problem, n) {
    const { grid, alpha } = problem;
    const potential = createPointPotential(problem);
    const gradient = grid.axes.map(() => new Float64Array(n));
    const V = new Float64Array(n);
    const duplicated = new Int32Array(n);
    return {
      step(points, dt, stream) {
        potential.gradient(gradient, points, null, n);
        moveAlong(points, gradient, dt, grid, n);
        potential.value(V, points, null, n);
        const population = killAndDuplicate(points, V, alpha * dt, n, duplicated, stream);
        controlPopulation(points, population, n, stream);
      },
    };
  },
};

const exponent = new Float64Array(BLOCK);

/** Step 3. Survivors move to the front in their order, copies follow. Returns the number of particles, at most 2 n. */
function killAndDuplicate(points: Points, V: Float64Array, rate: number, n: number, duplicated: Int32Array, stream: RandomStream): number {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += V[i];
  mean /= n;
  let survivors = 0;
  let copies = 0;
  for (let start = 0; start < n; start += BLOCK) {
    const count = Math.min(BLOCK, n - start);
    for (let k = 0; k < count; k++) exponent[k] = -rate * Math.abs(V[start + k] - mean);
    expBlock(exponent, 0, exponent, 0, count);
    for (let k = 0; k < count; k++) {
      const i = start + k;
      const happens = stream.bernoulli(1 - exponent[k]);
      if (happens && V[i] > mean) continue;
      for (let a = 0; a < points.length; a++) points[a][survivors] = points[a][i];
      if (happens) duplicated[copies++] = survivors;
      survivors++;
    }
  }
  for (let c = 0; c < copies; c++) copyParticle(points, duplicated[c], survivors + c);
  return survivors + copies;
}

/** Step 4, on a population of any size from 1 to 2 n. */
function controlPopulation(points: Points, population: number, n: number, stream: RandomStream): void {
  let size = population;
  for (; size > n; size--) copyParticle(points, size - 1, stream.below(size));
  for (; size < n; size++) copyParticle(points, stream.below(size), size);
}

function copyParticle(points: Points, from: number, to: number): void {
  for (let a = 0; a < points.length; a++) points[a][to] = points[a][from];
}
