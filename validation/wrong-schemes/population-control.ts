import type { RandomStream } from "../../src/numerics/random.ts";
import { sum } from "../../src/numerics/sum.ts";
import { type Events, fillByCopies, listCopiesBehind, removeUniformly } from "../../src/schemes/parents.ts";

/** How the population comes back to n after its events. */
export interface PopulationControl {
  /** For n particles: fills in the parents (see Selection), from the events. */
  create(n: number): (parents: Int32Array, events: Events, stream: RandomStream) => void;
  /**
   * The limit n -> infinity on nodes of masses `living` and, where the dead are kept, `dead`, both overwritten; chances as in Rules. Null where the
   * distribution of one particle does not follow from itself.
   */
  limit: ((living: Float64Array, dead: Float64Array, chances: Float64Array) => void) | null;
}

/** Kills and copies of uniformly chosen particles, as in Algorithm 1: w (1 + c) / sum. */
export const uniformly: PopulationControl = {
  create: (n) => (parents, events, stream) => {
    const size = removeUniformly(parents, listCopiesBehind(parents, events, n), n, stream);
    fillByCopies(parents, size, n, stream);
  },
  limit(living, _, chances) {
    for (let j = 0; j < living.length; j++) living[j] *= 1 + chances[j];
    const total = sum(living);
    for (let j = 0; j < living.length; j++) living[j] /= total;
  },
};

/** Kills and copies of the last particle: w (1 - c- + c+ K / C), where K and C are the masses of kills and copies. */
export const newest: PopulationControl = {
  create: (n) => (parents, events) => {
    for (let size = listCopiesBehind(parents, events, n); size < n; size++) parents[size] = parents[size - 1];
  },
  limit(living, _, chances) {
    const { kills, copies } = eventMasses(living, chances);
    for (let j = 0; j < living.length; j++) living[j] *= 1 + (chances[j] < 0 ? chances[j] : (chances[j] * kills) / copies);
  },
};

/** A killed particle becomes a copy of the next one in the array; copies are added, and uniformly chosen particles removed for them. */
export const byNextIndex: PopulationControl = {
  create:
    (n) =>
    (parents, { killed, kills, duplicated, copies }, stream) => {
      for (let i = 0; i < n; i++) parents[i] = i;
      for (let c = 0; c < copies; c++) parents[n + c] = duplicated[c];
      for (let k = 0; k < kills; k++) parents[killed[k]] = parents[(killed[k] + 1) % n];
      removeUniformly(parents, n + copies, n, stream);
    },
  limit: null,
};

/**
 * The dead keep their places and move on, without events of their own; a copy takes the place of a uniformly chosen dead particle, and
 * is lost where there is none.
 */
export const deadStay: PopulationControl = {
  create(n) {
    const isDead = new Uint8Array(n);
    const dead = new Int32Array(n);
    return (parents, { killed, kills, duplicated, copies }, stream) => {
      for (let i = 0; i < n; i++) parents[i] = i;
      const born = duplicated.subarray(0, copies).filter((i) => isDead[i] === 0);
      for (let k = 0; k < kills; k++) isDead[killed[k]] = 1;
      let count = 0;
      for (let i = 0; i < n; i++) if (isDead[i] === 1) dead[count++] = i;
      for (const i of born) {
        if (count === 0) break;
        const k = stream.below(count);
        parents[dead[k]] = i;
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

function eventMasses(masses: Float64Array, chances: Float64Array): { kills: number; copies: number } {
  const of = (sign: number) => masses.reduce((total, mass, j) => total + mass * Math.max(0, sign * chances[j]), 0);
  return { kills: of(-1), copies: of(1) };
}
