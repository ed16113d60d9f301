import { integrate } from "../numerics/dormand-prince.ts";
import type { InitialQuadrature } from "../problem/initial.ts";
import type { Problem } from "../problem/problem.ts";
import { termsOf } from "../problem/terms.ts";
import { createNodeFlow, type NodeFlow } from "./flow.ts";
import { createFolding } from "./folded-potential.ts";
import type { Plan } from "./levels.ts";
import { createTrajectoryRecorder, type Trajectory } from "./trajectory.ts";

/** mu_t as weighted nodes, with what is measured on them. */
export interface NodeState {
  time: number;
  /** points[a][j]; on a periodic axis they may lie outside the period. */
  points: Float64Array[];
  /** Masses of the nodes. */
  weights: Float64Array;
  mass: number;
  energy: number;
  meanPotential: number;
  /** int (V - L)^2 dmu / mass, L = Vbar, or 0 under `unbalanced`. */
  potentialVariance: number;
  dissipated: number;
  observables: Record<string, number>;
}

export interface LevelRun {
  states: NodeState[];
  /** E[mu_0]. */
  initialEnergy: number;
  steps: number;
  tailShare: number;
  flow: NodeFlow;
  trajectory: Trajectory;
  quadrature: InitialQuadrature;
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
    const snapshot = measure(problem, flow, state, time);
    states.push(snapshot);
    let share = 0;
    for (let j = 0; j < count; j++) if (inTail[j] === 1) share += snapshot.weights[j];
    tailShare = Math.max(tailShare, share / snapshot.mass);
  };
  const { energy: initialEnergy } = measure(problem, flow, start, 0);
  let next = 0;
  if (times[0] === 0) {
    record(0);
    next = 1;
  }
  const { steps } = integrate(flow.rightHandSide, 0, start, problem.end, {
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
  return { states, initialEnergy, steps, tailShare, flow, trajectory: recorder.finish(), quadrature };
}

/** Nodes where a joint density vanishes carry nothing and have no logarithm. */
function withoutEmptyNodes({ points, weights, cutsTail }: InitialQuadrature, counts: readonly number[]) {
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

function measure(problem: Problem, flow: NodeFlow, state: Float64Array, time: number): NodeState {
  const view = flow.view(state);
  const { count, potential } = flow;
  const points = view.points.map((x) => x.slice());
  const weights = new Float64Array(count);
  const mass = flow.weigh(weights, view.logWeights);
  const V = new Float64Array(count);
  const scratch = new Float64Array(count);
  potential.value(V, points, weights, count);
  const energy = potential.energy(V, scratch, points, weights, count);
  let mean = 0;
  for (let j = 0; j < count; j++) mean += weights[j] * V[j];
  mean /= mass;
  const level = termsOf(problem).reaction === "free" ? 0 : mean;
  let variance = 0;
  for (let j = 0; j < count; j++) variance += weights[j] * (V[j] - level) ** 2;
  const folded = createFolding(problem.grid)(points, count);
  const observables = problem.observables.map(({ name, value }): [string, number] => {
    value([scratch], 0, folded, 0, count);
    let total = 0;
    for (let j = 0; j < count; j++) total += weights[j] * scratch[j];
    return [name, total];
  });
  return {
    time,
    points,
    weights,
    mass,
    energy,
    meanPotential: mean,
    potentialVariance: variance / mass,
    dissipated: view.dissipated,
    observables: Object.fromEntries(observables),
  };
}
