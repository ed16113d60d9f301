import { BULK } from "../../src/distributions/univariate.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import { termsOf } from "../../src/problem/dynamics.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { snapshotSteps } from "../../src/problem/snapshot-steps.ts";

/**
 * The mean-field maps of the particle schemes that take no mean off V, as iterateMeanFieldMap for Algorithm 1: their limits as n -> infinity
 * at fixed dt. On weighted nodes of total 1, with A = int alpha dt over the step and V at the moved nodes,
 *
 *   theta_j <- theta_j - dt grad V(theta_j)
 *   authors-notebook:   w_j <- w_j (1 - min(A V_j, 1)) if V_j > 0,   w_j (1 + min(A |V_j|, 1)) if V_j < 0
 *   reinjection:        w_j <- w_j e^{-A V_j}          if V_j > 0,   w_j (2 - e^{-A |V_j|})    if V_j < 0
 *   Z = sum w;   w <- w / Z,   or with a prior and Z < 1: w, and new nodes of total 1 - Z on a quadrature rule of mu_b
 *
 * Population control is in proportion: those removed are a uniform sample of all, and so are those copied. Where nothing is cut off at 1 the
 * notebook's weights without a prior are those of linear probabilities with the mean taken off, at another rate:
 *
 *   w_j <- w_j (1 - A' (V_j - Vbar)),   A' = A / (1 - A Vbar)
 *
 * so that F + b in place of F changes the speed of birth and death; at A |V| >= 1 there is no choice among those of one sign.
 */
export type LinearLaw = "authors-notebook" | "reinjection";

export interface NotebookMapSnapshot {
  time: number;
  energy: number;
  observables: Record<string, number>;
  /** In the last step before it: 1 - Z, and the share of particles that died or were duplicated. */
  deficit: number;
  events: number;
}

interface Nodes {
  points: Float64Array[];
  weights: Float64Array;
  count: number;
}

/** New nodes of less than this mass carry nothing. */
const NOTHING = 1e-18;
const NODES_OF_PRIOR = 16;

const FACTORS: Readonly<Record<LinearLaw, (x: number) => number>> = {
  "authors-notebook": (x) => (x > 0 ? 1 - Math.min(x, 1) : 1 + Math.min(-x, 1)),
  reinjection: (x) => (x > 0 ? Math.exp(-x) : 2 - Math.exp(x)),
};

/** @param nodesPerAxis of the quadrature rule of mu_0. */
export function iterateNotebookMap(problem: Problem, law: LinearLaw, dt: number, nodesPerAxis: number): NotebookMapSnapshot[] {
  const { alpha, grid, prior } = problem;
  const stops = snapshotSteps(problem.snapshotTimes, dt);
  const reacts = termsOf(problem).reaction !== null;
  const factorOf = FACTORS[law];
  const newborn = prior?.quadrature({ counts: grid.axes.map(() => NODES_OF_PRIOR), bulk: BULK }) ?? null;
  const start = problem.initial.quadrature({ counts: grid.axes.map(() => nodesPerAxis), bulk: BULK });
  const potential = createPointPotential(problem.potential);
  let nodes: Nodes = { ...start, count: start.weights.length };
  let V = new Float64Array(nodes.count);
  let gradient = grid.axes.map(() => new Float64Array(nodes.count));
  let deficit = 0;
  let events = 0;

  function grow(extra: number): void {
    const { points, weights, count } = nodes;
    if (count + extra <= weights.length) return;
    const room = 2 * (count + extra);
    const larger = (values: Float64Array) => {
      const copy = new Float64Array(room);
      copy.set(values.subarray(0, count));
      return copy;
    };
    nodes = { points: points.map(larger), weights: larger(weights), count };
    V = new Float64Array(room);
    gradient = grid.axes.map(() => new Float64Array(room));
  }

  function move(dt: number): void {
    const { points, weights, count } = nodes;
    potential.gradient(gradient, points, weights, count);
    points.forEach((x, a) => {
      const slope = gradient[a];
      for (let j = 0; j < count; j++) x[j] -= dt * slope[j];
    });
  }

  function react(perStep: number): void {
    const { points, weights, count } = nodes;
    potential.value(V, points, weights, count);
    let total = 0;
    events = 0;
    for (let j = 0; j < count; j++) {
      const factor = factorOf(perStep * V[j]);
      events += weights[j] * Math.abs(factor - 1);
      weights[j] *= factor;
      total += weights[j];
    }
    deficit = 1 - total;
    if (newborn !== null && deficit > 0) giveBack(deficit);
    else for (let j = 0; j < count; j++) weights[j] /= total;
  }

  function giveBack(mass: number): void {
    if (newborn === null) return;
    grow(newborn.weights.length);
    for (let k = 0; k < newborn.weights.length; k++) {
      const weight = mass * newborn.weights[k];
      if (weight < NOTHING) continue;
      nodes.points.forEach((x, a) => {
        x[nodes.count] = newborn.points[a][k];
      });
      nodes.weights[nodes.count++] = weight;
    }
  }

  let steps = 0;
  return stops.map((stop, s) => {
    for (; steps < stop; steps++) {
      move(dt);
      if (reacts) react(alpha.integral(steps * dt, (steps + 1) * dt));
    }
    const { points, weights, count } = nodes;
    const scratch = new Float64Array(count);
    potential.value(V, points, weights, count);
    const energy = potential.energy(V, scratch, points, weights, count);
    const observables = problem.observables.map(({ name, value }): [string, number] => {
      value([scratch], 0, points, 0, count);
      return [name, scratch.reduce((total, phi, j) => total + weights[j] * phi, 0)];
    });
    return { time: problem.snapshotTimes[s], energy, observables: Object.fromEntries(observables), deficit, events };
  });
}
