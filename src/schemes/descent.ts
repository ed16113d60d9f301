import { createPoints } from "../grid/grid.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { moveAlong, type Points } from "./population.ts";

/** theta_i <- theta_i - dt grad V(theta_i, [mu^n]) for every particle, explicit Euler of order 1; does nothing under pure-birth-death. */
export function createDescent(problem: Problem, potential: PointPotential, n: number): (points: Points, dt: number) => void {
  const { grid } = problem;
  if (!termsOf(problem).transport) return () => {};
  const gradient = createPoints(grid, n);
  return (points, dt) => {
    potential.gradient(gradient, points, null, n);
    moveAlong(points, gradient, dt, grid, n);
  };
}
