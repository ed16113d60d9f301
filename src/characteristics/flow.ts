import type { RightHandSide } from "../numerics/dormand-prince.ts";
import { sum } from "../numerics/sum.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { createFoldedPotential } from "./folded-potential.ts";

/**
 * The equation along its characteristics (14)-(15): nodes theta_j with log-weights l_j,
 *
 *   theta_j' = -grad V(theta_j, [mu])
 *   l_j'     = -alpha (V - Vbar)(theta_j)                  (-alpha V if unbalanced, 0 without a reaction)
 *   mu       = sum_j e^{l_j} delta_{theta_j}               (divided by its mass where the reaction conserves it)
 *   A'       = alpha Vbar
 *   D'       = int |grad V|^2 dmu + alpha int (V - Vbar)^2 dmu       the right-hand side of (16)
 *
 * as one system of ordinary differential equations. The nodes are themselves a solution of the equation, so (16) holds for them
 * exactly; only the initial quadrature is approximate.
 */
export interface NodeFlow {
  /** Nodes. */
  count: number;
  /** Length of a state: `dimension` blocks of coordinates, one of log-weights, then A and D. */
  size: number;
  /** The right-hand side on an interval that no jump of alpha divides. */
  rightHandSide(from: number, to: number): RightHandSide;
  start(points: readonly Float64Array[], weights: Float64Array): Float64Array;
  /** The parts of a state, as views of it. */
  view(state: Float64Array): NodeView;
  /** Weights of a state into `weights`, shape [count], by log-sum-exp where mass is conserved; returns the mass. */
  weigh(weights: Float64Array, logWeights: Float64Array): number;
  potential: PointPotential;
}

export interface NodeView {
  /** points[a][j], shape [count] each. */
  points: readonly Float64Array[];
  logWeights: Float64Array;
  /** int_0^t alpha Vbar. */
  baselineIntegral: number;
  /** int_0^t of the right-hand side of (16), as a loss. */
  dissipated: number;
}

/**
 * Cost of a right-hand side: V and grad V of `count` nodes at the nodes, and count exponentials.
 *
 * @param kernelTolerance relative error allowed to the sums over K; see Kernel.atPoints.
 */
export function createNodeFlow(problem: Problem, count: number, kernelTolerance: number): NodeFlow {
  const d = problem.grid.dimension;
  const { alpha } = problem;
  const { transport, reaction, baseline, normalises } = termsOf(problem);
  const potential = createFoldedPotential(problem, kernelTolerance);
  const size = (d + 1) * count + 2;
  const V = new Float64Array(count);
  const gradient = Array.from({ length: d }, () => new Float64Array(count));
  const weights = new Float64Array(count);
  const known = new WeakMap<Float64Array, { points: Float64Array[]; logWeights: Float64Array }>();

  function partsOf(state: Float64Array) {
    let parts = known.get(state);
    if (parts === undefined) {
      const points = Array.from({ length: d }, (_, a) => state.subarray(a * count, (a + 1) * count));
      parts = { points, logWeights: state.subarray(d * count, (d + 1) * count) };
      known.set(state, parts);
    }
    return parts;
  }

  function weigh(out: Float64Array, logWeights: Float64Array): number {
    let top = 0;
    if (normalises) {
      top = -Infinity;
      for (let j = 0; j < count; j++) if (logWeights[j] > top) top = logWeights[j];
    }
    for (let j = 0; j < count; j++) out[j] = Math.exp(logWeights[j] - top);
    const total = sum(out);
    if (!normalises) return total;
    for (let j = 0; j < count; j++) out[j] /= total;
    return 1;
  }

  function advance(dy: Float64Array, rate: number, state: Float64Array): void {
    const { points, logWeights } = partsOf(state);
    const { points: velocity, logWeights: growth } = partsOf(dy);
    const mass = weigh(weights, logWeights);
    potential.field({ value: V, gradient: transport ? gradient : null, laplacian: null }, points, count, points, weights, count);
    let loss = 0;
    for (let a = 0; a < d; a++) {
      const slope = gradient[a];
      const v = velocity[a];
      if (!transport) {
        v.fill(0);
        continue;
      }
      for (let j = 0; j < count; j++) {
        v[j] = -slope[j];
        loss += weights[j] * slope[j] * slope[j];
      }
    }
    let mean = 0;
    for (let j = 0; j < count; j++) mean += weights[j] * V[j];
    mean /= mass;
    const L = baseline.of(mean);
    for (let j = 0; j < count; j++) {
      const excess = V[j] - L;
      growth[j] = -rate * excess;
      loss += rate * weights[j] * excess * excess;
    }
    dy[size - 2] = rate * mean;
    dy[size - 1] = loss;
  }

  return {
    count,
    size,
    potential,
    weigh,
    start(points, initialWeights) {
      const state = new Float64Array(size);
      points.forEach((x, a) => {
        state.set(x, a * count);
      });
      for (let j = 0; j < count; j++) state[d * count + j] = Math.log(initialWeights[j]);
      return state;
    },
    view(state) {
      const { points, logWeights } = partsOf(state);
      return { points, logWeights, baselineIntegral: state[size - 2], dissipated: state[size - 1] };
    },
    rightHandSide: (from, to) => {
      const alphaAt = reaction === null ? () => 0 : alpha.on(from, to);
      return (dy, t, state) => advance(dy, alphaAt(t), state);
    },
  };
}
