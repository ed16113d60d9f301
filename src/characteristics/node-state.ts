import { sum } from "../numerics/sum.ts";
import type { PointPotential } from "../potential/point-potential.ts";
import type { Problem } from "../problem/problem.ts";
import { termsOf } from "../problem/terms.ts";
import { createFolding } from "./folded-potential.ts";

/** mu_t as weighted nodes, with what is measured on them. */
export interface NodeState {
  time: number;
  /** points[a][j]; on a periodic axis they may lie outside the period. */
  points: Float64Array[];
  /** Masses of the nodes. */
  weights: Float64Array;
  mass: number;
  energy: number;
  meanPotential: number;
  /** int (V - L)^2 dmu / mass, L = Vbar, or 0 under `unbalanced`. */
  potentialVariance: number;
  dissipated: number;
  observables: Record<string, number>;
}

/**
 * Measures mu = sum_j weights[j] delta_{points[.][j]}; the points are copied, the weights kept. Sums over nodes are rounded by at most
 * 64 eps of their terms' sizes, however many nodes there are.
 */
export function measureNodes(
  problem: Problem,
  potential: PointPotential,
  nodes: { time: number; points: readonly Float64Array[]; weights: Float64Array; dissipated: number },
): NodeState {
  const { time, weights, dissipated } = nodes;
  const points = nodes.points.map((x) => x.slice());
  const count = weights.length;
  const V = new Float64Array(count);
  const scratch = new Float64Array(count);
  potential.value(V, points, weights, count);
  const energy = potential.energy(V, scratch, points, weights, count);
  const mass = sum(weights);
  for (let j = 0; j < count; j++) scratch[j] = weights[j] * V[j];
  const mean = sum(scratch) / mass;
  const level = termsOf(problem).reaction === "free" ? 0 : mean;
  for (let j = 0; j < count; j++) scratch[j] = weights[j] * (V[j] - level) ** 2;
  const variance = sum(scratch);
  const folded = createFolding(problem.grid)(points, count);
  const observables = problem.observables.map(({ name, value }): [string, number] => {
    value([scratch], 0, folded, 0, count);
    for (let j = 0; j < count; j++) scratch[j] *= weights[j];
    return [name, sum(scratch)];
  });
  return {
    time,
    points,
    weights,
    mass,
    energy,
    meanPotential: mean,
    potentialVariance: variance / mass,
    dissipated,
    observables: Object.fromEntries(observables),
  };
}
