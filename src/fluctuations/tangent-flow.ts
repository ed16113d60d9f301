import { createFoldedPotential, createFolding } from "../characteristics/folded-potential.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import type { RightHandSide } from "../numerics/dormand-prince.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { StepRule } from "../schemes/growth.ts";

/** A direction of change: alpha or the drift by a share of it, or the step of a scheme by one unit of time. */
export type Direction = "alpha" | "drift" | StepRule;

/**
 * Characteristics y = (theta_j, l_j), masses w_j = e^{l_j} (over their sum where mass is conserved), with their derivatives v in some parameters:
 *
 *   y' = g(y) = (-grad V, -alpha (V - L)),   L = Vbar, or 0 under `unbalanced`,        v' = Dg v + k,   v(0) = 0
 *
 *   in log alpha:        k = (0, -alpha (V - L))
 *   in the drift:        k = (-grad V, 0)
 *   in the step of a scheme: one step is y + h g + h^2 g_2 + O(h^3) and that of y' = g + h k is y + h g + h^2 (k + Dg g / 2), so that
 *                        k = g_2 - Dg g / 2,   g_2 = (0, (1 - e) (Dg (g_theta, 0))_l + b(alpha (V - L)))
 *
 * with e the share of V before the motion in what decides and b the second term of the log of the growth, log f(x) = -x + b(x) + O(x^3), at alpha V where
 * it is not centred. (An alpha that changes in
 * time adds alpha' / 2 to both, which cancels.) A common shift of the l_j means nothing and is not taken off.
 *
 * Dg v is a central difference over 1e-4 of the size of v in the mean square under mu; it leaves 1e-8 of the third derivative, and 1e-12 of the
 * values by rounding.
 */
export interface TangentFlow {
  start(nodes: WeightedNodes): Float64Array;
  /** On an interval that no jump of alpha divides. */
  rightHandSide(alpha: (t: number) => number): RightHandSide;
  /** Shape [observables, then the energy][directions]. */
  derivatives(state: Float64Array): number[][];
}

const DIFFERENCE = 1e-4;
/** The unit of a coordinate in the size of v, as a share of its axis. */
const UNIT = 1 / 8;

