import type { RandomStream } from "../numerics/random.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import { termsOf } from "../problem/terms.ts";
import { copyParticle, moveAlong, type Points } from "./population.ts";
import type { ParticleScheme } from "./scheme.ts";

/**
 * Algorithm 1 of Rotskoff et al. (2019), as printed there. One step of dt:
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n])                      for every particle (not under pure-birth-death)
 *   2. Vt_i = V(theta_i, [mu^n]) - mean_j V(theta_j, [mu^n])                                        at the moved positions
 *   3. kill i with probability 1 - e^{-alpha Vt_i dt} if Vt_i > 0,
 *      duplicate i with probability 1 - e^{-alpha |Vt_i| dt} if Vt_i < 0
 *   4. kill or duplicate particles chosen uniformly, one after another, until n are left
 *
 * The particle of least V is never killed, so the population cannot die out. As n -> infinity at fixed dt it follows the mean-field
 * map, and as dt -> 0 the birth-death equation (13), at order 1. Without K 20 to 30 ns a particle and
 * step where events are rare.
 */
export const algorithm1: ParticleScheme = {
  dynamics: "birth-death",
  capacity: (n) => 2 * n,
  create(problem, n) {
    const { grid, alpha } = problem;
    const { transport } = termsOf(problem);
    const potential = createPointPotential(problem.potential);
    const gradient = grid.axes.map(() => new Float64Array(n));
    const V = new Float64Array(n);
    const events = { killed: new Int32Array(n), kills: 0, duplicated: new Int32Array(n), copies: 0 };
    return {
      step(points, dt, stream) {
        if (transport) {
          potential.gradient(gradient, points, null, n);
          moveAlong(points, gradient, dt, grid, n);
        }
        potential.value(V, points, null, n);
        drawEvents(events, V, alpha * dt, n, stream);
        applyEvents(points, events, n);
        controlPopulation(points, n - events.kills + events.copies, n, stream);
      },
    };
  },
};

/** Indices of the particles that die and of those that are duplicated, each ascending. */
interface Events {
  killed: Int32Array;
  kills: number;
  duplicated: Int32Array;
  copies: number;
}

const BLOCK = 256;

/**
 * Step 3, exactly, without a random number for every particle. In a block where rate |Vt| <= top, an event of probability
 * 1 - e^{-rate |Vt_i|} is a candidate of probability P = 1 - e^{-top} that is accepted with probability (1 - e^{-rate |Vt_i|}) / P,
 * and the gaps between candidates are geometric: the whole part of an exponential variable over top.
 */
function drawEvents(events: Events, V: Float64Array, rate: number, n: number, stream: RandomStream): void {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += V[i];
  mean /= n;
  events.kills = 0;
  events.copies = 0;
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    let largest = 0;
    for (let i = start; i < end; i++) {
      const size = V[i] > mean ? V[i] - mean : mean - V[i];
      if (size > largest) largest = size;
    }
    const top = rate * largest;
    if (top === 0) continue;
    const candidate = -Math.expm1(-top);
    for (let i = start + gap(top, stream); i < end; i += 1 + gap(top, stream)) {
      const excess = V[i] - mean;
      const probability = -Math.expm1(-rate * Math.abs(excess));
      if (stream.uniform() * candidate >= probability) continue;
      if (excess > 0) events.killed[events.kills++] = i;
      else events.duplicated[events.copies++] = i;
    }
  }
}

function gap(top: number, stream: RandomStream): number {
  return Math.floor(-Math.log(1 - stream.uniform()) / top);
}

/** Copies go behind the n particles, then the killed ones are closed up: survivors in their order, copies after them. */
function applyEvents(points: Points, { killed, kills, duplicated, copies }: Events, n: number): void {
  for (const x of points) {
    for (let c = 0; c < copies; c++) x[n + c] = x[duplicated[c]];
    if (kills === 0) continue;
    let to = killed[0];
    for (let k = 0; k < kills; k++) {
      const end = k + 1 < kills ? killed[k + 1] : n + copies;
      for (let i = killed[k] + 1; i < end; i++) x[to++] = x[i];
    }
  }
}

/** Step 4, on a population of any size from 1 to 2 n. */
function controlPopulation(points: Points, population: number, n: number, stream: RandomStream): void {
  let size = population;
  for (; size > n; size--) copyParticle(points, size - 1, stream.below(size));
  for (; size < n; size++) copyParticle(points, stream.below(size), size);
}
