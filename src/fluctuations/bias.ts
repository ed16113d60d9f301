import { InputError, InvariantError } from "../errors.ts";
import { createStepMap, type StepMap } from "../mean-field-map/step-map.ts";
import type { WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { addOuter, factorColumns } from "../numerics/factor.ts";
import { meanOf } from "../numerics/moments.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { isWarm } from "../problem/thermal.ts";
import { createParts } from "../schemes/covariance.ts";
import type { ReactionStep } from "../schemes/growth.ts";
import type { StepNoise } from "../schemes/noise-model.ts";
import { limitRuleOf, ruleOf, type SchemeName } from "../schemes/schemes.ts";
import { type Schedule, startNodes } from "./mean-path.ts";
import { checkScheme } from "./predict.ts";
import { evenSteps, scheduleOf } from "./schedule.ts";

export interface BiasOptions {
  scheme: SchemeName;
  n: number;
  /** null: as dt -> 0 at n dt -> 0, on 32 steps, to some per cent. */
  dt: number | null;
  /** How often those 32 steps are halved; default 0. */
  halvings?: number;
  /** Nodes along each axis; default 64, 8 or 4 by dimension. */
  nodes?: number;
}

export interface RefinedSnapshot {
  time: number;
  observables: Record<string, RefinedMean>;
  /** The nodes at that time, and lim n (E[mu^n] - mu) in their masses and, where they move under K, their positions. */
  nodes: WeightedNodes;
  massBias: Float64Array;
  positionBias: Float64Array[] | null;
}

/** Of one observable at one snapshot. */
export interface RefinedMean {
  /** int phi dmu of the mean-field map. */
  mean: number;
  /** lim n (E[phi(mu^n)] - mean). */
  bias: number;
  /** lim n Var, carried forward: it agrees with the adjoint's, which is found another way. */
  nVariance: number;
}

/** By dimension: enough for smooth distributions on a line; for the order of magnitude elsewhere. */
const NODES = [64, 8, 4] as const;
/** Half-width of the nodes in standard deviations: few nodes must not be far apart. */
const BULK = [6, 3.2, 2.5] as const;
const MOST_STATES = 400;

/**
 * The mean of a finite population differs from its mean-field limit by O(1/n), since a step is not linear in the distribution:
 *
 *   E[X_{k+1}] = M(x_k) + (1/n) v_{k+1},    v <- J v + 1/2 sum_r D^2 M[s_r, s_r] + b,    W = sum_r s_r s_r^T <- sum_r (J s_r)(J s_r)^T + Q
 *
 * (the refined mean-field approximation; Gast & Van Houdt 2017), where X holds the masses of the nodes and, where particles move under K,
 * their positions, W is n times its covariance, Q the noise of a step and b its own bias. J s and D^2 M[s, s] are central differences of the
 * step map along the columns of W.
 *
 * Cost per step: two evaluations of the step map for each column, of which there are as many as nodes (more by a factor 1 + dimension
 * where they move under K), and their cube in multiplications: 64 nodes take some 10 to 50 ms a step.
 *
 * @throws InputError for a scheme, dt or count of nodes that cannot be used.
 * @throws InvariantError where steps are unstable.
 */
export function refineMeans(problem: Problem, options: BiasOptions): RefinedSnapshot[] {
  const { scheme, n, dt } = options;
  const model = checkScheme(problem, scheme, n);
  if (isWarm(problem)) {
    throw new InputError("temperature", undefined, "above 0 the 1/n bias of means is not known", "compare ensembles of several n");
  }
  const { grid } = problem;
  const nodes = options.nodes ?? NODES[grid.dimension - 1];
  if (!Number.isInteger(nodes) || nodes < 4)
    throw new InputError("nodes", nodes, "not a whole number >= 4", "give a count along each axis");
  const start = startNodes(problem, grid.axes.map(() => nodes), BULK[grid.dimension - 1]); // biome-ignore format: one call
  const moves = problem.potential.kernel !== null && termsOf(problem).transport;
  const size = start.weights.length * (moves ? 1 + grid.dimension : 1);
  if (size > MOST_STATES) {
    throw new InputError(
      "nodes",
      nodes,
      "too many for the correction of the mean",
      `use fewer: ${size} numbers, at most ${MOST_STATES}`,
    );
  }
  const noise = dt === null ? model.limit?.({ n: 1, dt: 1e-9 }) : model.stepped({ n, dt });
  if (noise === undefined) throw new InputError("--scheme", scheme, "has no limit as dt -> 0", "give a dt");
  const map = createStepMap(problem, dt === null ? limitRuleOf(scheme) : ruleOf(scheme), { tolerance: KERNEL_TOLERANCE });
  const schedule = dt === null ? evenSteps(problem, options.halvings ?? 0) : scheduleOf(problem, dt);
  return followMoments(problem, noise, map, start, moves, schedule);
}

const KERNEL_TOLERANCE = 1e-11;
/** Of the square root of the masses: differences of second order keep 8 digits of their 16, and their own error is the square of it. */
const DIFFERENCE = 1e-3;

function followMoments(
  problem: Problem,
  noise: StepNoise,
  map: StepMap,
  start: WeightedNodes,
  moves: boolean,
  { steps, stops }: Schedule,
): RefinedSnapshot[] {
  const count = start.weights.length;
  const size = moves ? count * (1 + start.points.length) : count;
  const pack = ({ points, weights }: WeightedNodes): Float64Array => {
    const state = new Float64Array(size);
    state.set(weights);
    if (moves) for (const [a, x] of points.entries()) state.set(x, (a + 1) * count);
    return state;
  };
  /** The nodes `base` moved by `scale` times a direction. */
  const displace = (base: WeightedNodes, direction: Float64Array, scale: number): WeightedNodes => ({
    weights: base.weights.map((w, j) => w + scale * direction[j]),
    points: moves ? base.points.map((x, a) => x.map((value, j) => value + scale * direction[(a + 1) * count + j])) : base.points,
  });
  const difference = (after: Float64Array, before: Float64Array, index: number): number => {
    const a = Math.floor(index / count) - 1;
    const axis = a < 0 ? null : problem.grid.axes[a];
    const gap = after[index] - before[index];
    if (axis === null || !axis.periodic) return gap;
    const period = axis.max - axis.min;
    return gap - period * Math.round(gap / period);
  };

  let current = start;
  let bias = new Float64Array(size);
  let covariance = new Float64Array(size * size);
  for (let j = 0; j < count; j++) {
    const column = new Float64Array(size);
    for (let i = 0; i < count; i++) column[i] = -Math.sqrt(start.weights[j]) * start.weights[i];
    column[j] += Math.sqrt(start.weights[j]);
    addOuter(covariance, column);
  }
  const results: RefinedSnapshot[] = [];
  let done = 0;
  let time = 0;
  for (const [s, stop] of stops.entries()) {
    for (; done < stop; done++) {
      const dt = steps[done];
      const { nodes: next, reaction } = map.advance(current, time, dt);
      const target = pack(next);
      if (![target, bias, ...next.points].every((values) => values.every(Number.isFinite))) {
        throw new InvariantError("nodes escape to infinity", time + dt, `reduce dt = ${dt}`);
      }
      addNoise(covariance, noise.addBefore, reaction, reaction.before);
      const columns = factorColumns(covariance, size);
      const carried = new Float64Array(size);
      covariance = new Float64Array(size * size);
      const slope = new Float64Array(size);
      const along = (direction: Float64Array, curvature: boolean): void => {
        const forth = pack(map.advance(displace(current, direction, DIFFERENCE), time, dt).nodes);
        const back = pack(map.advance(displace(current, direction, -DIFFERENCE), time, dt).nodes);
        for (let i = 0; i < size; i++) {
          const up = difference(forth, target, i);
          const down = difference(back, target, i);
          slope[i] = (up - down) / (2 * DIFFERENCE);
          if (curvature) carried[i] += (0.5 * (up + down)) / DIFFERENCE ** 2;
        }
      };
      for (const column of columns) {
        along(column, true);
        addOuter(covariance, slope);
      }
      along(bias, false);
      bias = carried.map((value, i) => value + slope[i]);
      const masses = new Float64Array(count);
      noise.addBias?.(masses, reaction);
      for (let j = 0; j < count; j++) bias[j] += masses[j];
      addNoise(covariance, noise.addAfter, reaction, reaction.after);
      current = next;
      time += dt;
    }
    results.push({
      time: problem.snapshotTimes[s],
      observables: observe(problem, current, covariance, bias, displace),
      nodes: current,
      massBias: bias.slice(0, count),
      positionBias: moves ? current.points.map((_, a) => bias.slice((a + 1) * count, (a + 2) * count)) : null,
    });
  }
  return results;
}

/** Adds noise of a step: the covariance of the masses themselves, whose influences are the unit vectors less their means. */
function addNoise(covariance: Float64Array, add: StepNoise["addBefore"], reaction: ReactionStep, weights: Float64Array): void {
  if (add === undefined) return;
  const count = weights.length;
  const size = Math.sqrt(covariance.length);
  const parts = createParts(count);
  const units = Array.from({ length: count }, (_, k) => {
    const unit = new Float64Array(count).fill(-weights[k]);
    unit[k] += 1;
    return unit;
  });
  add(parts, reaction, units);
  for (let k = 0; k < count; k++) {
    for (let l = 0; l < count; l++) covariance[k * size + l] += parts.events[k * count + l] + parts.control[k * count + l];
  }
}

function observe(
  { observables }: Problem,
  nodes: WeightedNodes,
  covariance: Float64Array,
  bias: Float64Array,
  displace: (base: WeightedNodes, direction: Float64Array, scale: number) => WeightedNodes,
): Record<string, RefinedMean> {
  const size = bias.length;
  const count = nodes.weights.length;
  const phi = new Float64Array(count);
  const columns = factorColumns(covariance.slice(), size);
  const refined = observables.map(({ name, value }): [string, RefinedMean] => {
    const meanAt = ({ points, weights }: WeightedNodes): number => {
      value([phi], 0, points, 0, count);
      return meanOf(phi, weights);
    };
    const mean = meanAt(nodes);
    const along = (direction: Float64Array) => {
      const forth = meanAt(displace(nodes, direction, DIFFERENCE));
      const back = meanAt(displace(nodes, direction, -DIFFERENCE));
      return { slope: (forth - back) / (2 * DIFFERENCE), curvature: (forth - 2 * mean + back) / DIFFERENCE ** 2 };
    };
    let nVariance = 0;
    let correction = along(bias).slope;
    for (const column of columns) {
      const { slope, curvature } = along(column);
      nVariance += slope * slope;
      correction += 0.5 * curvature;
    }
    return [name, { mean, bias: correction, nVariance }];
  });
  return Object.fromEntries(refined);
}
