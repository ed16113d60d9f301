import { InputError } from "../errors.ts";
import { fillCentres, type Grid } from "../grid/grid.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { Problem } from "../problem/problem.ts";
import { moveAlong } from "./population.ts";
import { snapshotSteps } from "./snapshot-steps.ts";

/** Means of the observables at one time. */
export interface MapSnapshot {
  time: number;
  observables: Record<string, number>;
}

/**
 * The mean-field map of Algorithm 1: its limit as n -> infinity at fixed dt, deterministic and free of noise. On weighted nodes,
 *
 *   theta_j <- theta_j - dt grad V(theta_j)
 *   w_j <- w_j e^{-alpha Vt_j dt}             if Vt_j > 0        (Vt = V - Vbar at the moved nodes)
 *          w_j (2 - e^{-alpha |Vt_j| dt})     if Vt_j < 0
 *   w <- w / sum w
 *
 * (population control leaves the law as it is). It differs from the equation (13) by O(dt): the bias of Algorithm 1. Nodes start at
 * the cell centres of the grid `nodes` with weights in proportion to the density of mu_0: the trapezoidal rule, whose error falls
 * faster than any power for a smooth density that vanishes at the edges or is periodic, and is O(h) where mu_0 jumps.
 *
 * @throws InputError for dynamics other than birth-death and gradient-descent, or a dt that does not divide the snapshots.
 */
export function iterateMeanFieldMap(problem: Problem, dt: number, nodes: Grid = problem.grid): MapSnapshot[] {
  const { alpha, dynamics, grid } = problem;
  if (dynamics !== "birth-death" && dynamics !== "gradient-descent") {
    throw new InputError("dynamics", dynamics, "has no mean-field map", 'use "birth-death" or "gradient-descent"');
  }
  const stops = snapshotSteps(problem.snapshotTimes, dt);
  const count = nodes.size;
  const points = nodes.axes.map(() => new Float64Array(count));
  fillCentres(nodes, 0, count, points);
  const weights = new Float64Array(count);
  problem.initial.density(weights, points, count);
  normalise(weights);
  const potential = createPointPotential(problem.potential);
  const gradient = nodes.axes.map(() => new Float64Array(count));
  const V = new Float64Array(count);

  function step(): void {
    potential.gradient(gradient, points, weights, count);
    moveAlong(points, gradient, dt, grid, count);
    if (dynamics === "gradient-descent") return;
    potential.value(V, points, weights, count);
    let mean = 0;
    for (let j = 0; j < count; j++) mean += weights[j] * V[j];
    for (let j = 0; j < count; j++) {
      const excess = alpha * dt * (V[j] - mean);
      weights[j] *= excess > 0 ? Math.exp(-excess) : 2 - Math.exp(excess);
    }
    normalise(weights);
  }

  let steps = 0;
  return stops.map((stop, s) => {
    for (; steps < stop; steps++) step();
    const observables = problem.observables.map(({ name, value }): [string, number] => {
      value([V], 0, points, 0, count);
      let mean = 0;
      for (let j = 0; j < count; j++) mean += weights[j] * V[j];
      return [name, mean];
    });
    return { time: problem.snapshotTimes[s], observables: Object.fromEntries(observables) };
  });
}

function normalise(weights: Float64Array): void {
  let total = 0;
  for (let j = 0; j < weights.length; j++) total += weights[j];
  for (let j = 0; j < weights.length; j++) weights[j] /= total;
}
