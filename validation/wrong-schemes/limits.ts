import { followMap } from "../../src/mean-field-map/mean-field-map.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import { KILL_OR_DUPLICATE } from "../../src/schemes/growth.ts";
import type { Rules } from "./schemes.ts";

const NODES = 512;

/**
 * Means of the observables of a variant as n -> infinity at fixed dt, shape [snapshots][observables], by its mean-field map on weighted nodes (see Rules), which
 * are all particles, the dead among them where they are kept; null where the variant has none. For problems of one variable without K; right to some 1e-9, by the
 * kink of the chances.
 */
export function limitMeans(problem: Problem, { rate, centred, chance, at, draw, control }: Rules, dt: number): number[][] | null {
  if (control.limit === null) return null;
  const alpha = requireConstant(problem.alpha, "variants of the scheme");
  const { limit } = control;
  let living: Float64Array | null = null;
  let dead = new Float64Array(0);
  const react = (before: Float64Array, V: Float64Array): Float64Array => {
    if (living === null) dead = new Float64Array(before.length);
    living ??= before.slice();
    const mean = centred ? V.reduce((total, value, j) => total + value * before[j], 0) : 0;
    const chances = V.map((value) => draw.effective(chance(rate(alpha, dt) * (value - mean))));
    limit(living, dead, chances);
    return living.map((mass, j) => mass + dead[j]);
  };
  const rule = { growth: KILL_OR_DUPLICATE, earlier: at === "old" ? 1 : 0 } as const;
  return Array.from(followMap(problem, rule, dt, { nodes: NODES, react }), ({ points, weights }) =>
    problem.observables.map(({ value }) => {
      const phi = new Float64Array(weights.length);
      value([phi], 0, points, 0, phi.length);
      return phi.reduce((total, x, j) => total + x * weights[j], 0);
    }),
  );
}
