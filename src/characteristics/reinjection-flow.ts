import type { InitialQuadrature } from "../distributions/distribution.ts";
import type { RightHandSide } from "../numerics/dormand-prince.ts";
import type { PointPotential } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";
import type { Reinjection } from "../problem/terms.ts";

/**
 * Reinjection along characteristics over an interval of time. Old nodes theta_j with log-weights l_j move and die,
 *
 *   theta_j' = -grad V(theta_j),   l_j' = -alpha r(theta_j),   r = W + Wbar^-,   W = max(V, floor)
 *
 * and what comes back meanwhile, at the rate a = alpha Wbar^+, gathers on new nodes theta_k that begin on a
 * quadrature rule (theta_k, b_k) of mu_b:
 *
 *   theta_k' = -(1/2) grad V(theta_k),   s_k' = a - alpha r(theta_k) s_k,       mass b_k s_k
 *
 * Mass that came back at time s has moved for t - s since, on average half of the time: to first order new nodes are at the mean place of their
 * mass at all times, so that the rule is of order 2 in the length of the interval. The mass of all nodes is conserved as in the equation.
 */
export interface ReinjectionFlow {
  /** The rate a at which mass comes back at the start. */
  returnRate(alpha: number): number;
  start(dissipated: number): Float64Array;
  rightHandSide(alphaAt: (t: number) => number): RightHandSide;
  /** Old and new nodes at the end, without those of the new that carry less than `nothing`. */
  finish(
    state: Float64Array,
    nothing: number,
  ): {
    points: Float64Array[];
    logWeights: Float64Array;
    dissipated: number;
  };
}

/** Cost of a right-hand side: V and grad V of all nodes at the nodes, and V at the nodes of mu_b. */
export function createReinjectionFlow(
  problem: Problem,
  potential: PointPotential,
  { floor }: Reinjection,
  newborn: InitialQuadrature,
  points: readonly Float64Array[],
  logWeights: Float64Array,
): ReinjectionFlow {
  const d = problem.grid.dimension;
  const old = logWeights.length;
  const born = newborn.weights.length;
  const count = old + born;
  const size = (d + 1) * count + 1;
  const V = new Float64Array(count);
  const gradient = points.map(() => new Float64Array(count));
  const weights = new Float64Array(count);
  const atPrior = new Float64Array(born);

  const placesOf = (state: Float64Array) => points.map((_, a) => state.subarray(a * count, (a + 1) * count));
  const growthOf = (state: Float64Array) => state.subarray(d * count, (d + 1) * count);

  function weigh(state: Float64Array): void {
    const growth = growthOf(state);
    for (let j = 0; j < old; j++) weights[j] = Math.exp(growth[j]);
    for (let k = 0; k < born; k++) weights[old + k] = newborn.weights[k] * growth[old + k];
  }

  /** int W dmu and int W^2 dmu. */
  function moments() {
    const sums = { mean: 0, square: 0 };
    for (let j = 0; j < count; j++) {
      const W = Math.max(V[j], floor);
      const part = weights[j] * W;
      sums.mean += part;
      sums.square += part * W;
    }
    return sums;
  }

  const startState = (dissipated: number): Float64Array => {
    const state = new Float64Array(size);
    placesOf(state).forEach((place, a) => {
      place.set(points[a]);
      place.set(newborn.points[a], old);
    });
    growthOf(state).set(logWeights);
    state[size - 1] = dissipated;
    return state;
  };

  return {
    returnRate(alpha) {
      const state = startState(0);
      weigh(state);
      potential.value(V, placesOf(state), weights, count);
      return alpha * Math.max(0, moments().mean);
    },
    start: startState,
    rightHandSide: (alphaAt) => (dy, t, state) => {
      const alpha = alphaAt(t);
      const places = placesOf(state);
      const growth = growthOf(state);
      weigh(state);
      potential.field({ value: V, gradient, laplacian: null }, places, count, places, weights, count);
      potential.field({ value: atPrior, gradient: null, laplacian: null }, newborn.points, born, places, weights, count);
      let priorMean = 0;
      for (let k = 0; k < born; k++) priorMean += newborn.weights[k] * atPrior[k];
      const { mean, square } = moments();
      const returned = alpha * Math.max(0, mean);
      const surplus = Math.max(0, -mean);
      let loss = alpha * (square - surplus * surplus) - returned * priorMean;
      placesOf(dy).forEach((velocity, a) => {
        const slope = gradient[a];
        for (let j = 0; j < count; j++) {
          velocity[j] = j < old ? -slope[j] : -0.5 * slope[j];
          loss += weights[j] * slope[j] * slope[j];
        }
      });
      const change = growthOf(dy);
      for (let j = 0; j < count; j++) {
        const decay = alpha * (Math.max(V[j], floor) + surplus);
        change[j] = j < old ? -decay : returned - decay * growth[j];
      }
      dy[size - 1] = loss;
    },
    finish(state, nothing) {
      weigh(state);
      const kept: number[] = [];
      for (let j = 0; j < count; j++) if (j < old || weights[j] > nothing) kept.push(j);
      const growth = growthOf(state);
      return {
        points: placesOf(state).map((x) => Float64Array.from(kept, (j) => x[j])),
        logWeights: Float64Array.from(kept, (j) => (j < old ? growth[j] : Math.log(weights[j]))),
        dissipated: state[size - 1],
      };
    },
  };
}
