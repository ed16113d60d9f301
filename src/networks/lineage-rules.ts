import type { RandomStream } from "../numerics/random.ts";
import type { BirthDeathRule, Events } from "./birth-death-rule.ts";
import { copyUnit, type RidgeNetwork } from "./ridge-network.ts";

/**
 * Algorithm 1 of Rotskoff et al. (2019) for the units of a network, with the rates of a mini-batch or exact ones: with s_i = rates[i] less their mean,
 *
 *   kill i with probability 1 - e^{-s_i} if s_i > 0, duplicate it with probability 1 - e^{-|s_i|} if s_i < 0,
 *   then kill or duplicate units chosen uniformly, one after another, until n are left.
 */
export const algorithm1Rule: BirthDeathRule = {
  create(n) {
    const lineage = createLineage(n);
    return (network, rates, _prior, stream, events) => {
      subtractMean(rates, n);
      drawOffspring(lineage, rates, n, stream, events);
      while (lineage.size > n) removeUniform(lineage, stream);
      while (lineage.size < n) duplicateUniform(lineage, stream);
      settle(network, lineage, n);
    };
  },
};

/**
 * Reinjection of the net deficit: no mean is subtracted. Kill i with probability 1 - e^{-r_i} if r_i > 0, duplicate it with probability 1 - e^{-|r_i|} if
 * r_i < 0; then draw what is missing from n from the prior, or kill what is too much uniformly.
 */
export const netDeficit: BirthDeathRule = {
  create(n) {
    const lineage = createLineage(n);
    return (network, rates, prior, stream, events) => {
      drawOffspring(lineage, rates, n, stream, events);
      while (lineage.size > n) removeUniform(lineage, stream);
      const vacant = settle(network, lineage, n);
      for (let k = 0; k < vacant; k++) prior(network, lineage.vacancies[k], stream);
      events.fresh += vacant;
    };
  },
};

/** Reinjection of every death: kill i with probability 1 - e^{-r_i} if r_i > 0 and draw it anew from the prior; nothing is cloned. */
export const everyDeath: BirthDeathRule = {
  create(n) {
    return (network, rates, prior, stream, events) => {
      for (let i = 0; i < n; i++) {
        if (!(rates[i] > 0 && stream.uniform() < -Math.expm1(-rates[i]))) continue;
        prior(network, i, stream);
        events.kills++;
        events.fresh++;
      }
    };
  },
};

/** The parents of a population of `size` units, at most 2 n, with scratch. */
interface Lineage {
  parents: Int32Array;
  size: number;
  children: Int32Array;
  vacancies: Int32Array;
}

function createLineage(n: number): Lineage {
  return { parents: new Int32Array(2 * n), size: 0, children: new Int32Array(n), vacancies: new Int32Array(n) };
}

function subtractMean(rates: Float64Array, n: number): void {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += rates[i];
  mean /= n;
  for (let i = 0; i < n; i++) rates[i] -= mean;
}

/** Every unit is its own parent 0, 1 or 2 times. */
function drawOffspring(lineage: Lineage, rates: Float64Array, n: number, stream: RandomStream, events: Events): void {
  const { parents } = lineage;
  let size = 0;
  for (let i = 0; i < n; i++) {
    const rate = rates[i];
    const event = stream.uniform() < -Math.expm1(-Math.abs(rate));
    if (event && rate > 0) {
      events.kills++;
      continue;
    }
    parents[size++] = i;
    if (!event) continue;
    parents[size++] = i;
    events.copies++;
  }
  lineage.size = size;
}

function removeUniform(lineage: Lineage, stream: RandomStream): void {
  const { parents } = lineage;
  parents[stream.below(lineage.size)] = parents[--lineage.size];
}

function duplicateUniform(lineage: Lineage, stream: RandomStream): void {
  const chosen = lineage.parents[stream.below(lineage.size)];
  lineage.parents[lineage.size++] = chosen;
}

/**
 * Makes the population of at most n parents in place: who has children keeps its own place, and further children take the places of those who have
 * none. Returns how many places are left over, in `vacancies`.
 */
function settle(network: RidgeNetwork, { parents, size, children, vacancies }: Lineage, n: number): number {
  children.fill(0);
  for (let k = 0; k < size; k++) children[parents[k]]++;
  let vacant = 0;
  for (let i = n - 1; i >= 0; i--) if (children[i] === 0) vacancies[vacant++] = i;
  for (let i = 0; i < n; i++) for (let copy = 1; copy < children[i]; copy++) copyUnit(network, i, vacancies[--vacant]);
  return vacant;
}
