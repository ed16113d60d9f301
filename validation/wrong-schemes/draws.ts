import type { RandomStream } from "../../src/numerics/random.ts";
import { countBelow } from "../../src/numerics/search.ts";
import type { Events } from "../../src/schemes/parents.ts";

/** Which particles have an event, given the chance of each: duplicated where > 0, killed where < 0. */
export interface Draw {
  /** For n particles. */
  create(n: number): (events: Events, chances: Float64Array, stream: RandomStream) => void;
  /** The chance that comes of it as n -> infinity. */
  effective(chance: number): number;
}

/** Each particle for itself, at its chance. */
export const independently: Draw = {
  create: (n) => (events, chances, stream) => {
    events.kills = 0;
    events.copies = 0;
    for (let i = 0; i < n; i++) {
      if (!(stream.uniform() < Math.abs(chances[i]))) continue;
      if (chances[i] < 0) events.killed[events.kills++] = i;
      else events.duplicated[events.copies++] = i;
    }
  },
  effective: (chance) => chance,
};

/**
 * As many kills as independent draws would make, each of a particle chosen with probability p_i / sum p: one that is chosen twice dies once.
 * Duplicates are right.
 */
export const withReplacement: Draw = {
  create(n) {
    const independent = independently.create(n);
    const upTo = new Float64Array(n);
    const others = upTo.subarray(0, n - 1);
    const chosen = new Uint8Array(n);
    return (events, chances, stream) => {
      independent(events, chances, stream);
      let total = 0;
      for (let i = 0; i < n; i++) {
        total += Math.max(0, -chances[i]);
        upTo[i] = total;
      }
      chosen.fill(0);
      for (let k = 0; k < events.kills; k++) chosen[countBelow(others, stream.uniform() * total, true)] = 1;
      events.kills = 0;
      for (let i = 0; i < n; i++) if (chosen[i] === 1) events.killed[events.kills++] = i;
    };
  },
  effective: (chance) => (chance < 0 ? Math.expm1(chance) : chance),
};
