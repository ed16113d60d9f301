import type { StepMap } from "../mean-field-map/step-map.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { type Keep, keepNothing, keepSteps } from "../numerics/keep.ts";
import { meanOf } from "../numerics/moments.ts";
import { takeOverMeshes } from "../potential/point-potential.ts";
import type { Observable, Problem } from "../problem/problem.ts";
import { addProducts, type CovarianceParts, createParts, type Influence } from "../schemes/covariance.ts";
import type { ReactionStep } from "../schemes/growth.ts";
import { createKernelAdjoint, type KernelAdjoint } from "./kernel-adjoint.ts";
import type { MeanPath } from "./mean-path.ts";
import { noisyCovarianceAlong } from "./noisy-adjoint.ts";
import { transposeReaction } from "./reaction-adjoint.ts";
import { addResamplings, alongPath, type PathNoise } from "./weight-path.ts";

/**
 * How a later mean depends on the distribution now: u[j] = d/dw_j and, where particles move under K, m[a][j] = d/dtheta_{a,j}, of the mean of an
 * observable at a snapshot. As dt -> 0, u solves on the nodes, up to a constant, the adjoint of the linearised equation
 *
 *   -d_s u = -grad V . grad u - alpha Vt u + alpha V ubar - int grad u(th') . grad_1 K(th', .) mu(dth') - alpha int (u - ubar)(th') K(th', .) mu(dth')
 *
 * (the first term is the motion of the nodes), and m_j = w_j grad u(theta_j).
 */
interface Sensitivity {
  influence: Float64Array;
  moments: Float64Array[] | null;
}

/**
 * n times the covariance of the means of all observables at all snapshots, in the limit n -> infinity at fixed steps: quantity s P + k is
 * observable k of P at snapshot s. The path is followed backward, carrying the sensitivity of each quantity from its snapshot on,
 * through the exact transpose of each step:
 *
 *   u, centred under the distribution after; divided by Z: what a particle more or less would change        -> noise after the reaction
 *   c = w f'(x) alpha dt u,  C = sum c,  s = c - C w:       u <- f u - C y + sum_i s_i K(theta_i, .),   m <- m + s grad V + w grad (sum s K)
 *   m:                                                      u <- u - dt sum_i m_i . grad_1 K(theta_i, .),
 *                                                           m <- m - dt (Hess V m + w grad (the same sum))
 *
 * (y is the potential in the growth; C = 0 for a growth that is not centred; K is evaluated before or after the motion, by their shares). At the start, the
 * covariance of u under mu_0 is what independent draws add.
 *
 * Schemes that share a step map differ in their noise alone, so that one sweep serves all `noises`, in order.
 *
 * Cost per step and quantity: a few operations a node without K; with it, as much as V once more, or about nine times where particles move.
 *
 * @param keep keeps the sensitivities and the covariance so far after shares of the steps; see keepSteps.
 */
export function covarianceAlong(
  problem: Problem,
  noises: readonly PathNoise[],
  map: StepMap,
  path: MeanPath,
  tolerance: number,
  onStep?: (step: number) => void,
  keep: Keep = keepNothing,
): CovarianceParts[] {
  if (map.diffuses) return noisyCovarianceAlong(problem, noises, map, path, tolerance, onStep, keep);
  const { observables } = problem;
  const { states, reactions, schedule } = path;
  const nodes = states[0].weights.length;
  const quantities = schedule.stops.length * observables.length;
  const kernel = problem.potential.kernel === null ? null : createKernelAdjoint(problem, map.potential, nodes, tolerance);
  let sensitivities: (Sensitivity | null)[] = new Array(quantities).fill(null);
  let parts = noises.map(() => createParts(quantities));
  const own = noises.map((noise) => alongPath(noise, problem.grid, map, path)[0]);
  const begin = (stop: number) => {
    schedule.stops.forEach((other, s) => {
      if (other !== stop) return;
      observables.forEach((observable, k) => {
        sensitivities[s * observables.length + k] = startOf(observable, states[stop], kernel !== null && map.transport);
      });
    });
  };
  const centred = (weights: Float64Array): Influence[] =>
    sensitivities.map((sensitivity) => {
      if (sensitivity === null) return null;
      const { influence } = sensitivity;
      const mean = meanOf(influence, weights);
      for (let j = 0; j < nodes; j++) influence[j] -= mean;
      return influence;
    });

  const back = (step: number) => {
    const k = reactions.length - step;
    begin(k);
    const reaction = reactions[k - 1];
    const after = centred(reaction.after);
    for (const [i, noise] of own.entries()) {
      addResamplings(parts[i].events, noise, k - 1, after);
      noise.addAfter(parts[i], reaction, after);
    }
    const transpose = createTranspose(problem, map, kernel, states[k - 1], states[k], reaction);
    for (const sensitivity of sensitivities) if (sensitivity !== null) transpose.reaction(sensitivity);
    const before = centred(reaction.before);
    for (const [i, noise] of noises.entries()) noise.addBefore?.(parts[i], reaction, before);
    for (const sensitivity of sensitivities) if (sensitivity !== null) transpose.motion(sensitivity);
    onStep?.(step + 1);
  };
  const meshes = [map.potential.meshes, kernel?.meshes];
  keepSteps(keep, "back", reactions.length, {
    step: back,
    read: () => ({ sensitivities, parts, meshes: meshes.map((each) => each?.read()) }),
    takeOver(kept) {
      ({ sensitivities, parts } = kept);
      takeOverMeshes(meshes, kept.meshes);
    },
  });
  begin(0);
  const start = centred(states[0].weights);
  for (const { initial } of parts) addProducts(initial, 1, states[0].weights, start);
  return parts;
}

