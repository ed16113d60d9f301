import type { RandomStream } from "../numerics/random.ts";
import { sortTogether } from "../numerics/sort-together.ts";
import type { Problem } from "../problem/problem.ts";
import { addToLeaf, buildFenwickTree, createFenwickTree, findLeaf } from "./fenwick-tree.ts";
import type { Points } from "./population.ts";
import type { ParticleStepper } from "./scheme.ts";
import { waitingTime } from "./waiting-time.ts";

/**
 * The event process (see eventProcess) where nothing moves and V = F: exact in distribution, O(log n) an event and O(n) a step.
 *
 * Positions change by copies alone, so V takes the values V_0 <= ... <= V_{n-1} of the start, with c_t copies of the t-th. Then
 *
 *   rate of deaths = alpha sum_{V_t > Vbar} c_t (V_t - Vbar) = alpha sum_{V_t < Vbar} c_t (Vbar - V_t) = rate of births
 *
 * (constant until the next event in the time int alpha dt),
 *
 * and the value that dies or is copied is where the partial sums of the one or of the other, which ascend, pass a uniform share of
 * it: a descent in two Fenwick trees, of c and of c V.
 *
 * Rounding: c is exact. V is measured from the mean of the start and the tree of c V is made anew at each step, so that after E
 * events of a step Vbar = sum c V / n is off by at most E eps (max V - min V), and as a rule by the root of E.
 */
export function createSortedProcess({ potential, alpha }: Problem, n: number): ParticleStepper {
  const tree = createValueTree(n);
  const start = Array.from({ length: potential.dimension }, () => new Float64Array(n));
  let started = false;

  function read(points: Points): void {
    const { values, copies, counts } = tree;
    potential.external([values], 0, points, 0, n);
    let mean = 0;
    for (let i = 0; i < n; i++) mean += values[i] / n;
    for (let i = 0; i < n; i++) values[i] -= mean;
    const particle = Float64Array.from(values, (_, i) => i);
    sortTogether(values, particle);
    for (let a = 0; a < start.length; a++) for (let t = 0; t < n; t++) start[a][t] = points[a][particle[t]];
    copies.fill(1, 0, n);
    counts.fill(1, 1, n + 1);
    buildFenwickTree(counts);
    started = true;
  }

  function write(points: Points): void {
    let i = 0;
    for (let t = 0; t < n; t++) {
      for (let c = tree.copies[t]; c > 0; c--, i++) {
        for (let a = 0; a < start.length; a++) points[a][i] = start[a][t];
      }
    }
  }

  return {
    step(points, from, dt, stream) {
      if (!started) read(points);
      sumValues(tree);
      let events = 0;
      findMean(tree);
      const last = alpha.integral(from, from + dt);
      for (let clock = 0; ; events++) {
        clock += waitingTime(2 * tree.imbalance, stream);
        if (!(clock < last)) break;
        drawEvent(tree, stream);
        findMean(tree);
      }
      if (events > 0) write(points);
    },
  };
}

/** The values of V, ascending, and the population on them. */
interface ValueTree {
  values: Float64Array;
  /** c_t; behind the last value a 0. */
  copies: Int32Array;
  /** Fenwick trees of c and of c V. */
  counts: Float64Array;
  sums: Float64Array;
  mean: number;
  /** How many of the values are at most the mean. */
  below: number;
  /** sum_{V_t > Vbar} c_t (V_t - Vbar), and the same below the mean. */
  imbalance: number;
}

function createValueTree(n: number): ValueTree {
  return {
    values: new Float64Array(n),
    copies: new Int32Array(n + 1),
    counts: createFenwickTree(n),
    sums: createFenwickTree(n),
    mean: 0,
    below: 0,
    imbalance: 0,
  };
}

function sumValues({ values, copies, sums }: ValueTree): void {
  sums.fill(0);
  for (let t = 0; t < values.length; t++) sums[t + 1] = copies[t] * values[t];
  buildFenwickTree(sums);
}

function findMean(tree: ValueTree): void {
  const { values, counts, sums } = tree;
  const n = values.length;
  const mean = sums[sums.length - 1] / n;
  let t = 0;
  let count = 0;
  let sum = 0;
  for (let half = sums.length - 1; half > 0; half >>= 1) {
    const next = t + half;
    if (next > n || values[next - 1] > mean) continue;
    t = next;
    count += counts[next];
    sum += sums[next];
  }
  tree.mean = mean;
  tree.below = t;
  tree.imbalance = count * mean - sum;
}

/** A death or a birth, each with probability 1/2. Where rounding leads to a value without copies nothing happens. */
function drawEvent(tree: ValueTree, stream: RandomStream): void {
  const { values, copies } = tree;
  const share = 2 * stream.uniform() - 1;
  const chosen = share < 0 ? findDeath(tree, -share * tree.imbalance) : findBirth(tree, share * tree.imbalance);
  const partner = findLeaf(tree.counts, stream.below(values.length));
  if (copies[chosen] === 0 || chosen === partner) return;
  changeCopies(tree, share < 0 ? chosen : partner, -1);
  changeCopies(tree, share < 0 ? partner : chosen, 1);
}

/** The first value above the mean up to which sum c (V - Vbar), taken from the mean upwards, exceeds the target. */
function findDeath({ values, counts, sums, mean, below, imbalance }: ValueTree, target: number): number {
  let t = 0;
  let count = 0;
  let sum = 0;
  for (let half = sums.length - 1; half > 0; half >>= 1) {
    const next = t + half;
    if (next > values.length) continue;
    const nextCount = count + counts[next];
    const nextSum = sum + sums[next];
    if (next > below && nextSum - nextCount * mean + imbalance > target) continue;
    t = next;
    count = nextCount;
    sum = nextSum;
  }
  return t;
}

/** The first value up to which sum c (Vbar - V), taken from the least value upwards, exceeds the target. */
function findBirth({ counts, sums, mean, below }: ValueTree, target: number): number {
  let t = 0;
  let count = 0;
  let sum = 0;
  for (let half = sums.length - 1; half > 0; half >>= 1) {
    const next = t + half;
    if (next > below) continue;
    const nextCount = count + counts[next];
    const nextSum = sum + sums[next];
    if (nextCount * mean - nextSum > target) continue;
    t = next;
    count = nextCount;
    sum = nextSum;
  }
  return t;
}

function changeCopies({ values, copies, counts, sums }: ValueTree, t: number, change: number): void {
  copies[t] += change;
  addToLeaf(counts, t, change);
  addToLeaf(sums, t, change * values[t]);
}
