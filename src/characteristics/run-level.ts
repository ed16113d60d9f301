import { integrate } from "../numerics/dormand-prince.ts";
import type { PointPotential } from "../potential/point-potential.ts";
import type { InitialQuadrature } from "../problem/initial.ts";
import type { Problem } from "../problem/problem.ts";
import { smoothPieces } from "../problem/rate.ts";
import { createNodeFlow, type NodeFlow } from "./flow.ts";
import type { Plan } from "./levels.ts";
import { measureNodes, type NodeState } from "./node-state.ts";
import { createTrajectoryRecorder, type Trajectory } from "./trajectory.ts";

export interface LevelRun {
  states: NodeState[];
  /** E[mu_0]. */
  initialEnergy: number;
  steps: number;
  tailShare: number;
  /** int of the density of mu_0 by its quadrature. */
  initialTotal: number;
  potential: PointPotential;
  /** What paths are traced with; null where nodes are born on the way, so that the path of a point tells only part of its density. */
  paths: { flow: NodeFlow; trajectory: Trajectory; quadrature: InitialQuadrature } | null;
}

/** Share of the nodes of an axis, at either end, that count as its tail. */
const TAIL = 0.02;

/** One run at fixed resolution. @throws IntegrationError where characteristics run away. */
export function runLevel(problem: Problem, plan: Plan, onTime: (time: number) => void): LevelRun {
  const quadrature = problem.initial.quadrature({ counts: plan.nodes, bulk: plan.bulk });
  const { points, weights, inTail } = withoutEmptyNodes(quadrature, plan.nodes);
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
    let share = 0;
    for (let j = 0; j < count; j++) if (inTail[j] === 1) share += snapshot.weights[j];
    tailShare = Math.max(tailShare, share / snapshot.mass);
  };
  const stateAt = (time: number, y: Float64Array): NodeState => {
    const view = flow.view(y);
    const masses = new Float64Array(count);
    flow.weigh(masses, view.logWeights);
    return measureNodes(problem, flow.potential, { time, points: view.points, weights: masses, dissipated: view.dissipated });
  };
  const { energy: initialEnergy } = stateAt(0, start);
  let next = 0;
  if (times[0] === 0) {
    record(0);
    next = 1;
  }
  let steps = 0;
  let y = start;
  for (const [from, to] of smoothPieces(problem.alpha, 0, problem.end)) {
    const part = integrate(flow.rightHandSide(from, to), from, y, to, {
      relativeTolerance: plan.integration,
      absoluteTolerance: plan.integration,
      onStep(step) {
        recorder.record(step);
        for (; next < times.length && times[next] <= step.to; next++) {
          step.evaluate(state, times[next]);
          record(times[next]);
        }
        onTime(step.to);
      },
    });
    steps += part.steps;
    y = part.y;
  }
  return {
    states,
    initialEnergy,
    steps,
    tailShare,
    initialTotal: quadrature.total,
    potential: flow.potential,
    paths: { flow, trajectory: recorder.finish(), quadrature },
  };
}

/** Nodes where a joint density vanishes carry nothing and have no logarithm. */
export function withoutEmptyNodes({ points, weights, cutsTail }: InitialQuadrature, counts: readonly number[]) {
  const kept: number[] = [];
  for (let j = 0; j < weights.length; j++) if (weights[j] > 0) kept.push(j);
  const inTail = Uint8Array.from(kept, (j) => {
    let rest = j;
    let tail = false;
    for (let a = counts.length - 1; a >= 0; a--) {
      const index = rest % counts[a];
      rest = Math.floor(rest / counts[a]);
      const layer = Math.max(1, Math.round(TAIL * counts[a]));
      tail ||= cutsTail[a] && (index < layer || index >= counts[a] - layer);
    }
    return tail ? 1 : 0;
  });
  return {
    points: points.map((x) => Float64Array.from(kept, (j) => x[j])),
    weights: Float64Array.from(kept, (j) => weights[j]),
    inTail,
  };
}
