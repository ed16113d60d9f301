import { BULK } from "../../src/distributions/univariate.ts";
import { followMean, measureAlong, startNodes } from "../../src/fluctuations/mean-path.ts";
import { scheduleOf } from "../../src/fluctuations/schedule.ts";
import { createStepMap } from "../../src/mean-field-map/step-map.ts";
import { meanOf } from "../../src/numerics/moments.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { requireConstant } from "../../src/problem-file/rate.ts";
import type { ReactionRule } from "../../src/schemes/growth.ts";
import type { Rules } from "./schemes.ts";

const NODES = 512;

/**
 * Means of the observables of a variant as n -> infinity at fixed dt, shape [snapshots][observables], by its mean-field map on weighted nodes (see Rules), which
 * are all particles, the dead among them where they are kept; null where the variant has none. For problems of one variable without K; right to some 1e-9, by the
 * kink of the chances.
 */
export function limitMeans(problem: Problem, { rate, centred, chance, at, draw, control }: Rules, dt: number): number[][] | null {
  const { limit } = control;
  if (limit === null) return null;
  const alpha = requireConstant(problem.alpha, "variants of the scheme");
  let living: Float64Array | null = null;
  let dead = new Float64Array(0);
  const rule: ReactionRule = {
    earlier: at === "old" ? 1 : 0,
    react(before, V) {
      if (living === null) dead = new Float64Array(before.length);
      living ??= before.slice();
      const mean = centred ? meanOf(V, before) : 0;
      const excess = V.map((value) => rate(alpha, dt) * (value - mean));
      limit(living, dead, excess.map((x) => draw.effective(chance(x)))); // biome-ignore format: one row
      // Population control has brought the mass back to 1.
      return { after: living.map((mass, j) => mass + dead[j]), excess, total: 1 };
    },
  };
  const map = createStepMap(problem, rule);
  return measureAlong(problem, map, followMean(map, startNodes(problem, [NODES], BULK), scheduleOf(problem, dt))).means;
}
