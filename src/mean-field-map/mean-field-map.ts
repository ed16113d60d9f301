import { BULK } from "../distributions/univariate.ts";
import { InputError, InvariantError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import { meanOf } from "../numerics/moments.ts";
import { DYNAMICS, nameOfDynamics, predictedFamily, refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import type { ReactionStep, StepRule } from "../schemes/growth.ts";
import { ruleOf, type SchemeName, schemesFollowing } from "../schemes/schemes.ts";
import { createStepMap, type StepMap, type StepMapOptions } from "./step-map.ts";
import { quadratureNodes, type WeightedNodes } from "./weighted-nodes.ts";

/** The map at one time. */
export interface MapSnapshot {
  time: number;
  /** E[mu]   (11). */
  energy: number;
  /** int phi dmu by name. */
  observables: Record<string, number>;
  /** In the last step before it: 1 - Z, and the share of particles that died or were duplicated. */
  deficit: number;
  events: number;
}

export interface MapOptions {
  /** Default: the first that follows the dynamics, which is `algorithm-1` under birth-death. */
  scheme?: SchemeName;
  /** Nodes along each axis; default 512, 64 or 24 by dimension. */
  nodes?: number;
}

/** By dimension: for smooth densities no more than the characteristics need to converge to 1e-8. */
const NODES = [512, 64, 24] as const;
const MOST_NODES = 2 ** 22;
const NODES_OF_PRIOR = 16;

/**
 * The mean-field map of a scheme: its limit as n -> infinity at fixed dt, deterministic and free of noise; see step-map.ts. It differs from the
 * equation (13) by O(dt): the bias of the scheme. Nodes start on a quadrature rule of mu_0, as the characteristics do; where mass comes back from a prior, on a
 * rule of 16 nodes along each axis at every step. The factor of the weights under Algorithm 1 has a second derivative that jumps where V = Vbar, so that the
 * error of the rule, spectral at first, is O(h^3) (alpha dt)^2 after a step: a few 1e-10 on the nodes of a line.
 *
 * At a temperature the noise of the motion spreads the nodes over a lattice of their own, finer than its standard deviation in a step (transition.ts), and the reaction goes by R.
 *
 * @throws InputError for dynamics without a map, a scheme that does not follow the dynamics, a dt that does not divide the snapshots, or an unusable count of nodes.
 * @throws InvariantError where dt is so large that nodes escape to infinity.
 */
export function iterateMeanFieldMap(problem: Problem, dt: number, { scheme, nodes }: MapOptions = {}): MapSnapshot[] {
  const { grid, observables, prior } = problem;
  const rule = ruleFor(problem, scheme);
  const ofPrior = prior?.quadrature({ counts: grid.axes.map(() => NODES_OF_PRIOR), bulk: BULK });
  const newborn = ofPrior === undefined ? null : { points: ofPrior.points, weights: ofPrior.weights };
  let last: ReactionStep | null = null;
  const stepped = followMap(problem, rule, dt, { nodes: nodes ?? NODES[grid.dimension - 1], newborn }, (reaction) => {
    last = reaction;
  });
  return Array.from(stepped, ({ time, points, weights, potential }) => {
    const count = weights.length;
    const V = new Float64Array(count);
    const scratch = new Float64Array(count);
    potential.value(V, points, weights, count);
    const energy = potential.energy(V, scratch, points, weights, count);
    const means = observables.map(({ name, value }): [string, number] => {
      value([scratch], 0, points, 0, count);
      return [name, meanOf(scratch, weights)];
    });
    requireFinite([energy, ...means.map(([, mean]) => mean)], time, dt);
    return { time, energy, observables: Object.fromEntries(means), ...eventsIn(last, rule) };
  });
}

/** Of a step, null before the first. */
function eventsIn(step: ReactionStep | null, { growth }: StepRule): Pick<MapSnapshot, "deficit" | "events"> {
  if (step === null) return { deficit: 0, events: 0 };
  const { before, excess, total } = step;
  let events = 0;
  for (let j = 0; j < before.length; j++) events += before[j] * Math.abs(growth.factor(excess[j]) - 1);
  return { deficit: 1 - total, events };
}

/** The rule of a scheme that follows the dynamics; without a reaction that of gradient descent is one of them. */
function ruleFor(problem: Problem, scheme?: SchemeName): StepRule {
  refuseUnless(problem, "mean-field-map");
  const dynamics = nameOfDynamics(problem.dynamics);
  const { family } = DYNAMICS[dynamics];
  const followers = family === null ? [] : schemesFollowing(family);
  if (termsOf(problem).reaction === null) followers.push(...schemesFollowing(predictedFamily(problem)));
  const name = scheme ?? followers[0];
  if (!followers.includes(name)) {
    throw new InputError("scheme", name, `does not follow "${dynamics}"`, `use one of ${[...new Set(followers)].join(", ")}`);
  }
  return ruleOf(name);
}

interface MapState extends WeightedNodes {
  time: number;
  potential: StepMap["potential"];
}

/** Follows a rule of steps on a rule of nodes; yields the nodes at each snapshot, without those of weight 0. */
function* followMap(
  problem: Problem,
  rule: StepRule,
  dt: number,
  { nodes: nodesPerAxis, ...options }: StepMapOptions & { nodes: number },
  onReaction: (reaction: ReactionStep) => void,
): Generator<MapState, void, void> {
  const { grid, snapshotTimes } = problem;
  const map = createStepMap(problem, rule, {
    ...options,
    onMotion: (points, time) => {
      for (const x of points) requireFinite(x, time, dt);
    },
  });
  const { reaction: reacts } = termsOf(problem);
  const { diffusion: warm } = thermalTermsOf(problem);
  checkCount(nodesPerAxis, grid);
  let nodes = quadratureNodes(problem, grid.axes.map(() => nodesPerAxis), BULK); // biome-ignore format: one call
  let steps = 0;
  for (const [s, stop] of snapshotSteps(snapshotTimes, dt).entries()) {
    for (; steps < stop; steps++) {
      const step = map.advance(nodes, steps * dt, dt);
      if (warm) {
        // The nodes of a lattice stay where they are, empty or not.
        nodes = step.nodes;
        if (reacts !== null) onReaction(step.reaction);
        continue;
      }
      if (reacts === null) {
        nodes = { ...step.nodes, weights: nodes.weights };
        continue;
      }
      onReaction(step.reaction);
      // Where weights have come down to 0, nodes could only run away.
      nodes = withoutEmpty(step.nodes);
    }
    yield { time: snapshotTimes[s], ...nodes, potential: map.potential };
  }
}

function checkCount(nodes: number, grid: Grid): void {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes ** grid.dimension > MOST_NODES) {
    const most = Math.floor(MOST_NODES ** (1 / grid.dimension));
    throw new InputError("nodes", nodes, "not a usable count along each axis", `give a whole number from 1 to ${most}`);
  }
}

function requireFinite(values: ArrayLike<number>, time: number, dt: number): void {
  for (let j = 0; j < values.length; j++) {
    if (Number.isFinite(values[j])) continue;
    throw new InvariantError("nodes of the mean-field map escape to infinity", time, `reduce dt = ${dt}`);
  }
}

function withoutEmpty(nodes: WeightedNodes): WeightedNodes {
  const { points, weights } = nodes;
  if (!weights.includes(0)) return nodes;
  return { points: points.map((x) => x.filter((_, j) => weights[j] !== 0)), weights: weights.filter((weight) => weight !== 0) };
}
