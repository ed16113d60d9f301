import { InvariantError } from "../errors.ts";
import { intoPeriod } from "../grid/grid.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { type ReactionRule, type ReactionStep, STILL, type StepRule } from "../schemes/growth.ts";
import { moveAlong } from "../schemes/population.ts";

/** Weighted nodes: points[a][j] and masses of sum 1. */
export interface WeightedNodes {
  points: Float64Array[];
  weights: Float64Array;
}

/** mu_0 on `counts` nodes along each axis, of half-width `bulk` in its standard deviations, without those of weight 0. */
export function quadratureNodes({ initial, grid }: Problem, counts: readonly number[], bulk: number): WeightedNodes {
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

/** The limit n -> infinity of one step of a scheme at fixed dt, as a map of weighted nodes. */
export interface StepMap<Rule extends ReactionRule = StepRule> {
  potential: PointPotential;
  transport: boolean;
  rule: Rule;
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
}

/** New nodes of less than this mass carry nothing. */
const NOTHING = 1e-18;

export function createStepMap<Rule extends ReactionRule>(
  problem: Problem,
  rule: Rule,
  options: StepMapOptions = {},
): StepMap<Rule> {
  const { grid, alpha } = problem;
  const { tolerance, newborn = null, onMotion } = options;
  const { transport, reaction } = termsOf(problem);
  const potential = createPointPotential(problem.potential, tolerance);
  const floor = reaction?.kind === "prior" ? reaction.floor : -Infinity;
  const { earlier, react } = reaction === null ? STILL : rule;
  return {
    potential,
    transport,
    rule,
    advance({ points, weights: before }, time, dt) {
      const rate = reaction === null ? 0 : alpha.integral(time, time + dt);
      const count = before.length;
      const moved = points.map((x) => x.slice());
      const decides = new Float64Array(count);
      if (earlier > 0) potential.value(decides, points, before, count);
      if (transport) {
        const gradient = points.map(() => new Float64Array(count));
        potential.gradient(gradient, points, before, count);
        moveAlong(moved, gradient, dt, grid, count);
        onMotion?.(moved, time + dt, dt);
      }
      if (reaction !== null) {
        const V = new Float64Array(count);
        potential.value(V, moved, before, count);
        for (let j = 0; j < count; j++) decides[j] = Math.max(floor, earlier * decides[j] + (1 - earlier) * V[j]);
      }
      const { after, excess, total } = react(before, decides, rate);
      const reacted = { before, after, excess, total, step: dt, rate };
      if (newborn !== null && reaction !== null && total < 1)
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
