import { InvariantError } from "../errors.ts";
import { createPointPotential } from "../potential/point-potential.ts";
import type { PointPotential } from "../potential/potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { refuseLogOfDensity, thermalTermsOf } from "../problem/thermal.ts";
import { type ReactionRule, type ReactionStep, STILL, type StepRule } from "../schemes/growth.ts";
import { moveAlong } from "../schemes/population.ts";
import { createSmoothedLog, type SmoothedLog } from "./smoothed-log.ts";
import type { Transition } from "./transition.ts";
import { createTransitions } from "./transitions.ts";
import type { WeightedNodes } from "./weighted-nodes.ts";

/** The limit n -> infinity of one step of a scheme at fixed dt, as a map of weighted nodes. */
export interface StepMap<Rule extends ReactionRule = StepRule> {
  potential: PointPotential;
  transport: boolean;
  rule: Rule;
  /**
   * The noise of the motion of a step, at a temperature; null without. Nodes are then those of its lattice after the step, with the masses that arrive there, and not
   * those before that have moved.
   */
  transition(nodes: WeightedNodes, time: number, dt: number): Transition | null;
  /** Whether the motion is noisy. */
  diffuses: boolean;
  /** tau log(k_eps * mu) in R; null without. */
  logTerm: SmoothedLog | null;
  /**
   *   theta <- theta - dt grad V,   x = A (y - ybar), A = int alpha dt,   y = earlier V_before + (1 - earlier) V_moved,   w <- w f(x) / Z
   *
   * and at a temperature w <- P^T w with the transition P before the reaction, where y = R on the lattice; for earlier = 1, of weights that change before the motion, P after the reaction, where y = R at the nodes
   * before, and grad V that of the masses before;
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
  /**
   * At a temperature, of a rule in continuous time: half of the reaction by R before the motion and half by R after it, both of masses that have not reacted, as the event process has
   * it. For means alone: adjoints take all of it after the motion, which is off by O(dt) (default).
   */
  bothEnds?: boolean;
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
  const { tolerance, newborn = null, onMotion, bothEnds = false } = options;
  const { transport, reaction } = termsOf(problem);
  const potential = createPointPotential(problem.potential, tolerance);
  const floor = reaction?.kind === "prior" ? reaction.floor : -Infinity;
  refuseLogOfDensity(problem);
  const { diffusion, logTerm: kind } = thermalTermsOf(problem);
  // What decides on a lattice is taken there.
  const { earlier, react } = reaction === null ? STILL : diffusion && rule.earlier !== 1 ? { ...rule, earlier: 0 as const } : rule;
  const logTerm = kind === "smoothed" ? createSmoothedLog(problem) : null;
  const transition = diffusion ? createTransitions(problem, potential) : () => null;

  const { clock = null } = problem.potential;

  function advanceWithNoise({ points, lattice, push }: Transition, masses: Float64Array, time: number, dt: number) {
    const before = push(masses);
    const tau = temperatureOf(problem, time, dt);
    onMotion?.(points, time + dt, dt);
    const rate = reaction === null ? 0 : alpha.integral(time, time + dt);
    const R = new Float64Array(before.length);
    if (reaction !== null) {
      potential.value(R, points, before, before.length);
      logTerm?.add(R, { points, weights: before, lattice }, tau);
    }
    const { after, excess, total } = react(before, R, rate);
    if (total === 0) throw new InvariantError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
    for (let j = 0; j < after.length; j++) after[j] /= total;
    const reacted = { before, after, excess, total, step: dt, rate, time, temperature: tau };
    return { nodes: { points, weights: after, lattice }, reaction: reacted };
  }

  /** Half a reaction by R at the nodes, of masses `before`, on masses of sum 1. */
  function halfReaction(masses: Float64Array, nodes: WeightedNodes, time: number, dt: number): ReactionStep {
    const tau = temperatureOf(problem, time, dt);
    const rate = 0.5 * alpha.integral(time, time + dt);
    const R = new Float64Array(masses.length);
    potential.value(R, nodes.points, nodes.weights, masses.length);
    logTerm?.add(R, nodes, tau);
    const { after, excess, total } = rule.react(masses, R, rate);
    if (total === 0) throw new InvariantError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
    for (let j = 0; j < after.length; j++) after[j] /= total;
    return { before: masses, after, excess, total, step: dt, rate, time, temperature: tau };
  }

