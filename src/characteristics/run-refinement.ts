import type { InitialQuadrature } from "../distributions/distribution.ts";
import { EDGE_MASS_LIMIT } from "../grid/density.ts";
import { type Grid, isInside } from "../grid/grid.ts";
import { integrate } from "../numerics/dormand-prince.ts";
import type { PointPotential } from "../potential/potential.ts";
import type { Problem } from "../problem/problem.ts";
import { smoothPieces } from "../problem-file/rate.ts";
import { createNodeFlow, type NodeFlow } from "./flow.ts";
import { measureNodes, type NodeState } from "./node-state.ts";
import type { Plan } from "./refinements.ts";
import { createTrajectoryRecorder, type Trajectory } from "./trajectory.ts";

export interface RefinementRun {
  states: NodeState[];
  /** At t = 0, whether that is recorded or not. */
  atStart: NodeState;
  steps: number;
  tailShare: number;
  /** int of the density of mu_0 by its quadrature. */
  initialTotal: number;
  /** Shares of mu_0 that are in doubt, and that could not be resolved; see InitialQuadrature. */
  doubt: number;
  unresolved: number;
  /** First time seen with more than EDGE_MASS_LIMIT of the mass outside the domain; null if never. */
  outsideSince: number | null;
  potential: PointPotential;
  /** The means to trace paths; null where nodes are born on the way: the path of a point then gives only part of its density. */
  paths: { flow: NodeFlow; trajectory: Trajectory; quadrature: InitialQuadrature } | null;
}

/** One run at fixed resolution. @throws IntegrationError where characteristics run away. */
export function runRefinement(problem: Problem, plan: Plan, onTime: (time: number) => void): RefinementRun {
  const quadrature = problem.initial.quadrature({ counts: plan.nodes, bulk: plan.bulk, family: plan.family });
  const { points, weights, inTail } = withoutEmptyNodes(quadrature);
  const count = weights.length;
  const flow = createNodeFlow(problem, count, plan.integration);
  const start = flow.start(points, weights);
  const recorder = createTrajectoryRecorder(start);
  const times = problem.snapshotTimes;
  const states: NodeState[] = [];
  const state = start.slice();
  let tailShare = 0;
  const record = (time: number) => {
    const snapshot = stateAt(time, state);
    states.push(snapshot);
    tailShare = Math.max(tailShare, snapshot.tailShare);
  };
  const stateAt = (time: number, y: Float64Array): NodeState => {
    const view = flow.view(y);
    const masses = new Float64Array(count);
    flow.weigh(masses, view.logWeights);
    return measureNodes(problem, flow.potential, {
      time,
      points: view.points,
      weights: masses,
      dissipated: view.dissipated,
      inTail,
    });
  };
  const outsideWatch = createOutsideWatch(problem.grid);
  const atStart = stateAt(0, start);
  outsideWatch.see(0, atStart.points, atStart.weights, atStart.mass);
  let next = 0;
  if (times[0] === 0) {
    record(0);
    next = 1;
  }
  // A domain narrower than 1 requires places as exact as it is narrow.
  const unit = Math.min(1, ...problem.grid.axes.map(({ min, max }) => max - min));
  const scratch = new Float64Array(count);
  let steps = 0;
  let y = start;
  for (const [from, to] of smoothPieces(problem.alpha, 0, problem.end)) {
    const part = integrate(flow.rightHandSide(from, to), from, y, to, {
      relativeTolerance: plan.integration,
      absoluteTolerance: plan.integration * unit,
      maxStep: problem.alpha.longestStep,
      onStep(step) {
        recorder.record(step);
        for (; next < times.length && times[next] <= step.to; next++) {
          step.evaluate(state, times[next]);
          record(times[next]);
        }
        if (outsideWatch.since() === null) {
          step.evaluate(state, step.to);
          const view = flow.view(state);
          const mass = flow.weigh(scratch, view.logWeights);
          outsideWatch.see(step.to, view.points, scratch, mass);
        }
        onTime(step.to);
      },
    });
    steps += part.steps;
    y = part.y;
  }
  return {
    states,
    atStart,
    steps,
    tailShare,
    initialTotal: quadrature.total,
    doubt: quadrature.doubt,
    unresolved: quadrature.unresolved,
    outsideSince: outsideWatch.since(),
    potential: flow.potential,
    paths: { flow, trajectory: recorder.finish(), quadrature },
  };
}

/** Watches for mass that is outside the domain. */
export function createOutsideWatch(grid: Grid) {
  let first: number | null = null;
  return {
    since: () => first,
    see(time: number, points: readonly Float64Array[], weights: Float64Array, mass: number): void {
      if (first !== null) return;
      let outside = 0;
      for (let j = 0; j < weights.length; j++) if (!isInside(grid, points, j)) outside += weights[j];
      if (outside > EDGE_MASS_LIMIT * mass) first = time;
    },
  };
}

/** Nodes where a joint density vanishes carry nothing and have no logarithm. */
export function withoutEmptyNodes({ points, weights, inTail }: InitialQuadrature) {
  const kept: number[] = [];
  for (let j = 0; j < weights.length; j++) if (weights[j] > 0) kept.push(j);
  return {
    points: points.map((x) => Float64Array.from(kept, (j) => x[j])),
    weights: Float64Array.from(kept, (j) => weights[j]),
    inTail: Uint8Array.from(kept, (j) => inTail[j]),
  };
}
