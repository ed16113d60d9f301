import type { RandomStream } from "../../src/numerics/random.ts";
import { sum } from "../../src/numerics/sum.ts";
import { copyParticle, type Points } from "../../src/schemes/population.ts";

/** How the population comes back to n after its events. */
export interface Upkeep {
  /** For n particles, `points` having room for 2 n; see Draw for the marks. */
  create(n: number): (points: Points, marks: Int8Array, stream: RandomStream) => void;
  /**
   * The limit n -> infinity on nodes of masses `living` and, where the dead are kept, `dead`, both overwritten; chances as in Rules. Null where the
   * law of one particle does not follow from itself.
   */
  limit: ((living: Float64Array, dead: Float64Array, chances: Float64Array) => void) | null;
}

/** Kills and copies of uniformly chosen particles, as in Algorithm 1: w (1 + c) / sum. */
export const uniformly: Upkeep = {
  create: (n) => closeUp(n, (size, stream) => stream.below(size)),
  limit(living, _, chances) {
    for (let j = 0; j < living.length; j++) living[j] *= 1 + chances[j];
    const total = sum(living);
    for (let j = 0; j < living.length; j++) living[j] /= total;
  },
};

/** Kills and copies of the last particle: w (1 - c- + c+ K / C), where K and C are the masses of kills and copies. */
export const newest: Upkeep = {
  create: (n) => closeUp(n, (size) => size - 1),
  limit(living, _, chances) {
    const { kills, copies } = eventMasses(living, chances);
    for (let j = 0; j < living.length; j++) living[j] *= 1 + (chances[j] < 0 ? chances[j] : (chances[j] * kills) / copies);
  },
};

/** A killed particle becomes a copy of the next one in the array; copies are added, and uniformly chosen particles removed for them. */
export const byNextIndex: Upkeep = {
  create: (n) => (points, marks, stream) => {
    let size = addCopies(points, marks, n);
    for (let i = 0; i < n; i++) if (marks[i] === -1) copyParticle(points, (i + 1) % n, i);
    for (; size > n; size--) copyParticle(points, size - 1, stream.below(size));
  },
  limit: null,
};

/**
 * The dead keep their places and move on, without events of their own; a copy takes the place of a uniformly chosen dead particle, and
 * is lost where there is none.
 */
export const deadStay: Upkeep = {
  create(n) {
    const isDead = new Uint8Array(n);
    const dead = new Int32Array(n);
    return (points, marks, stream) => {
      let count = 0;
      for (let i = 0; i < n; i++) {
        if (isDead[i] === 1) marks[i] = 0;
        if (marks[i] === -1) isDead[i] = 1;
        if (isDead[i] === 1) dead[count++] = i;
      }
      for (let i = 0; i < n && count > 0; i++) {
        if (marks[i] !== 1) continue;
        const k = stream.below(count);
        copyParticle(points, i, dead[k]);
        isDead[dead[k]] = 0;
        dead[k] = dead[--count];
      }
    };
  },
  limit(living, dead, chances) {
    const { copies } = eventMasses(living, chances);
    for (let j = 0; j < living.length; j++) {
      dead[j] += living[j] * Math.max(0, -chances[j]);
      living[j] *= 1 + Math.min(0, chances[j]);
    }
    const share = Math.min(1, copies / sum(dead));
    const born = (share * sum(dead)) / copies;
    for (let j = 0; j < living.length; j++) {
      if (chances[j] > 0) living[j] *= 1 + born * chances[j];
      dead[j] *= 1 - share;
    }
  },
};

/** Survivors in their order, copies behind them, then kills or copies of the particle that `choose` picks until n are left. */
function closeUp(n: number, choose: (size: number, stream: RandomStream) => number): ReturnType<Upkeep["create"]> {
  return (points, marks, stream) => {
    const end = addCopies(points, marks, n);
    let size = 0;
    for (let i = 0; i < end; i++) if (i >= n || marks[i] !== -1) copyParticle(points, i, size++);
    for (; size > n; size--) copyParticle(points, size - 1, choose(size, stream));
    for (; size < n; size++) copyParticle(points, choose(size, stream), size);
  };
}

/** Puts copies of the duplicated behind the n particles and returns how many there are now. */
function addCopies(points: Points, marks: Int8Array, n: number): number {
  let size = n;
  for (let i = 0; i < n; i++) if (marks[i] === 1) copyParticle(points, i, size++);
  return size;
}

function eventMasses(masses: Float64Array, chances: Float64Array): { kills: number; copies: number } {
  let kills = 0;
  let copies = 0;
  for (let j = 0; j < masses.length; j++) {
    if (chances[j] < 0) kills -= masses[j] * chances[j];
    else copies += masses[j] * chances[j];
  }
  return { kills, copies };
}
