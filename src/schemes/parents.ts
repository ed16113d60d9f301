import type { RandomStream } from "../numerics/random.ts";
import { PRIOR } from "./selection.ts";

/**
 * Lists of parents, made from the events of n particles and brought back to n. A list may grow to 2 n; functions that change its size return the
 * new one.
 */

/** Indices of the particles that die, and of the duplicated ones, each ascending. */
export interface Events {
  killed: Int32Array;
  kills: number;
  duplicated: Int32Array;
  copies: number;
}

export function createEvents(n: number): Events {
  return { killed: new Int32Array(n), kills: 0, duplicated: new Int32Array(n), copies: 0 };
}

/** Survivors in their order, and behind them the copies. */
export function listCopiesBehind(parents: Int32Array, { killed, kills, duplicated, copies }: Events, n: number): number {
  let size = 0;
  let i = 0;
  for (let k = 0; k <= kills; k++) {
    const end = k < kills ? killed[k] : n;
    for (; i < end; i++) parents[size++] = i;
    i++;
  }
  for (let c = 0; c < copies; c++) parents[size++] = duplicated[c];
  return size;
}

/** Survivors in their order, each beside its copy. */
export function listCopiesBeside(parents: Int32Array, { killed, kills, duplicated, copies }: Events, n: number): number {
  let size = 0;
  let k = 0;
  let c = 0;
  for (let i = 0; i < n; i++) {
    if (k < kills && killed[k] === i) {
      k++;
      continue;
    }
    parents[size++] = i;
    if (c === copies || duplicated[c] !== i) continue;
    parents[size++] = i;
    c++;
  }
  return size;
}

/** Removes uniformly chosen ones, one after another, until n are left; does nothing where there are no more. */
export function removeUniformly(parents: Int32Array, size: number, n: number, stream: RandomStream): number {
  let left = size;
  for (; left > n; left--) parents[stream.below(left)] = parents[left - 1];
  return left;
}

/** How a list of fewer than n is filled up. */
export type FillUp = (parents: Int32Array, size: number, n: number, stream: RandomStream) => void;

/** By copies of uniformly chosen ones, one after another: copies can be copied again. */
export const fillByCopies: FillUp = (parents, size, n, stream) => {
  for (let to = size; to < n; to++) parents[to] = parents[stream.below(to)];
};

/** By copies drawn independently from those that are there. */
export const fillFromAll: FillUp = (parents, size, n, stream) => {
  for (let to = size; to < n; to++) parents[to] = parents[stream.below(size)];
};

export const fillFromPrior: FillUp = (parents, size, n) => {
  parents.fill(PRIOR, size, n);
};

/**
 * Rearranges n parents: a particle with children keeps its own place, and further children take the places of those without, both in ascending order;
 * what the prior gives comes last. `children` is scratch, shape [n].
 */
export function keepPlaces(parents: Int32Array, children: Int32Array, n: number): void {
  children.fill(0);
  for (let k = 0; k < n; k++) if (parents[k] !== PRIOR) children[parents[k]]++;
  placeChildren(parents, children, n);
}

/** The same from the numbers of children, shape [n], of at most n in all. */
export function placeChildren(parents: Int32Array, children: Int32Array, n: number): void {
  for (let i = 0; i < n; i++) parents[i] = i;
  let vacant = 0;
  for (let i = 0; i < n; i++) {
    for (let copy = 1; copy < children[i]; copy++) {
      while (children[vacant] !== 0) vacant++;
      parents[vacant++] = i;
    }
  }
  for (; vacant < n; vacant++) if (children[vacant] === 0) parents[vacant] = PRIOR;
}

/** Children stand side by side, in the order of their parents. */
export function placeSideBySide(parents: Int32Array, children: Int32Array, n: number): void {
  let to = 0;
  for (let i = 0; i < n; i++) for (let copy = 0; copy < children[i]; copy++) parents[to++] = i;
}
