import { InvariantError } from "../errors.ts";
import { meanOf } from "../numerics/moments.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { Growth, ReactionStep, StepRule } from "../schemes/growth.ts";
import { moveAlong } from "../schemes/population.ts";

/** Weighted nodes: points[a][j] and masses of sum 1. */
export interface WeightedNodes {
  points: Float64Array[];
  weights: Float64Array;
}

/** The limit n -> infinity of one step of a scheme at fixed dt, as a map of weighted nodes. */
export interface StepMap {
  potential: PointPotential;
  transport: boolean;
  growth: Growth;
  /** Share of V before the motion in the potential that decides. */
  earlier: number;
  /**
   *   theta <- theta - dt grad V,   x = A (y - ybar), A = int alpha dt,   y = earlier V_before + (1 - earlier) V_moved,   w <- w f(x) / Z
   *
   * into fresh arrays; x = A y for a growth that is not centred, A max(y, floor) under reinjection with a floor. Population control and copies of uniformly
   * chosen particles leave the measure as it is. Where mass comes back from a prior and Z < 1, w <- w f(x), and the prior's nodes with mass 1 - Z
   * are added. Cost: V twice (once if earlier = 0) and grad V, at the nodes.
   *
   * @throws InvariantError where nothing is left.
   */
  advance(nodes: WeightedNodes, time: number, dt: number): { nodes: WeightedNodes; reaction: ReactionStep };
}

export interface StepMapOptions {
  /** Of the sums over K; see Kernel.atPoints. */
  tolerance?: number;
  /** Nodes of the prior from which mass comes back. */
  newborn?: WeightedNodes | null;
  /** Called with the moved nodes before V is taken there. */
  onMotion?: (points: readonly Float64Array[], time: number, dt: number) => void;
  /** In place of the growth: the masses after the reaction, from those before it and V. */
  react?: (before: Float64Array, V: Float64Array, dt: number) => Float64Array;
}

/** New nodes of less than this mass carry nothing. */
const NOTHING = 1e-18;

export function createStepMap(problem: Problem, { growth, earlier }: StepRule, options: StepMapOptions = {}): StepMap {
  const { grid, alpha } = problem;
  const { tolerance, newborn = null, onMotion, react } = options;
  const { transport, reaction } = termsOf(problem);
  const potential = createPointPotential(problem.potential, tolerance);
  const floor = reaction?.kind === "prior" ? reaction.floor : -Infinity;
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
        onMotion?.(moved, time + dt, dt);
      }
      if (reaction !== null) {
        potential.value(V, moved, before, count);
        for (let j = 0; j < count; j++) excess[j] = Math.max(floor, earlier * excess[j] + (1 - earlier) * V[j]);
      }
      if (react !== undefined && reaction !== null) {
        const after = react(before, excess, dt);
        return { nodes: { points: moved, weights: after }, reaction: { before, after, excess, total: 1, step: dt, rate } };
      }
      const mean = growth.centred ? meanOf(excess, before) : 0;
      const after = new Float64Array(count);
      let total = 0;
      for (let j = 0; j < count; j++) {
        excess[j] = rate * (excess[j] - mean);
        after[j] = reaction === null ? before[j] : before[j] * growth.factor(excess[j]);
        total += after[j];
      }
      const reacted = { before, after, excess, total, step: dt, rate };
      if (newborn !== null && total < 1)
        return { nodes: withNewborn({ points: moved, weights: after }, newborn, 1 - total), reaction: reacted };
      if (total === 0) throw new InvariantError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
      for (let j = 0; j < count; j++) after[j] /= total;
      return { nodes: { points: moved, weights: after }, reaction: reacted };
    },
  };
}

function withNewborn({ points, weights }: WeightedNodes, newborn: WeightedNodes, mass: number): WeightedNodes {
  const added = newborn.weights.map((weight) => mass * weight);
  const kept = Array.from(added.keys()).filter((k) => !(added[k] < NOTHING));
  const join = (old: Float64Array, fresh: Float64Array) => {
    const all = new Float64Array(old.length + kept.length);
    all.set(old);
    kept.forEach((k, at) => {
      all[old.length + at] = fresh[k];
    });
    return all;
  };
  return { points: points.map((x, a) => join(x, newborn.points[a])), weights: join(weights, added) };
}
