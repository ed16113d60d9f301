import type { RandomStream } from "../numerics/random.ts";
import type { Points } from "./population.ts";

/** Indices of the particles that die and of those that are duplicated, each ascending. */
export interface Events {
  killed: Int32Array;
  kills: number;
  duplicated: Int32Array;
  copies: number;
}

export function createEvents(n: number): Events {
  return { killed: new Int32Array(n), kills: 0, duplicated: new Int32Array(n), copies: 0 };
}

const BLOCK = 256;

/**
 * Particle i is killed with probability 1 - e^{-rate Vt_i} if Vt_i > 0 and duplicated with probability 1 - e^{-rate |Vt_i|} if Vt_i < 0,
 * Vt = V - level, exactly but without a random number for every particle: in a block where rate |Vt| <= top, an event of probability
 * 1 - e^{-rate |Vt_i|} is a candidate of probability P = 1 - e^{-top} that is accepted with probability (1 - e^{-rate |Vt_i|}) / P,
 * and the gaps between candidates are geometric: the whole part of an exponential variable over top.
 */
export function drawEvents(events: Events, V: Float64Array, level: number, rate: number, n: number, stream: RandomStream): void {
  events.kills = 0;
  events.copies = 0;
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    let largest = 0;
    for (let i = start; i < end; i++) {
      const size = V[i] > level ? V[i] - level : level - V[i];
      if (size > largest) largest = size;
    }
    const top = rate * largest;
    if (top === 0) continue;
    const candidate = -Math.expm1(-top);
    for (let i = start + gap(top, stream); i < end; i += 1 + gap(top, stream)) {
      const excess = V[i] - level;
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
export function applyEvents(points: Points, { killed, kills, duplicated, copies }: Events, n: number): void {
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