export function createTangentFlow(
  problem: Problem,
  count: number,
  directions: readonly Direction[],
  kernelTolerance: number,
): TangentFlow {
  const { grid, observables } = problem;
  const d = grid.dimension;
  const { transport, reaction, baseline, normalises } = termsOf(problem);
  const potential = createFoldedPotential(problem, kernelTolerance);
  const fold = createFolding(grid);
  const size = (d + 1) * count;
  const units = grid.axes.map(({ min, max }) => UNIT * (max - min));
  const room = () => new Float64Array(size);
  const [g, forth, back, shifted, whole, moved, drift] = Array.from({ length: 7 }, room);
  const V = new Float64Array(count);
  const gradient = grid.axes.map(() => new Float64Array(count));
  const weights = new Float64Array(count);
  const weightsHere = new Float64Array(count);
  const steps = directions.some((direction) => typeof direction === "object");

  const pointsOf = (state: Float64Array) => grid.axes.map((_, a) => state.subarray(a * count, (a + 1) * count));
  const growthOf = (state: Float64Array) => state.subarray(d * count, size);

  /** w of a state, of sum 1 where the reaction conserves it; returns the mass. */
  function weigh(out: Float64Array, state: Float64Array): number {
    const logs = growthOf(state);
    let top = 0;
    if (normalises) for (let j = 0; j < count; j++) if (j === 0 || logs[j] > top) top = logs[j];
    let total = 0;
    for (let j = 0; j < count; j++) {
      out[j] = Math.exp(logs[j] - top);
      total += out[j];
    }
    if (!normalises) return total;
    for (let j = 0; j < count; j++) out[j] /= total;
    return 1;
  }

  /** out = g(state); returns L. */
  function velocity(out: Float64Array, rate: number, state: Float64Array): number {
    const mass = weigh(weights, state);
    const points = pointsOf(state);
    potential.field({ value: V, gradient: transport ? gradient : null, laplacian: null }, points, count, points, weights, count);
    let sum = 0;
    for (let j = 0; j < count; j++) sum += weights[j] * V[j];
    const L = baseline.of(sum / mass);
    for (let a = 0; a < d; a++) for (let j = 0; j < count; j++) out[a * count + j] = transport ? -gradient[a][j] : 0;
    for (let j = 0; j < count; j++) out[d * count + j] = -rate * (V[j] - L);
    return L;
  }

  /** |v| in the mean square under mu, a common shift of its logs left out. */
  function sizeOf(v: Float64Array): number {
    let square = 0;
    for (let a = 0; a < d; a++) {
      for (let j = 0; j < count; j++) square += weightsHere[j] * (v[a * count + j] / units[a]) ** 2;
    }
    let mean = 0;
    let growth = 0;
    for (let j = 0; j < count; j++) {
      const l = v[d * count + j];
      mean += weightsHere[j] * l;
      growth += weightsHere[j] * l * l;
    }
    return Math.sqrt(square + Math.max(0, normalises ? growth - mean * mean : growth));
  }

  /** out = Dg(state) v. */
  function along(out: Float64Array, rate: number, state: Float64Array, v: Float64Array): void {
    const length = sizeOf(v);
    if (!(length > 0)) {
      out.fill(0);
      return;
    }
    const h = DIFFERENCE / length;
    for (let i = 0; i < size; i++) shifted[i] = state[i] + h * v[i];
    velocity(forth, rate, shifted);
    for (let i = 0; i < size; i++) shifted[i] = state[i] - h * v[i];
    velocity(back, rate, shifted);
    for (let i = 0; i < size; i++) out[i] = (forth[i] - back[i]) / (2 * h);
  }

  /** Adds k of a direction, from g, and for steps from Dg g, Dg (g_theta, 0) and alpha L. */
  function addSource(dv: Float64Array, direction: Direction, offset: number): void {
    const growth = d * count;
    if (direction === "alpha") for (let i = growth; i < size; i++) dv[i] += g[i];
    else if (direction === "drift") for (let i = 0; i < growth; i++) dv[i] += g[i];
    else {
      for (let i = 0; i < size; i++) dv[i] -= 0.5 * whole[i];
      const { growth: f, earlier } = direction;
      const taken = f.centred ? 0 : offset;
      for (let i = growth; i < size; i++) dv[i] += (1 - earlier) * moved[i] + f.bend(taken - g[i]);
    }
  }

  return {
    start(nodes) {
      const state = new Float64Array(size * (1 + directions.length));
      for (const [a, x] of nodes.points.entries()) state.set(x, a * count);
      for (let j = 0; j < count; j++) state[d * count + j] = Math.log(nodes.weights[j]);
      return state;
    },
    rightHandSide: (alpha) => (dy, t, y) => {
      const rate = reaction === null ? 0 : alpha(t);
      const state = y.subarray(0, size);
      weigh(weightsHere, state);
      const L = velocity(g, rate, state);
      dy.set(g);
      if (steps) {
        along(whole, rate, state, g);
        drift.set(g.subarray(0, d * count));
        if (transport && reaction !== null) along(moved, rate, state, drift);
      }
      directions.forEach((direction, k) => {
        const from = (k + 1) * size;
        const dv = dy.subarray(from, from + size);
        along(dv, rate, state, y.subarray(from, from + size));
        addSource(dv, direction, rate * L);
      });
    },
    derivatives(y) {
      const state = y.subarray(0, size);
      weigh(weightsHere, state);
      const points = fold(pointsOf(state), count);
      const value = new Float64Array(count);
      const slope = grid.axes.map(() => new Float64Array(count));
      const change = (): number[] =>
        directions.map((_, k) => {
          const v = y.subarray((k + 1) * size, (k + 2) * size);
          let mean = 0;
          let all = 0;
          for (let j = 0; j < count; j++) all += weightsHere[j] * v[d * count + j];
          for (let j = 0; j < count; j++) {
            let own = value[j] * (v[d * count + j] - (normalises ? all : 0));
            for (let a = 0; a < d; a++) own += slope[a][j] * v[a * count + j];
            mean += weightsHere[j] * own;
          }
          return mean;
        });
      const rows = observables.map((observable) => {
        observable.value([value], 0, points, 0, count);
        observable.gradient(slope, 0, points, 0, count);
        return change();
      });
      potential.field({ value, gradient: slope, laplacian: null }, points, count, points, weightsHere, count);
      return [...rows, change()];
    },
  };
}
