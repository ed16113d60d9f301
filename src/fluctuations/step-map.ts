import { LawViolationError } from "../errors.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { Growth, ReactionStep, StepRule } from "../schemes/growth.ts";
import { meanOf } from "../schemes/noise-model.ts";
import { moveAlong } from "../schemes/population.ts";

/** A law on weighted nodes: points[a][j] and masses of sum 1. */
export interface NodeLaw {
  points: Float64Array[];
  weights: Float64Array;
}

/** The limit n -> infinity of one step of a scheme at fixed dt, as a map of laws on nodes. */
export interface StepMap {
  potential: PointPotential;
  transport: boolean;
  growth: Growth;
  /** Share of V before the motion in the potential that decides. */
  earlier: number;
  /**
   *   theta <- theta - dt grad V,   x = A (y - ybar), A = int alpha dt,   y = earlier V_before + (1 - earlier) V_moved,   w <- w f(x) / Z
   *
   * into fresh arrays; x = A y for a growth that is not centred. Cost: V twice (once if earlier = 0) and grad V, at the nodes.
   *
   * @throws LawViolationError where nothing is left.
   */
  advance(law: NodeLaw, time: number, dt: number): { law: NodeLaw; reaction: ReactionStep };
}

/** @param tolerance of the sums over K; see Kernel.atPoints. */
export function createStepMap(problem: Problem, { growth, earlier }: StepRule, tolerance: number): StepMap {
  const { grid, alpha } = problem;
  const { transport, reaction } = termsOf(problem);
  const potential = createPointPotential(problem.potential, tolerance);
  return {
    potential,
    transport,
    growth,
    earlier,
    advance({ points, weights: before }, time, dt) {
      const rate = reaction === null ? 0 : alpha.integral(time, time + dt);
      const count = before.length;
      const moved = points.map((x) => x.slice());
      const excess = new Float64Array(count);
      const V = new Float64Array(count);
      if (reaction !== null && earlier > 0) potential.value(excess, points, before, count);
      if (transport) {
        const gradient = points.map(() => new Float64Array(count));
        potential.gradient(gradient, points, before, count);
        moveAlong(moved, gradient, dt, grid, count);
      }
      if (reaction !== null) {
        potential.value(V, moved, before, count);
        for (let j = 0; j < count; j++) excess[j] = earlier * excess[j] + (1 - earlier) * V[j];
      }
      const level = growth.centred ? meanOf(before, excess) : 0;
      const after = new Float64Array(count);
      let total = 0;
      for (let j = 0; j < count; j++) {
        excess[j] = rate * (excess[j] - level);
        after[j] = reaction === null ? before[j] : before[j] * growth.factor(excess[j]);
        total += after[j];
      }
      if (total === 0) throw new LawViolationError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
      for (let j = 0; j < count; j++) after[j] /= total;
      return { law: { points: moved, weights: after }, reaction: { before, after, excess, total, step: dt, rate } };
    },
  };
}
