import { LawViolationError } from "../errors.ts";
import { expBlock } from "../numerics/exp.ts";
import { createStepPotential } from "../potential/batch-potential.ts";
import { createDescent } from "./descent.ts";
import {
  createIndexedOffspring,
  createMultinomialOffspring,
  createPartitionedOffspring,
  createShuffledOffspring,
  type DrawOffspring,
} from "./offspring.ts";
import { copyParticle, type Points } from "./population.ts";
import type { ParticleScheme } from "./scheme.ts";

/** By systematic resampling in the order of the mean partition: the noise per unit time stays finite as dt -> 0. */
export const resampling = resamplingBy(createPartitionedOffspring, () => fillVacancies);

/**
 * By systematic resampling in the order of the list, `theta[searchsorted(cumsum(w), (arange(n) + U) / n)]`: copies of a particle stand next to each
 * other from then on.
 */
export const systematicResampling = resamplingBy(createIndexedOffspring, createSideBySide);

/** The same with the list shuffled before each step. */
export const shuffledResampling = resamplingBy(createShuffledOffspring, () => fillVacancies);

/** By multinomial resampling: n independent draws a step, so that the noise per unit time grows as 1/dt. */
export const multinomialResampling = resamplingBy(createMultinomialOffspring, () => fillVacancies);

/** Replaces n particles by their offspring. */
type Reproduce = (points: Points, offspring: Int32Array, n: number) => void;

/**
 * One step of dt:
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n])                     (not under pure-birth-death)
 *   2. w_i = e^{-alpha dt V(theta_i, [mu^n])} / sum_j e^{-alpha dt V(theta_j, [mu^n])}        at the moved positions
 *   3. particle i is replaced by a random number of copies of itself, of mean n w_i, n in all
 *
 * Step 2 solves d_t mu = -alpha (V - Vbar) mu with V held for dt. As n -> infinity and dt -> 0 this follows the birth-death equation
 * (13), at order 1; where nothing moves and there is no K, at any dt.
 */
function resamplingBy(createOffspring: (n: number) => DrawOffspring, createReproduction: (n: number) => Reproduce): ParticleScheme {
  return {
    dynamics: ["birth-death"],
    capacity: (n) => n,
    create(problem, n) {
      const { alpha } = problem;
      const potential = createStepPotential(problem.potential);
      const descend = createDescent(problem, potential, n);
      const V = new Float64Array(n);
      const weights = new Float64Array(n);
      const offspring = new Int32Array(n);
      const drawOffspring = createOffspring(n);
      const reproduce = createReproduction(n);
      return {
        step(points, time, dt, stream) {
          potential.draw(stream);
          descend(points, dt);
          potential.value(V, points, null, n);
          const total = weigh(weights, V, alpha.integral(time, time + dt), n);
          if (!Number.isFinite(total)) {
            throw new LawViolationError("particles escape to infinity", time + dt, `reduce dt = ${dt}`);
          }
          drawOffspring(offspring, weights, total, stream);
          reproduce(points, offspring, n);
        },
      };
    },
  };
}

/** weights[i] = e^{-rate (V_i - min V)}, of which the greatest is 1; returns their sum. */
function weigh(weights: Float64Array, V: Float64Array, rate: number, n: number): number {
  let least = Infinity;
  for (let i = 0; i < n; i++) if (V[i] < least) least = V[i];
  expBlock(weights, 0, V, 0, n, -rate, rate * least);
  let total = 0;
  for (let i = 0; i < n; i++) total += weights[i];
  return total;
}

/** Copies of a particle go to the places of those without offspring; every other particle stays where it is. */
function fillVacancies(points: Points, offspring: Int32Array, n: number): void {
  let vacant = 0;
  for (let i = 0; i < n; i++) {
    for (let copy = 1; copy < offspring[i]; copy++) {
      while (offspring[vacant] !== 0) vacant++;
      copyParticle(points, i, vacant++);
    }
  }
}

/** Copies stand side by side, in the order of their parents. */
function createSideBySide(n: number): Reproduce {
  const former = new Float64Array(n);
  return (points, offspring) => {
    for (const x of points) {
      former.set(x.subarray(0, n));
      let to = 0;
      for (let i = 0; i < n; i++) for (let copy = 0; copy < offspring[i]; copy++) x[to++] = former[i];
    }
  };
}
