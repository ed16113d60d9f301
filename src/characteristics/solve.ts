import { lowestValue } from "../diagnostics/lowest-value.ts";
import { residualOffSupport } from "../diagnostics/optimality.ts";
import { InputError } from "../errors.ts";
import { fillCentres, type Grid, withCells } from "../grid/grid.ts";
import type { Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import { nameOfDynamics, reinjectionOf, termsOf } from "../problem/terms.ts";
import { createTracedDensity, type TracedDensity } from "./density.ts";
import { agrees, distance, firstPlan, type Level, nextPlan, type Plan } from "./levels.ts";
import type { NodeState } from "./node-state.ts";
import { type LevelRun, runLevel } from "./run-level.ts";
import { runReinjection } from "./run-reinjection.ts";
import { createTracer } from "./trace.ts";

export interface CharacteristicsOptions {
  /** Largest difference of two levels, in every quantity at every snapshot, relative to values above 1; 1e-8 unless told, 1e-4 under reinjection, which is of order 2. */
  tolerance?: number;
  /** Nodes along each axis of the first level, one count or one by name. */
  nodes?: number | Readonly<Record<string, number>>;
  /** Called as time goes on: the level from 0, and the time it has reached. */
  onProgress?: (level: number, time: number) => void;
}

export interface NodeSnapshot extends Snapshot {
  /** points[a][j] of the nodes; on a periodic axis they may lie outside the period. */
  points: readonly Float64Array[];
  /** Their masses. */
  weights: Float64Array;
  /** Differences from the level before. */
  levelDifferences: { energy: number; meanPotential: number; dissipated: number; observables: Record<string, number> };
}

export interface CharacteristicsSolution {
  tolerance: number;
  /** Whether two levels agreed to the tolerance. */
  converged: boolean;
  /** First to last; the snapshots are those of the last. */
  levels: Level[];
  snapshots: NodeSnapshot[];
  /** The density of mu_t by tracing paths back. @param tolerance relative; see createTracer. */
  tracedDensity(tolerance: number): TracedDensity;
}

/**
 * Solves a problem along its characteristics: no grid, no splitting, no numerical diffusion. Nodes are doubled and steps tightened until
 * energy, Vbar, dissipation and every observable agree between two levels to the tolerance, at every snapshot.
 *
 * Domain: no-flux axes are the whole line, as for particles. Cost: 12 evaluations of V and grad V at the nodes a step, a few tens of steps
 * a unit of time; memory: about 20 (d + 1) doubles a node, and 8 (d + 1) a node and step for the trajectory.
 *
 * @throws InputError for an unusable tolerance or count of nodes, or an initial law without a quadrature.
 * @throws IntegrationError where characteristics run away to infinity.
 */
export function solveCharacteristics(problem: Problem, options: CharacteristicsOptions = {}): CharacteristicsSolution {
  const run = reinjectionOf(termsOf(problem).reaction) === null ? runLevel : runReinjection;
  const { tolerance = run === runLevel ? 1e-8 : 1e-4, nodes, onProgress } = options;
  const levels: Level[] = [];
  let plan: Plan | null = firstPlan(problem.grid, tolerance, nodes);
  let latest: LevelRun | null = null;
  let before: LevelRun | null = null;
  while (plan !== null) {
    const { length } = levels;
    let next: LevelRun;
    try {
      next = run(problem, plan, (time) => onProgress?.(length, time));
    } catch (error) {
      // A dense kernel takes only so many nodes: what there is then has to do.
      if (latest !== null && error instanceof InputError && !error.field.startsWith("alpha")) break;
      throw error;
    }
    before = latest;
    latest = next;
    const { difference, worst } = compare(latest, before);
    levels.push({ ...plan, steps: latest.steps, tailShare: latest.tailShare, difference, worst });
    plan = agrees(levels[levels.length - 1], tolerance) ? null : nextPlan(levels, tolerance);
  }
  if (latest === null) throw new Error("there is always a first level");
  const last = latest;
  const tracedDensity = traceOf(problem, last);
  const certificates = certify(problem, last, last.paths === null ? null : tracedDensity(TRACE_FOR_SUPPORT));
  return {
    tolerance,
    converged: agrees(levels[levels.length - 1], tolerance),
    levels,
    snapshots: last.states.map((state, s) => snapshotOf(problem, last, s, before?.states[s] ?? null, certificates(state))),
    tracedDensity,
  };
}

/** Quantities of a state by name, in the words of messages. */
function quantitiesOf({ energy, meanPotential, dissipated, observables }: NodeState): [string, number][] {
  return [
    ["energy", energy],
    ["Vbar", meanPotential],
    ["dissipated", dissipated],
    ...Object.entries(observables).map(([name, value]): [string, number] => [`observable "${name}"`, value]),
  ];
}

function compare(run: LevelRun, before: LevelRun | null): Pick<Level, "difference" | "worst"> {
  if (before === null) return { difference: null, worst: null };
  let difference = Math.abs(1 - before.initialTotal / run.initialTotal);
  let worst = "the mass of the initial density";
  run.states.forEach((state, s) => {
    const old = quantitiesOf(before.states[s]);
    quantitiesOf(state).forEach(([name, value], k) => {
      const change = distance(value, old[k][1]);
      if (change <= difference) return;
      difference = change;
      worst = `${name} at t = ${state.time}`;
    });
  });
  return { difference, worst };
}

function traceOf(problem: Problem, { paths }: LevelRun): (tolerance: number) => TracedDensity {
  return (tolerance) => {
    if (paths === null) {
      const name = nameOfDynamics(problem.dynamics);
      throw new InputError(
        "dynamics",
        name,
        "characteristics give no density where mass comes back",
        "take it from finite volumes: solve --method finite-volume",
      );
    }
    const { flow, trajectory, quadrature } = paths;
    if (!(tolerance > 0)) throw new InputError("tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-6");
    return createTracedDensity(problem, createTracer(problem, flow, trajectory, tolerance), quadrature);
  };
}

/** Enough to tell whether a density is above a millionth of its maximum. */
const TRACE_FOR_SUPPORT = 1e-3;
/** Cells of an axis of the grid on which the support and the minima of V are sought, by dimension. */
const LOOKED_AT = [1024, 64, 24] as const;

/** What only V and mu_t on the whole domain can tell. */
interface Certificates {
  minPotential: number;
  residualOffSupport: number;
}

function certify(problem: Problem, { potential }: LevelRun, density: TracedDensity | null): (state: NodeState) => Certificates {
  const { grid } = problem;
  const most = LOOKED_AT[grid.dimension - 1];
  const looked: Grid = withCells(grid, grid.shape.map((cells) => Math.min(cells, most))); // biome-ignore format: one call
  const centres = grid.axes.map(() => new Float64Array(looked.size));
  fillCentres(looked, 0, looked.size, centres);
  const { reaction } = termsOf(problem);
  return ({ time, points, weights, meanPotential }) => {
    const evaluate = (out: Float64Array, at: readonly Float64Array[], count: number) =>
      potential.field({ value: out, gradient: null, laplacian: null }, at, count, points, weights, weights.length);
    const V = new Float64Array(looked.size);
    evaluate(V, centres, looked.size);
    // Nodes may have left the domain.
    const atNodes = new Float64Array(weights.length);
    evaluate(atNodes, points, weights.length);
    const rho = new Float64Array(looked.size);
    density?.atPoints(rho, centres, looked.size, time);
    return {
      minPotential: atNodes.reduce((least, value) => Math.min(least, value), lowestValue(looked, evaluate, V)),
      residualOffSupport: density === null ? Number.NaN : residualOffSupport(rho, V, reaction === "free" ? 0 : meanPotential),
    };
  };
}

function snapshotOf(
  problem: Problem,
  { states, initialEnergy }: LevelRun,
  s: number,
  before: NodeState | null,
  certificates: Certificates,
): NodeSnapshot {
  const { potentialVariance, ...state } = states[s];
  const difference = (of: (state: NodeState) => number) => (before === null ? Number.NaN : Math.abs(of(states[s]) - of(before)));
  return {
    ...state,
    ...certificates,
    gap: termsOf(problem).reaction === "free" ? null : state.meanPotential - certificates.minPotential,
    residualOnSupport: Math.sqrt(potentialVariance),
    defect: state.energy - initialEnergy + state.dissipated,
    levelDifferences: {
      energy: difference(({ energy }) => energy),
      meanPotential: difference(({ meanPotential }) => meanPotential),
      dissipated: difference(({ dissipated }) => dissipated),
      observables: Object.fromEntries(
        problem.observables.map(({ name }) => [name, difference(({ observables }) => observables[name])]),
      ),
    },
  };
}
