import { LawViolationError } from "../errors.ts";
import { intoPeriod } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import { meanOf, type ReactionStep } from "./reaction.ts";
import type { NodeLaw, StepMap } from "./step-map.ts";

/** The times that a run of a scheme stops at, each snapshot after a whole number of steps. */
export interface Schedule {
  /** Length of every step. */
  steps: Float64Array;
  /** Steps before each snapshot. */
  stops: readonly number[];
}

/** The law of a scheme, step by step. */
export interface MeanPath {
  /** Before the first step, and after each. */
  laws: NodeLaw[];
  reactions: ReactionStep[];
  schedule: Schedule;
}

/**
 * Half-width of the nodes, in standard deviations of mu_0: 2e-9 of the mass is cut off, which no ensemble sees, and explicit steps stay
 * stable on the nodes wherever they are on particles.
 */
const BULK = 6;

/** mu_0 on `counts` nodes along each axis. */
export function startLaw({ initial, grid }: Problem, counts: readonly number[], bulk = BULK): NodeLaw {
  const { points, weights } = initial.quadrature({ counts, bulk });
  const kept: number[] = [];
  for (let j = 0; j < weights.length; j++) if (weights[j] > 0) kept.push(j);
  return {
    points: points.map((x, a) => {
      const axis = grid.axes[a];
      return Float64Array.from(kept, (j) => (axis.periodic ? intoPeriod(x[j], axis) : x[j]));
    }),
    weights: Float64Array.from(kept, (j) => weights[j]),
  };
}

/**
 * Iterates a step map. Memory: 3 + dimension doubles a node and step.
 *
 * @throws LawViolationError where nodes escape to infinity: explicit steps of this length are unstable.
 */
export function followMean(map: StepMap, start: NodeLaw, schedule: Schedule, onStep?: (step: number) => void): MeanPath {
  const laws = [start];
  const reactions: ReactionStep[] = [];
  let time = 0;
  for (const [k, dt] of schedule.steps.entries()) {
    const { law, reaction } = map.advance(laws[k], dt);
    time += dt;
    for (const values of [...law.points, law.weights]) {
      if (values.every(Number.isFinite)) continue;
      throw new LawViolationError("nodes escape to infinity", time, `reduce dt = ${dt}`);
    }
    laws.push(law);
    reactions.push(reaction);
    onStep?.(k + 1);
  }
  return { laws, reactions, schedule };
}

/** int phi dmu of every observable at every snapshot, shape [snapshots][observables]. */
export function meansAlong({ observables }: Problem, { laws, schedule }: MeanPath): number[][] {
  return schedule.stops.map((stop) => {
    const { points, weights } = laws[stop];
    const phi = new Float64Array(weights.length);
    return observables.map(({ value }) => {
      value([phi], 0, points, 0, weights.length);
      return meanOf(weights, phi);
    });
  });
}
