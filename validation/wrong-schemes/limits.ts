import { BULK } from "../../src/distributions/univariate.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { snapshotSteps } from "../../src/problem/snapshot-steps.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import { moveAlong } from "../../src/schemes/population.ts";
import type { Rules } from "./schemes.ts";

const NODES = 512;

/**
 * Means of the observables of a variant as n -> infinity at fixed dt, shape [snapshots][observables], by its mean-field map on weighted nodes (see Rules); null where
 * the variant has none. For problems of one variable without K; right to some 1e-9, by the kink of the chances.
 */
export function limitMeans(problem: Problem, { rate, centred, chance, at, draw, upkeep }: Rules, dt: number): number[][] | null {
  if (upkeep.limit === null) return null;
  const { grid } = problem;
  const alpha = requireConstant(problem.alpha, "variants of the scheme");
  const { points, weights: living } = problem.initial.quadrature({ counts: [NODES], bulk: BULK });
  const count = living.length;
  const dead = new Float64Array(count);
  const V = new Float64Array(count);
  const gradient = [new Float64Array(count)];
  const chances = new Float64Array(count);
  const phi = new Float64Array(count);
  const potential = createPointPotential(problem.potential);
  const meanOf = (values: Float64Array) => values.reduce((total, value, j) => total + value * (living[j] + dead[j]), 0);
  let steps = 0;
  const means: number[][] = [];
  for (const stop of snapshotSteps(problem.snapshotTimes, dt)) {
    for (; steps < stop; steps++) {
      if (at === "old") potential.value(V, points, living, count);
      potential.gradient(gradient, points, living, count);
      moveAlong(points, gradient, dt, grid, count);
      if (at === "moved") potential.value(V, points, living, count);
      const mean = centred ? meanOf(V) : 0;
      for (let j = 0; j < count; j++) chances[j] = draw.effective(chance(rate(alpha, dt) * (V[j] - mean)));
      upkeep.limit(living, dead, chances);
    }
    means.push(
      problem.observables.map(({ value }) => {
        value([phi], 0, points, 0, count);
        return meanOf(phi);
      }),
    );
  }
  return means;
}
