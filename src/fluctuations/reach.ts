import { formatNumber } from "../figures/numbers.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import type { Problem } from "../problem/problem.ts";
import { totalOf } from "../schemes/covariance.ts";
import { startNodes } from "./mean-path.ts";
import { type FluctuationOptions, type Fluctuations, predictFrom } from "./predict.ts";

/** An n Var that rests on places where n particles hardly start. */
export interface Unreached {
  observable: string;
  time: number;
  nVariance: number;
  /** Of the same prediction from the places that n particles reach. */
  within: number;
}

/**
 * The n Var that changes most where mu_0 is only as wide as n draws are: without the nodes of least weight, whose mass together is at most 1 / n. Weights of particles that started far out may grow to count most as
 * n -> infinity, where n particles hold none that did; then the limit says nothing of n. Null where nothing changes by more than `share`. Cost: that of the prediction.
 */
export function unreachedVariance(
  problem: Problem,
  options: FluctuationOptions,
  found: Fluctuations,
  share = 0.1,
): Unreached | null {
  const near = predictFrom(problem, options, (...all) => withinReach(startNodes(...all), options.n));
  const [wide, narrow] = [found, near].map(({ parts }) => totalOf(parts));
  const names = problem.observables.map(({ name }) => name);
  const count = Math.sqrt(wide.length);
  let worst: Unreached | null = null;
  let largest = share;
  for (let i = 0; i < count; i++) {
    const [nVariance, within] = [wide, narrow].map((total) => total[i * (count + 1)]);
    const change = Math.abs(nVariance - within) / Math.max(nVariance, within);
    if (!(change > largest)) continue;
    largest = change;
    worst = {
      observable: names[i % names.length],
      time: problem.snapshotTimes[Math.floor(i / names.length)],
      nVariance,
      within,
    };
  }
  return worst;
}

/** As a sentence for the user. */
export function describeUnreached({ observable, time, nVariance, within }: Unreached, n: number): string {
  return `the predicted n Var of ${observable} at t = ${time} rests on places where n = ${n} particles hardly start: ${formatNumber(nVariance, 3)}, and ${formatNumber(within, 3)} without those. The limit says little of this n: take n Var of an ensemble at n, or resample (--resample-below)`;
}

function withinReach(nodes: WeightedNodes, n: number): WeightedNodes {
  const { weights } = nodes;
  const order = Array.from(weights, (_, j) => j).sort((i, j) => weights[i] - weights[j]);
  const kept = weights.slice();
  let dropped = 0;
  for (const j of order) {
    if (dropped + weights[j] > 1 / n) break;
    dropped += weights[j];
    kept[j] = 0;
  }
  return { ...nodes, weights: kept.map((weight) => weight / (1 - dropped)) };
}
