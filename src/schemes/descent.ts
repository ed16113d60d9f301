import { createPoints } from "../grid/grid.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { createDiffusion } from "./diffusion.ts";
import { moveAlong, type Points } from "./population.ts";

/** Moves the first n particles over [time, time + dt], in place. */
export type Descend = (points: Points, time: number, dt: number, stream: RandomStream) => void;

/**
 * theta_i <- theta_i - dt grad V(theta_i, [mu^n]) + sqrt(2 int tau dt) xi_i for every particle, Euler's method, with noise that of Euler and
 * Maruyama: of (weak) order 1. Does nothing under pure-birth-death.
 */
export function createDescent(problem: Problem, potential: PointPotential, n: number): Descend {
  const { grid } = problem;
  if (!termsOf(problem).transport) return () => {};
  const gradient = createPoints(grid, n);
  const diffuse = createDiffusion(problem, n);
  return (points, time, dt, stream) => {
    potential.gradient(gradient, points, null, n);
    moveAlong(points, gradient, dt, grid, n);
    diffuse(points, time, dt, stream);
  };
}
