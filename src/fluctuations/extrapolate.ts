import { InvariantError } from "../errors.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { type Keep, keepNothing, keepWithin } from "../numerics/keep.ts";
import type { Problem } from "../problem/problem.ts";
import { type CovarianceParts, largestVarianceDifference } from "../schemes/covariance.ts";
import { type Followed, type Prediction, predictAlong } from "./predict-along.ts";
import { evenSteps } from "./schedule.ts";

const MOST_HALVINGS = 5;
/** Relative difference of two extrapolations that will do. */
const AGREED = 1e-4;

/** Predicts the limit dt -> 0: halves the steps and extrapolates the expansion in dt twice, until two extrapolations agree. */
export function extrapolate(
  problem: Problem,
  scheme: Followed,
  start: WeightedNodes,
  onProgress: (share: number) => void = () => {},
  keep: Keep = keepNothing,
) {
  const runs: Prediction[] = [];
  let before: Prediction | null = null;
  for (let halvings = 0; ; halvings++) {
    try {
      // The number of runs is not known: each takes half of the remaining progress.
      runs.push(
        predictAlong(
          problem,
          scheme,
          start,
          evenSteps(problem, halvings),
          (share) => onProgress(1 - (1 - share / 2) / 2 ** halvings),
          keepWithin(keep, `halvings-${halvings}`),
        ),
      );
    } catch (error) {
      // Too long a step: nothing of it is used.
      if (!(error instanceof InvariantError) || halvings === MOST_HALVINGS) throw error;
      continue;
    }
    if (runs.length < 3) continue;
    const [a, b, c] = runs.slice(-3);
    const now = combine((x, y, z) => (8 * z - 6 * y + x) / 3, a, b, c);
    if (before !== null) {
      const error = largestDifference(before, now);
      if (error < AGREED || halvings >= MOST_HALVINGS) return { ...now, extrapolationError: error };
    }
    before = now;
  }
}

function combine(f: (x: number, y: number, z: number) => number, a: Prediction, b: Prediction, c: Prediction): Prediction {
  const part = (of: (parts: CovarianceParts) => Float64Array) => of(a.parts).map((x, i) => f(x, of(b.parts)[i], of(c.parts)[i]));
  return {
    means: a.means.map((row, s) => row.map((x, k) => f(x, b.means[s][k], c.means[s][k]))),
    sources: a.sources.map((row, s) => row.map((x, k) => f(x, b.sources[s][k], c.sources[s][k]))),
    energies: a.energies.map((x, s) => f(x, b.energies[s], c.energies[s])),
    eventRates: a.eventRates.map((x, s) => f(x, b.eventRates[s], c.eventRates[s])),
    outside: c.outside,
    resamplings: null,
    parts: {
      initial: part((p) => p.initial),
      events: part((p) => p.events),
      control: part((p) => p.control),
      motion: part((p) => p.motion),
    },
  };
}

/** The largest difference of n Var, relative to it, and of the means, relative to values above 1. */
function largestDifference(a: Prediction, b: Prediction): number {
  let largest = largestVarianceDifference(a.parts, b.parts);
  a.means.forEach((row, s) => {
    row.forEach((x, k) => {
      largest = Math.max(largest, Math.abs(x - b.means[s][k]) / Math.max(1, Math.abs(x)));
    });
  });
  return largest;
}
