import type { StepMap } from "../mean-field-map/step-map.ts";
import type { Transition } from "../mean-field-map/transition.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { type Keep, keepNothing, keepSteps } from "../numerics/keep.ts";
import { meanOf } from "../numerics/moments.ts";
import type { Problem } from "../problem/problem.ts";
import { addProducts, type CovarianceParts, createParts, type Influence } from "../schemes/covariance.ts";
import type { ReactionStep } from "../schemes/growth.ts";
import { createKernelAdjoint, type KernelAdjoint } from "./kernel-adjoint.ts";
import type { MeanPath } from "./mean-path.ts";
import { transposeReaction } from "./reaction-adjoint.ts";
import { addResamplings, alongPath, type PathNoise } from "./weight-path.ts";

/**
 * n times the covariance of the means of all observables at all snapshots, as covarianceAlong has it (adjoint.ts), where each step moves masses by the transition P of its noise
 * and changes them by R on the lattice:
 *
 *   u, centred under the masses after the reaction, divided by Z; noise of the reaction
 *   c = w f'(x) alpha dt u,  C = sum c,  s = c - C w:       u <- f u - C R + sum_i s_i K(theta_i, .) + tau sum_i s_i k_eps(theta_i - .) / (k_eps * w)(theta_i)
 *   noise of the motion: sum_j (P^T nu)_j u_j^2 - sum_i nu_i (P u)_i^2
 *   u <- P u - dt sum_i m_i . grad_1 K(theta_i, .),         m_i = w_i d(P u)_i / d(centre_i)
 *
 * The variance of one jump is exact for every dt; as dt -> 0 it adds 2 tau int |grad u|^2 dnu a unit of time. For particles of equal weights nu is the distribution itself. Weighted
 * ones have nu_i = n sum of the squared weights at theta_i, which moves with P and grows by (f / Z)^2: its mass is n over the effective sample size.
 *
 * Cost per step and quantity: two sums over P, and with K five sums over the nodes.
 */
export function noisyCovarianceAlong(
  problem: Problem,
  noises: readonly PathNoise[],
  map: StepMap,
  path: MeanPath,
  tolerance: number,
  onStep?: (step: number) => void,
  keep: Keep = keepNothing,
): CovarianceParts[] {
  const { observables } = problem;
  const { states, reactions, schedule } = path;
  const quantities = schedule.stops.length * observables.length;
  let parts = noises.map(() => createParts(quantities));
  const own = noises.map((noise) => alongPath(noise, problem.grid, map, path)[0]);
  const adjoints = createKernelAdjoints(problem, map, tolerance);
  let influences: Influence[] = new Array(quantities).fill(null);

  const begin = (stop: number) => {
    schedule.stops.forEach((other, s) => {
      if (other !== stop) return;
      const { points, weights } = states[stop];
      observables.forEach(({ value }, k) => {
        const u = new Float64Array(weights.length);
        value([u], 0, points, 0, weights.length);
        influences[s * observables.length + k] = u;
      });
    });
  };

  /** Of a step whose motion came after its reaction. */
  const backThroughMotionFirst = (k: number, reaction: ReactionStep, transition: Transition) => {
    const from = states[k - 1];
    centre(influences, states[k].weights);
    const arrived = influences;
    const pulled = arrived.map((u) => (u === null ? null : transition.pull(u)));
    for (const [i, noise] of own.entries()) {
      const { left, moved } = noise.weights?.squares[k - 1] ?? { left: reaction.after, moved: states[k].weights };
      addResamplings(parts[i].events, noise, k - 1, arrived);
      addProducts(parts[i].motion, 1, moved, arrived);
      addProducts(parts[i].motion, -1, left, pulled);
    }
    centre(pulled, reaction.after);
    for (const [i, noise] of noises.entries()) noise.addAfter(parts[i], reaction, pulled);
    const dipoles = adjoints(from.points);
    for (const [q, u] of pulled.entries()) {
      if (u === null) continue;
      pullReaction(u, map, reaction, from, dipoles);
      // The masses that move are those after the reaction; the drift is of those before.
      if (dipoles !== null)
        addShifts(u, arrived[q] as Float64Array, transition, { ...from, weights: reaction.after }, reaction.step, dipoles);
    }
    centre(pulled, reaction.before);
    for (const [i, noise] of noises.entries()) noise.addBefore?.(parts[i], reaction, pulled);
    influences = pulled;
  };

  const back = (step: number) => {
    const k = reactions.length - step;
    begin(k);
    const reaction = reactions[k - 1];
    const from = states[k - 1];
    const transition = map.transition(from, reaction.time, reaction.step);
    if (transition === null) throw new Error("a noisy step has a transition");
    if (map.rule.earlier === 1) {
      backThroughMotionFirst(k, reaction, transition);
      onStep?.(step + 1);
      return;
    }
    centre(influences, reaction.after);
    for (const [i, noise] of own.entries()) {
      addResamplings(parts[i].events, noise, k - 1, influences);
      noise.addAfter(parts[i], reaction, influences);
    }
    for (const u of influences) if (u !== null) pullReaction(u, map, reaction, transition, adjoints(transition.points));
    centre(influences, reaction.before);
    for (const [i, noise] of noises.entries()) noise.addBefore?.(parts[i], reaction, influences);

    const arrived = influences;
    const pulled = arrived.map((u) => (u === null ? null : transition.pull(u)));
    for (const [i, { weights }] of own.entries()) {
      const { left, moved } = weights?.squares[k - 1] ?? { left: from.weights, moved: reaction.before };
      addProducts(parts[i].motion, 1, moved, arrived);
      addProducts(parts[i].motion, -1, left, pulled);
    }
    const dipoles = adjoints(from.points);
    if (dipoles !== null) {
      for (const [q, u] of arrived.entries())
        if (u !== null) addShifts(pulled[q] as Float64Array, u, transition, from, reaction.step, dipoles);
    }
    influences = pulled;
    onStep?.(step + 1);
  };
  keepSteps(keep, "back", reactions.length, {
    step: back,
    read: () => ({ influences, parts }),
    takeOver: (kept) => {
      ({ influences, parts } = kept);
    },
  });
  begin(0);
  centre(influences, states[0].weights);
  for (const { initial } of parts) addProducts(initial, 1, states[0].weights, influences);
  return parts;
}

