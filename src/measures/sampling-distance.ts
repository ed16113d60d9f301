import type { RandomStream } from "../numerics/random.ts";
import { sortTogether } from "../numerics/sort-together.ts";
import { meanAbsolute } from "./wasserstein.ts";

/**
 * Quantiles of sqrt(n) W1 between a distribution on an axis and n independent draws from it, as n -> infinity:
 *
 *   sqrt(n) W1 -> int |B(F(x))| dx on the line,   min_c int |B(F(x)) - c| dx on a circle,
 *
 * B a Brownian bridge and F the distribution function (del Barrio, Gine & Matran 1999, for distributions with int sqrt(F (1 - F)) dx finite).
 * Simulated at the edges of the cells, between which B is taken as linear: within 1% where no cell has more than a twentieth of the mass. With R
 * bridges the quantile at p is known to about sqrt(p (1 - p) / R) in p. O(R cells).
 *
 * @param masses mass of each cell, shape [cells], of total 1.
 * @param width of a cell, or of each cell where they differ, in the units of the axis, which are those of the result.
 * @param probabilities ascending, in (0, 1).
 * @param bridges R.
 */
export function samplingDistanceQuantiles(
  masses: Float64Array,
  width: number | Float64Array,
  periodic: boolean,
  probabilities: readonly number[],
  bridges: number,
  stream: RandomStream,
): number[] {
  const cells = masses.length;
  const bridge = new Float64Array(cells + 1);
  const distances = Float64Array.from({ length: bridges }, () => {
    let motion = 0;
    let below = 0;
    for (let i = 0; i < cells; i++) {
      motion += Math.sqrt(masses[i]) * stream.normal();
      bridge[i + 1] = motion;
    }
    for (let i = 0; i < cells; i++) {
      below += masses[i];
      bridge[i + 1] -= below * motion;
    }
    const median = !periodic ? 0 : typeof width === "number" ? medianOf(bridge) : medianAlong(bridge, width);
    let total = 0;
    if (typeof width === "number") {
      for (let i = 0; i < cells; i++) total += meanAbsolute(bridge[i] - median, bridge[i + 1] - median);
      return width * total;
    }
    for (let i = 0; i < cells; i++) total += width[i] * meanAbsolute(bridge[i] - median, bridge[i + 1] - median);
    return total;
  }).sort();
  return probabilities.map((p) => distances[Math.min(bridges - 1, Math.floor(p * bridges))]);
}

function medianOf(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1];
}

/** The median over the axis of values at the edges of its cells, each counted by half of both cells beside it. */
function medianAlong(values: Float64Array, widths: Float64Array): number {
  return weightedMedian(
    values,
    values.map((_, i) => 0.5 * ((widths[i - 1] ?? 0) + (widths[i] ?? 0))),
  );
}

/** The value that half of the weight does not exceed. */
export function weightedMedian(values: Float64Array, weights: Float64Array): number {
  const sorted = values.slice();
  const own = weights.slice();
  sortTogether(sorted, own);
  const half = own.reduce((total, weight) => total + weight, 0) / 2;
  let below = 0;
  for (let i = 0; i < own.length; i++) {
    below += own[i];
    if (below >= half) return sorted[i];
  }
  return sorted[sorted.length - 1];
}
