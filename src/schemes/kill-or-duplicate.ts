import { meanOf } from "../numerics/moments.ts";
import type { RandomStream } from "../numerics/random.ts";
import {
  createEvents,
  type Events,
  type FillUp,
  keepPlaces,
  listCopiesBehind,
  listCopiesBeside,
  removeUniformly,
} from "./parents.ts";
import type { Selection } from "./selection.ts";

/** Draws who is killed and who is duplicated; see Growth for the chances. */
export type DrawEvents = (events: Events, V: Float64Array, mean: number, rate: number, n: number, stream: RandomStream) => void;

const BLOCK = 256;

/**
 * Particle i is killed with probability 1 - e^{-rate Vt_i} if Vt_i > 0 and duplicated with probability 1 - e^{-rate |Vt_i|} if Vt_i < 0,
 * Vt = V - mean, exactly but without a random number for every particle: in a block where rate |Vt| <= top, an event of probability
 * 1 - e^{-rate |Vt_i|} is a candidate of probability P = 1 - e^{-top} that is accepted with probability (1 - e^{-rate |Vt_i|}) / P,
 * and the gaps between candidates are geometric: the whole part of an exponential variable over top.
 */
export const drawEvents: DrawEvents = (events, V, mean, rate, n, stream) => {
  events.kills = 0;
  events.copies = 0;
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    let largest = 0;
    for (let i = start; i < end; i++) {
      const size = Math.abs(V[i] - mean);
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
};

function gap(top: number, stream: RandomStream): number {
  return Math.floor(-Math.log(1 - stream.uniform()) / top);
}

/** The same with max(V, floor) in place of V. */
export function drawAbove(floor: number): DrawEvents {
  return (events, V, mean, rate, n, stream) => {
    for (let i = 0; i < n; i++) V[i] = Math.max(floor, V[i]);
    drawEvents(events, V, mean, rate, n, stream);
  };
}

/** The chance of an event as a function of rate (V - mean), without its sign: 1 - e^{-|x|}, and |x|, where all above 1 is certain. */
export const exponentially = (x: number): number => -Math.expm1(-Math.abs(x));
export const linearly = (x: number): number => Math.abs(x);

/** One uniform number for each particle, and an event where it is below the chance. */
export function drawEachBy(chance: (x: number) => number): DrawEvents {
  return (events, V, mean, rate, n, stream) => {
    events.kills = 0;
    events.copies = 0;
    for (let i = 0; i < n; i++) {
      const x = rate * (V[i] - mean);
      if (!(stream.uniform() < chance(x))) continue;
      if (x > 0) events.killed[events.kills++] = i;
      else events.duplicated[events.copies++] = i;
    }
  };
}

/** Kills alone, with a uniform number for each particle above the mean and for no other. */
export function drawEachKillBy(chance: (x: number) => number): DrawEvents {
  return (events, V, mean, rate, n, stream) => {
    events.kills = 0;
    events.copies = 0;
    for (let i = 0; i < n; i++) {
      const x = rate * (V[i] - mean);
      if (x > 0 && stream.uniform() < chance(x)) events.killed[events.kills++] = i;
    }
  };
}

/** A selection by kills and duplications. */
export interface EventSelection extends Selection {
  /** Of the last draw, before the population came back to n. */
  readonly events: Readonly<Events>;
}

export interface KillOrDuplicate {
  draw: DrawEvents;
  /** Whether V - Vbar decides, or V itself. */
  centred: boolean;
  fillUp: FillUp;
  /** `list`: survivors in their order, then copies; `places`: whoever has children keeps its place. */
  order: "list" | "places";
  /** Called with the events before the population is made. */
  check?: (events: Events) => void;
}

/** Kills and duplicates, then removes uniformly chosen ones or fills up until n are left. */
export function killOrDuplicate(n: number, { draw, centred, fillUp, order, check }: KillOrDuplicate): EventSelection {
  const events = createEvents(n);
  const children = new Int32Array(order === "places" ? n : 0);
  const list = order === "places" ? listCopiesBeside : listCopiesBehind;
  return {
    events,
    draw(parents, V, rate, stream) {
      draw(events, V, centred ? meanOf(V, null, n) : 0, rate, n, stream);
      check?.(events);
      if (events.kills + events.copies === 0) return false;
      const size = removeUniformly(parents, list(parents, events, n), n, stream);
      fillUp(parents, size, n, stream);
      if (order === "places") keepPlaces(parents, children, n);
      return true;
    },
  };
}
