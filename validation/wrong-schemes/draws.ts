import type { RandomStream } from "../../src/numerics/random.ts";

/** Which particles have an event, given the chance of each: duplicated where > 0, killed where < 0. */
export interface Draw {
  /** For n particles: marks[i] = 1 if i is duplicated, -1 if it is killed, 0 otherwise. */
  create(n: number): (marks: Int8Array, chances: Float64Array, stream: RandomStream) => void;
  /** The chance that comes of it as n -> infinity. */
  effective(chance: number): number;
}

/** Each particle for itself, at its chance. */
export const independently: Draw = {
  create: (n) => (marks, chances, stream) => {
    for (let i = 0; i < n; i++) marks[i] = stream.uniform() < Math.abs(chances[i]) ? Math.sign(chances[i]) : 0;
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
    return (marks, chances, stream) => {
      independent(marks, chances, stream);
      let total = 0;
      let kills = 0;
      for (let i = 0; i < n; i++) {
        total += Math.max(0, -chances[i]);
        upTo[i] = total;
        if (marks[i] !== -1) continue;
        kills++;
        marks[i] = 0;
      }
      for (; kills > 0; kills--) marks[firstAbove(upTo, stream.uniform() * total)] = -1;
    };
  },
  effective: (chance) => (chance < 0 ? Math.expm1(chance) : chance),
};

/** The first index whose entry exceeds `value`, by bisection in an ascending array whose last entry does. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