  function reactAtBothEnds(nodes: WeightedNodes, { points, lattice, push }: Transition, time: number, dt: number) {
    const first = halfReaction(nodes.weights, nodes, time, dt);
    onMotion?.(points, time + dt, dt);
    const moved = push(nodes.weights);
    if (clock !== null) clock.time = time + dt;
    const reacted = halfReaction(push(first.after), { points, weights: moved, lattice }, time, dt);
    return { nodes: { points, weights: reacted.after, lattice }, reaction: reacted };
  }

  function reactThenMove(nodes: WeightedNodes, { points, lattice, push }: Transition, time: number, dt: number) {
    const { weights: before } = nodes;
    const tau = temperatureOf(problem, time, dt);
    const rate = alpha.integral(time, time + dt);
    const R = new Float64Array(before.length);
    potential.value(R, nodes.points, before, before.length);
    logTerm?.add(R, nodes, tau);
    const { after, excess, total } = react(before, R, rate);
    if (total === 0) throw new InvariantError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
    for (let j = 0; j < after.length; j++) after[j] /= total;
    onMotion?.(points, time + dt, dt);
    const reacted = { before, after, excess, total, step: dt, rate, time, temperature: tau };
    return { nodes: { points, weights: push(after), lattice }, reaction: reacted };
  }

  return {
    potential,
    transport,
    rule: { ...rule, earlier },
    diffuses: diffusion,
    transition,
    logTerm,
    advance(nodes, time, dt) {
      // As particles have it, F of a step is that of its beginning.
      if (clock !== null) clock.time = time;
      const noisy = transition(nodes, time, dt);
      if (noisy !== null && bothEnds && reaction !== null && rule.earlier === 0.5) return reactAtBothEnds(nodes, noisy, time, dt);
      if (noisy !== null)
        return earlier === 1 ? reactThenMove(nodes, noisy, time, dt) : advanceWithNoise(noisy, nodes.weights, time, dt);
      const { points, weights: before } = nodes;
      const tau = temperatureOf(problem, time, dt);
      const rate = reaction === null ? 0 : alpha.integral(time, time + dt);
      const count = before.length;
      const moved = points.map((x) => x.slice());
      const decides = new Float64Array(count);
      const value = earlier > 0 ? decides : null;
      const gradient = transport ? points.map(() => new Float64Array(count)) : null;
      if (value !== null || gradient !== null)
        potential.field({ value, gradient, laplacian: null }, points, count, points, before, count);
      if (gradient !== null) {
        moveAlong(moved, gradient, dt, grid, count);
        onMotion?.(moved, time + dt, dt);
      }
      if (reaction !== null) {
        const V = new Float64Array(count);
        potential.value(V, moved, before, count);
        for (let j = 0; j < count; j++) decides[j] = Math.max(floor, earlier * decides[j] + (1 - earlier) * V[j]);
        logTerm?.add(decides, { points: moved, weights: before }, tau);
      }
      const { after, excess, total } = react(before, decides, rate);
      const reacted = { before, after, excess, total, step: dt, rate, time, temperature: tau };
      if (newborn !== null && reaction !== null && total < 1)
        return { nodes: withNewborn({ points: moved, weights: after }, newborn, 1 - total), reaction: reacted };
      if (total === 0) throw new InvariantError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
      for (let j = 0; j < count; j++) after[j] /= total;
      return { nodes: { points: moved, weights: after }, reaction: reacted };
    },
  };
}

/** The mean temperature of a step. */
const temperatureOf = ({ temperature }: Problem, time: number, dt: number) =>
  temperature.constant ?? temperature.integral(time, time + dt) / dt;

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
