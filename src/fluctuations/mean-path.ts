import { InvariantError } from "../errors.ts";
import { isInside } from "../grid/grid.ts";
import type { StepMap } from "../mean-field-map/step-map.ts";
import { quadratureNodes, type WeightedNodes } from "../mean-field-map/weighted-nodes.ts";
import { type Keep, keepNothing } from "../numerics/keep.ts";
import { meanOf } from "../numerics/moments.ts";
import { sum } from "../numerics/sum.ts";
import { takeOverMeshes } from "../potential/point-potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { ReactionRule, ReactionStep } from "../schemes/growth.ts";

/** The times that a run of a scheme stops at, each snapshot after a whole number of steps. */
export interface Schedule {
  /** Length of every step. */
  steps: Float64Array;
  /** Steps before each snapshot. */
  stops: readonly number[];
}

/** The weighted nodes of a scheme, step by step. */
export interface MeanPath {
  /** Before the first step, and after each. */
  states: WeightedNodes[];
  reactions: ReactionStep[];
  schedule: Schedule;
}

/**
 * Half-width of the nodes, in standard deviations of mu_0: 2e-9 of the mass is cut off, which no ensemble sees, and explicit steps stay
 * stable on the nodes wherever they are on particles.
 */
const BULK = 6;

/** mu_0 on `counts` nodes along each axis. */
export function startNodes(problem: Problem, counts: readonly number[], bulk = BULK): WeightedNodes {
  return quadratureNodes(problem, counts, bulk);
}

/** The same with a share of the nodes that startNodes takes along each axis. */
export function fewerNodes(problem: Problem, counts: readonly number[], share: number): WeightedNodes {
  return quadratureNodes(problem, counts, BULK, share);
}

/** Parts of a path that are kept. */
const PARTS = 8;

/**
 * Iterates a step map. Memory: 2 + dimension doubles a node and step.
 *
 * @param keep keeps eighths of the steps.
 * @throws InvariantError where nodes escape to infinity: explicit steps of this length are unstable.
 */
export function followMean(
  map: StepMap<ReactionRule>,
  start: WeightedNodes,
  schedule: Schedule,
  onStep?: (step: number) => void,
  keep: Keep = keepNothing,
): MeanPath {
  const { steps } = schedule;
  const states = [start];
  const reactions: ReactionStep[] = [];
  let time = 0;
  for (let from = 0; from < steps.length; ) {
    const to = Math.min(steps.length, from + Math.ceil(steps.length / PARTS));
    const first = from;
    const part = keep(`steps-${first + 1}-to-${to}`, () => {
      const own: { nodes: WeightedNodes; reaction: ReactionStep }[] = [];
      for (let k = first; k < to; k++) {
        const { nodes, reaction } = map.advance(own.at(-1)?.nodes ?? states[first], time, steps[k]);
        time += steps[k];
        for (const values of [...nodes.points, nodes.weights]) {
          if (values.every(Number.isFinite)) continue;
          throw new InvariantError("nodes escape to infinity", time, `reduce dt = ${steps[k]}`);
        }
        own.push({ nodes, reaction });
        onStep?.(k + 1);
      }
      return { own, time, meshes: map.potential.meshes?.read() };
    });
    for (const { nodes, reaction } of part.own) {
      states.push(nodes);
      reactions.push(reaction);
    }
    time = part.time;
    takeOverMeshes([map.potential.meshes], [part.meshes]);
    from = to;
  }
  return { states, reactions, schedule };
}

/** The quantities measured at every snapshot; arrays of observables have the shape [snapshots][observables]. */
export interface MeanQuantities {
  /** int phi dmu. */
  means: number[][];
  /** alpha int |R - Rbar| (phi - phibar)^2 dmu, R = V without a temperature. */
  sources: number[][];
  /** E[mu]. */
  energies: number[];
  /** alpha int |R - Rbar| dmu. */
  eventRates: number[];
  /** Share of the mass outside the domain. */
  outside: number[];
}

export function measureAlong(
  problem: Problem,
  { potential, logTerm }: Pick<StepMap, "potential" | "logTerm">,
  { states, schedule }: MeanPath,
): MeanQuantities {
  const { observables } = problem;
  const reacts = termsOf(problem).reaction !== null;
  const { clock = null } = problem.potential;
  const quantities: MeanQuantities = { means: [], sources: [], energies: [], eventRates: [], outside: [] };
  for (const [s, stop] of schedule.stops.entries()) {
    const time = problem.snapshotTimes[s];
    const alpha = reacts ? problem.alpha.at(time) : 0;
    const { points, weights } = states[stop];
    const count = weights.length;
    const V = new Float64Array(count);
    const scratch = new Float64Array(count);
    if (clock !== null) clock.time = time;
    potential.value(V, points, weights, count);
    quantities.energies.push(potential.energy(V, scratch, points, weights, count));
    logTerm?.add(V, states[stop], problem.temperature.at(time));
    const mean = meanOf(V, weights);
    const rates = weights.map((w, j) => alpha * w * Math.abs(V[j] - mean));
    quantities.eventRates.push(sum(rates));
    quantities.outside.push(sum(weights.filter((_, j) => !isInside(problem.grid, points, j))));
    const rows = observables.map(({ value }) => {
      value([scratch], 0, points, 0, count);
      const mean = meanOf(scratch, weights);
      return { mean, source: rates.reduce((total, rate, j) => total + rate * (scratch[j] - mean) ** 2, 0) };
    });
    quantities.means.push(rows.map(({ mean }) => mean));
    quantities.sources.push(rows.map(({ source }) => source));
  }
  return quantities;
}
