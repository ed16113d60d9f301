import { InputError } from "../errors.ts";
import { formatNumber } from "../figures/numbers.ts";
import { type Axis, type Grid, intoPeriod } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { bandwidthOf } from "../problem-file/smoothing.ts";

/** Weighted nodes: points[a][j] and masses of sum 1. */
export interface WeightedNodes {
  points: Float64Array[];
  weights: Float64Array;
  /** Whose nodes they are, at a temperature after the first step. */
  lattice?: Grid;
}

/** Nodes to which counts are raised for a bandwidth, at most: a sum over all pairs of them takes a second. */
const MOST_RAISED = 2 ** 13;
/** Largest spacing of nodes over the bandwidth: a trapezoidal rule of k_eps is then right to 2 e^{-2 (pi / 1.5)^2} = 3e-4, at equal ones to 5e-9. */
const WIDEST = 1.5;

/**
 * mu_0 on `counts` nodes along each axis, of half-width `bulk` in its standard deviations, without those of weight 0. Where R smooths mu with a bandwidth below the spacing of the nodes there are
 * more of them, as far as sums over all pairs can be afforded.
 *
 * @param share of these counts, for a second opinion on the quadrature; default 1.
 */
export function quadratureNodes(problem: Problem, counts: readonly number[], bulk: number, share = 1): WeightedNodes {
  const raised = thermalTermsOf(problem).logTerm === "smoothed" ? raiseCounts(problem, counts, bulk) : counts;
  return takeNodes(problem, raised.map((count) => Math.round(share * count)), bulk); // biome-ignore format: one call
}

function raiseCounts(problem: Problem, counts: readonly number[], bulk: number): readonly number[] {
  const nodes = takeNodes(problem, counts, bulk);
  const bandwidth = bandwidthOf(problem.definition);
  const raised = counts.map((count, a) => Math.ceil(count * Math.max(1, spacingAlong(problem.grid.axes[a], nodes, a) / bandwidth)));
  const isMore = raised.some((count, a) => count > counts[a]);
  const isAffordable = raised.reduce((product, count) => product * count, 1) <= MOST_RAISED;
  return isMore && isAffordable ? raiseCounts(problem, raised, bulk) : counts;
}

function takeNodes({ initial, grid }: Problem, counts: readonly number[], bulk: number): WeightedNodes {
  const { points, weights } = initial.quadrature({ counts, bulk });
  const kept: number[] = [];
  for (let j = 0; j < weights.length; j++) if (weights[j] > 0) kept.push(j);
  return {
    points: points.map((x, a) => {
      const axis = grid.axes[a];
      return Float64Array.from(kept, (j) => intoPeriod(x[j], axis));
    }),
    weights: Float64Array.from(kept, (j) => weights[j]),
  };
}

/** @throws InputError for a bandwidth that nodes without a lattice do not resolve. */
export function refuseCoarseNodes({ grid, definition }: Problem, nodes: WeightedNodes): void {
  const bandwidth = bandwidthOf(definition);
  grid.axes.forEach((axis, a) => {
    const spacing = spacingAlong(axis, nodes, a);
    if (spacing <= WIDEST * bandwidth) return;
    const { length } = nodes.weights;
    const reason = `below the spacing ${formatNumber(spacing)} along ${axis.name} of ${length} nodes in all`;
    throw new InputError("reaction.bandwidth", bandwidth, reason, "use a larger one, or more nodes");
  });
}

/** The mean distance of neighbouring places along an axis, weighted by the mass there. */
function spacingAlong({ periodic, min, max }: Axis, { points, weights }: WeightedNodes, a: number): number {
  const masses = new Map<number, number>();
  points[a].forEach((x, j) => {
    masses.set(x, (masses.get(x) ?? 0) + weights[j]);
  });
  const places = [...masses.keys()].sort((one, other) => one - other);
  const last = places.length - 1;
  let [mean, total] = [0, 0];
  places.forEach((x, i) => {
    const turn = periodic ? max - min : 0;
    const around = [places[i - 1] ?? (periodic ? places[last] - turn : x), places[i + 1] ?? (periodic ? places[0] + turn : x)];
    const mass = masses.get(x) ?? 0;
    mean += (mass * (around[1] - around[0])) / (periodic || (i > 0 && i < last) ? 2 : 1);
    total += mass;
  });
  return mean / total;
}
