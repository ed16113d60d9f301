import { BULK } from "../distributions/univariate.ts";
import { InputError, LawViolationError } from "../errors.ts";
import { intoPeriod } from "../grid/grid.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import { refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import { moveAlong, type Points } from "../schemes/population.ts";

/** The law of the map at one time. */
export interface MapSnapshot {
  time: number;
  /** E[mu]   (11). */
  energy: number;
  /** int phi dmu by name. */
  observables: Record<string, number>;
}

export interface MapOptions {
  /** Nodes along each axis; default 512, 64 or 24 by dimension. */
  nodes?: number;
}

/** By dimension: for smooth laws no more than the characteristics need to converge to 1e-8. */
const NODES = [512, 64, 24] as const;
const MOST_NODES = 2 ** 22;

/**
 * The mean-field map of Algorithm 1: its limit as n -> infinity at fixed dt, deterministic and free of noise. On weighted nodes,
 *
 *   theta_j <- theta_j - dt grad V(theta_j)      (not under pure-birth-death)
 *   w_j <- w_j e^{-alpha Vt_j dt}             if Vt_j > 0        (Vt = V - Vbar at the moved nodes)
 *          w_j (2 - e^{-alpha |Vt_j| dt})     if Vt_j < 0
 *   w <- w / sum w
 *
 * (population control leaves the law as it is). It differs from the equation (13) by O(dt): the bias of Algorithm 1. Nodes start on a
 * quadrature rule of mu_0, as the characteristics do. The factor of the weights has a second derivative that jumps where V = Vbar, so
 * that the error of the rule, spectral at first, is O(h^3) (alpha dt)^2 after a step: a few 1e-10 on the nodes of a line.
 *
 * @throws InputError for dynamics of another reaction, a dt that does not divide the snapshots, or an unusable count of nodes.
 * @throws LawViolationError where dt is so large that nodes escape to infinity.
 */
export function iterateMeanFieldMap(problem: Problem, dt: number, options: MapOptions = {}): MapSnapshot[] {
  refuseUnless(problem, "mean-field-map");
  const { alpha, grid } = problem;
  const { transport, reaction } = termsOf(problem);
  const stops = snapshotSteps(problem.snapshotTimes, dt);
  const { points, weights } = startNodes(problem, options.nodes ?? NODES[grid.dimension - 1]);
  let count = weights.length;
  const potential = createPointPotential(problem.potential);
  const gradient = points.map(() => new Float64Array(count));
  const V = new Float64Array(count);
  const scratch = new Float64Array(count);

  function move(time: number): void {
    potential.gradient(gradient, points, weights, count);
    moveAlong(points, gradient, dt, grid, count);
    for (const x of points) requireFinite(x, count, time, dt);
  }

  function react(from: number): void {
    const rate = alpha.integral(from, from + dt);
    potential.value(V, points, weights, count);
    const mean = meanOf(V, weights, count);
    for (let j = 0; j < count; j++) {
      const excess = rate * (V[j] - mean);
      weights[j] *= excess > 0 ? Math.exp(-excess) : 2 - Math.exp(excess);
    }
    // Where weights have come down to 0, nodes could only run away.
    count = dropEmpty(points, weights, count);
    normalise(weights, count);
  }

  let steps = 0;
  return stops.map((stop, s) => {
    for (; steps < stop; steps++) {
      if (transport) move((steps + 1) * dt);
      if (reaction !== null) react(steps * dt);
    }
    potential.value(V, points, weights, count);
    const energy = potential.energy(V, scratch, points, weights, count);
    const observables = problem.observables.map(({ name, value }): [string, number] => {
      value([scratch], 0, points, 0, count);
      return [name, meanOf(scratch, weights, count)];
    });
    const time = problem.snapshotTimes[s];
    requireFinite([energy, ...observables.map(([, mean]) => mean)], observables.length + 1, time, dt);
    return { time, energy, observables: Object.fromEntries(observables) };
  });
}

function startNodes({ initial, grid }: Problem, nodes: number): { points: Float64Array[]; weights: Float64Array } {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes ** grid.dimension > MOST_NODES) {
    const most = Math.floor(MOST_NODES ** (1 / grid.dimension));
    throw new InputError("nodes", nodes, "not a usable count along each axis", `give a whole number from 1 to ${most}`);
  }
  const { points, weights } = initial.quadrature({ counts: grid.axes.map(() => nodes), bulk: BULK });
  grid.axes.forEach((axis, a) => {
    for (let j = 0; j < weights.length; j++) points[a][j] = intoPeriod(points[a][j], axis);
  });
  const count = dropEmpty(points, weights, weights.length);
  return { points: points.map((x) => x.slice(0, count)), weights: weights.slice(0, count) };
}

function requireFinite(values: ArrayLike<number>, count: number, time: number, dt: number): void {
  for (let j = 0; j < count; j++) {
    if (Number.isFinite(values[j])) continue;
    throw new LawViolationError("nodes of the mean-field map escape to infinity", time, `reduce dt = ${dt}`);
  }
}

/** Closes up the nodes of weight 0 and returns how many are left. */
function dropEmpty(points: Points, weights: Float64Array, count: number): number {
  let left = 0;
  for (let j = 0; j < count; j++) {
    if (weights[j] === 0) continue;
    for (const x of points) x[left] = x[j];
    weights[left++] = weights[j];
  }
  return left;
}

function meanOf(values: Float64Array, weights: Float64Array, count: number): number {
  let mean = 0;
  for (let j = 0; j < count; j++) mean += weights[j] * values[j];
  return mean;
}

function normalise(weights: Float64Array, count: number): void {
  let total = 0;
  for (let j = 0; j < count; j++) total += weights[j];
  for (let j = 0; j < count; j++) weights[j] /= total;
}