function startOf(observable: Observable, { points, weights }: WeightedNodes, withMoments: boolean): Sensitivity {
  const count = weights.length;
  const influence = new Float64Array(count);
  observable.value([influence], 0, points, 0, count);
  if (!withMoments) return { influence, moments: null };
  const moments = points.map(() => new Float64Array(count));
  observable.gradient(moments, 0, points, 0, count);
  for (const moment of moments) for (let j = 0; j < count; j++) moment[j] *= weights[j];
  return { influence, moments };
}

/** The transposes of the two halves of a step, in place. */
interface Transpose {
  /** Expects the influence centred under the distribution after the step. */
  reaction(sensitivity: Sensitivity): void;
  motion(sensitivity: Sensitivity): void;
}

function createTranspose(
  problem: Problem,
  { potential, transport, logTerm, rule: { growth, earlier } }: StepMap,
  kernel: KernelAdjoint | null,
  from: WeightedNodes,
  to: WeightedNodes,
  reaction: ReactionStep,
): Transpose {
  const { before, step, rate, temperature } = reaction;
  const { grid } = problem;
  const count = before.length;
  const moved: WeightedNodes = { points: to.points, weights: before };
  const reacts = rate > 0 && growth.reacts;
  const strengths = new Float64Array(count);
  const scaled = new Float64Array(count);
  const field = new Float64Array(count);
  const slopes = grid.axes.map(() => new Float64Array(count));
  const along = grid.axes.map(() => new Float64Array(count));
  /** The strengths with which V before the motion acts, kept for `motion`, one array a sensitivity. */
  const early = new Map<Sensitivity, Float64Array>();
  let gradientMoved: Float64Array[] | null = null;
  let gradientFrom: Float64Array[] | null = null;
  const gradientAt = (nodes: WeightedNodes): Float64Array[] => {
    const gradient = grid.axes.map(() => new Float64Array(count));
    potential.gradient(gradient, nodes.points, nodes.weights, count);
    return gradient;
  };

  /** Adds share sum_i s_i K(theta_i, .) to u, and what s does through positions to m. */
  function addInteraction(sensitivity: Sensitivity, share: number, nodes: WeightedNodes, slope: () => Float64Array[]): void {
    const { influence, moments } = sensitivity;
    if (kernel === null) return;
    for (let j = 0; j < count; j++) scaled[j] = share * strengths[j];
    field.fill(0);
    for (const x of slopes) x.fill(0);
    kernel.sources(field, moments === null ? null : slopes, nodes, scaled);
    for (let j = 0; j < count; j++) influence[j] += field[j];
    if (moments === null) return;
    const gradient = slope();
    for (let a = 0; a < moments.length; a++) {
      const moment = moments[a];
      for (let j = 0; j < count; j++) moment[j] += scaled[j] * gradient[a][j] + before[j] * slopes[a][j];
    }
  }

  return {
    reaction(sensitivity) {
      const { influence } = sensitivity;
      if (!reacts) return;
      transposeReaction(influence, strengths, growth, reaction);
      logTerm?.addTranspose(influence, strengths, moved, temperature);
      addInteraction(sensitivity, 1 - earlier, moved, () => {
        gradientMoved ??= gradientAt(moved);
        return gradientMoved;
      });
      if (earlier > 0 && kernel !== null) early.set(sensitivity, strengths.slice());
    },
    motion(sensitivity) {
      const { influence, moments } = sensitivity;
      if (transport && moments !== null && kernel !== null) {
        field.fill(0);
        for (const x of slopes) x.fill(0);
        kernel.dipoles(field, slopes, from, moments);
        kernel.hessian(along, from, moments);
        for (let j = 0; j < count; j++) influence[j] -= step * field[j];
        for (let a = 0; a < moments.length; a++) {
          const moment = moments[a];
          for (let j = 0; j < count; j++) moment[j] -= step * (along[a][j] + before[j] * slopes[a][j]);
        }
      }
      const kept = early.get(sensitivity);
      if (kept === undefined) return;
      strengths.set(kept);
      addInteraction(sensitivity, earlier, from, () => {
        gradientFrom ??= gradientAt(from);
        return gradientFrom;
      });
    },
  };
}
