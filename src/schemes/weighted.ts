import { InvariantError } from "../errors.ts";
import { createPoints } from "../grid/grid.ts";
import type { RandomStream } from "../numerics/random.ts";
import { createStepPotential } from "../potential/batch-potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import { createDiffusion } from "./diffusion.ts";
import { EXPONENTIAL } from "./growth.ts";
import type { SchemeSizes, StepNoise } from "./noise-model.ts";
import { createPartitionedOffspring } from "./offspring.ts";
import { placeChildren } from "./parents.ts";
import { moveAlong, type Points } from "./population.ts";
import { createReplacement } from "./replacement.ts";
import { weigh } from "./resampling.ts";
import type { WeightedScheme } from "./scheme.ts";
import { createLogarithm } from "./smoothed-logarithm.ts";

/** Its particles are as random as their start, their motion and, where they are resampled, that; see fluctuations/weight-path.ts. */
const silent = ({ n, resampleBelow: below }: SchemeSizes): StepNoise => ({
  addAfter: () => {},
  weighted: true,
  ...(below === undefined ? {} : { resampling: { below, n } }),
});

/**
 * Particles that change their weights instead of being born and dying: mu^n = sum_i w_i delta_{theta_i}, w_i = 1/n at the start. In a step of dt, R (V, or what a temperature makes of it)
 * and grad V taken once, at the start of it, of the weighted population,
 *
 *   w_i <- w_i e^{-A R(theta_i, [mu^n])} / Z,   A = int alpha dt,   Z such that they sum to 1:     l' = -alpha (R - Rbar) of the log-weights, exactly, with R frozen
 *   theta_i <- theta_i - dt grad V(theta_i, [mu^n]) + sqrt(2 int tau dt) xi_i
 *
 * Order 1 in dt. No event is drawn: at temperature 0 the start alone is random, and n Var of a mean is Var_mu0(u_0), whatever K and alpha. The price is in the weights: 1 / sum w^2, the effective
 * sample size, falls in time. Where it falls below a share of n, and one is given, n copies are drawn by systematic resampling (resampling.ts), of weights 1/n.
 * Chizat (2022), Sparse optimization on measures; Yan, Wang & Rigollet (2023), Wasserstein-Fisher-Rao gradient flow.
 */
export const weighted: WeightedScheme = {
  description:
    "weights that grow by e^{-alpha dt (V - Vbar)} in place of births and deaths, resampled where --resample-below says so",
  follows: ["birth-death"],
  time: "steps",
  weighted: true,
  selection: null,
  growth: EXPONENTIAL,
  earlier: 1,
  noise: { stepped: silent, limit: silent },
  create(problem, n, { resampleBelow = 0 } = {}) {
    const { alpha, grid } = problem;
    const { clock = null } = problem.potential;
    const { transport } = termsOf(problem);
    const potential = createStepPotential(problem.potential);
    const addLogarithm = createLogarithm(problem, n);
    const diffuse = createDiffusion(problem, n);
    const R = new Float64Array(n);
    const gradient = createPoints(grid, n);
    const field = { value: R, gradient: transport ? gradient : null, laplacian: null };
    const weights = new Float64Array(n).fill(1 / n);
    /** -l_i, of which a constant in i says nothing. */
    const costs = new Float64Array(n);
    const resample = resampleBelow > 0 ? createResampling() : null;

    /** @returns the effective sample size */
    function reweigh(rate: number, end: number, dt: number): number {
      for (let i = 0; i < n; i++) costs[i] += rate * R[i];
      const total = weigh(weights, costs, 1, n);
      if (!Number.isFinite(total)) throw new InvariantError("particles escape to infinity", end, `reduce dt = ${dt}`);
      for (let i = 0; i < n; i++) weights[i] /= total;
      return effectiveSize(weights);
    }

    function createResampling() {
      const drawOffspring = createPartitionedOffspring(n);
      const replace = createReplacement(problem, n);
      const offspring = new Int32Array(n);
      const parents = new Int32Array(2 * n);
      return (points: Points, stream: RandomStream) => {
        drawOffspring(offspring, weights, 1, stream);
        placeChildren(parents, offspring, n);
        replace(points, parents, stream);
        weights.fill(1 / n);
        costs.fill(0);
      };
    }

    return {
      weights,
      step(points, time, dt, stream) {
        if (clock !== null) clock.time = time;
        potential.draw(stream);
        potential.field(field, points, n, points, weights, n);
        addLogarithm?.(R, points, weights, time, dt);
        if (transport) moveAlong(points, gradient, dt, grid, n);
        diffuse(points, time, dt, stream);
        const size = reweigh(alpha.integral(time, time + dt), time + dt, dt);
        if (size < resampleBelow * n) resample?.(points, stream);
      },
    };
  },
};

/** 1 / sum w^2 of weights of sum 1: the equal weights that average as well. */
export function effectiveSize(weights: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < weights.length; i++) squares += weights[i] * weights[i];
  return 1 / squares;
}