function centre(influences: readonly Influence[], weights: Float64Array): void {
  for (const u of influences) {
    if (u === null) continue;
    const mean = meanOf(u, weights);
    for (let j = 0; j < u.length; j++) u[j] -= mean;
  }
}

/** u before the reaction, in place, from one that is centred after it. */
function pullReaction(
  u: Float64Array,
  { rule: { growth }, logTerm }: StepMap,
  reaction: ReactionStep,
  { points, lattice }: Pick<WeightedNodes, "points" | "lattice">,
  kernel: KernelAdjoint | null,
): void {
  const { before, rate, temperature } = reaction;
  if (!(rate > 0 && growth.reacts)) return;
  const count = u.length;
  const strengths = new Float64Array(count);
  transposeReaction(u, strengths, growth, reaction);
  const nodes = { points: points as Float64Array[], weights: before };
  if (kernel !== null) {
    const field = new Float64Array(count);
    kernel.sources(field, null, nodes, strengths);
    for (let j = 0; j < count; j++) u[j] += field[j];
  }
  logTerm?.addTranspose(u, strengths, lattice === undefined ? nodes : { ...nodes, lattice }, temperature);
}

/** What the masses do to the drift of others: pulled_j -= dt sum_i m_i . grad_1 K(theta_i, theta_j). */
function addShifts(
  pulled: Float64Array,
  u: Float64Array,
  transition: Transition,
  from: WeightedNodes,
  dt: number,
  kernel: KernelAdjoint,
): void {
  const moments = transition.slopes(u);
  for (const moment of moments) for (let i = 0; i < moment.length; i++) moment[i] *= from.weights[i];
  const field = new Float64Array(pulled.length);
  kernel.dipoles(field, null, from, moments);
  for (let j = 0; j < pulled.length; j++) pulled[j] -= dt * field[j];
}

/** One for nodes that stay the same from step to step; null without K. */
function createKernelAdjoints(problem: Problem, map: StepMap, tolerance: number) {
  const known = new Map<number, KernelAdjoint>();
  return (points: readonly Float64Array[]): KernelAdjoint | null => {
    if (problem.potential.kernel === null) return null;
    const [{ length }] = points;
    const found = known.get(length) ?? createKernelAdjoint(problem, map.potential, length, tolerance);
    known.set(length, found);
    return found;
  };
}
