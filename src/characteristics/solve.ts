import { InputError } from "../errors.ts";
import { fillCentres, type Grid, isInside, withCells } from "../grid/grid.ts";
import { sampleExternal } from "../potential/cell-samples.ts";
import { lowestValue } from "../potential/lowest-value.ts";
import { residualOffSupport } from "../potential/optimality.ts";
import { refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import { createTracedDensity, FEWEST_PIECES, type TracedDensity } from "./density.ts";
import type { HiddenVariations } from "./hidden.ts";
import type { NodeState } from "./node-state.ts";
import { errorOfRefinements, type RefinementError } from "./refinement-error.ts";
import { agrees, distance, firstPlan, nextPlan, type Plan, type Refinement } from "./refinements.ts";
import { type RefinementRun, runRefinement } from "./run-refinement.ts";
import { runReinjection } from "./run-reinjection.ts";
import { createSightCheck, type Sight, type Unseen } from "./sight.ts";
import { createTracer } from "./trace.ts";

export interface CharacteristicsOptions {
  /**
   * Largest difference of two refinements, in every quantity at every snapshot, relative to its size, the largest up to then: int |phi| dmu for an
   * observable; int |V - Vbar| dmu + 1e-4 (|E| + int |V| dmu) for energies, so that a constant in F counts little. Default 1e-8; 1e-4 under reinjection, which is of order 2.
   */
  tolerance?: number;
  /** Nodes along each axis of the first refinement, one count or one by name. */
  nodes?: number | Readonly<Record<string, number>>;
  /** Called as time goes on: the refinement from 0, and the time it has reached. */
  onProgress?: (refinement: number, time: number) => void;
}

export interface NodeSnapshot extends Snapshot {
  /** points[a][j] of the nodes; on a periodic axis they may lie outside the period. */
  points: readonly Float64Array[];
  /** Their masses. */
  weights: Float64Array;
  /** Differences from the refinement before. Named as in summaries. */
  levelDifferences: RefinementQuantities<number>;
  /** Errors of the last refinement, from the differences of all. */
  levelErrors: RefinementQuantities<RefinementError>;
  /** What of F and of the observables the nodes do not see. */
  hidden: HiddenVariations;
  /** Whether the nodes did not see all of F now or before, so that they may be anywhere else. */
  lost: boolean;
  /** Share of the mass outside the domain, beyond walls that characteristics do not see. */
  outside: number;
  sizes: NodeState["sizes"];
  tailShare: number;
}

export interface RefinementQuantities<T> {
  energy: T;
  meanPotential: T;
  dissipated: T;
  observables: Record<string, T>;
}

export interface CharacteristicsSolution {
  tolerance: number;
  /** True where, to the tolerance, two refinements agree, the nodes hold all of the initial distribution, and no feature of F or of an observable lies between them. */
  converged: boolean;
  /** The worst that nodes do not see, in the words of messages; null where all is within the tolerance. */
  unseen: Unseen | null;
  /** Share of the initial distribution that its nodes leave in doubt, and the part of it that could not be resolved. */
  doubtInitially: number;
  unresolvedInitially: number;
  /** First time seen with more than 1e-6 of the mass outside the domain; null if never. */
  outsideSince: number | null;
  /** First to last; the snapshots are those of the last. Named `levels`, as in summaries and files. */
  levels: Refinement[];
  snapshots: NodeSnapshot[];
  /** The density of mu_t by tracing paths back. @param tolerance relative. @param stages see createTracer. */
  tracedDensity(tolerance: number, stages?: number): TracedDensity;
  /**
   * The same of the refinement before the last, with three quarters of the pieces in the quadrature of cells: from tracedDensity with a small part of the tolerance and twice the stages it differs by
   * its own error, which is larger than theirs. Null where there is one refinement alone.
   */
  tracedBefore(tolerance: number): TracedDensity | null;
  /** The states on as many nodes of the second family, at the snapshots: a second opinion at the cost of the last refinement. */
  secondOpinion(onTime?: (time: number) => void): NodeState[];
}

/**
 * Solves a problem along its characteristics: no grid, no splitting, no numerical diffusion. Nodes are doubled and steps tightened until
 * energy, Vbar, dissipation and every observable agree between two refinements to the tolerance, at every snapshot.
 *
 * Domain: no-flux axes are the whole line, as for particles. Cost: 12 evaluations of V and grad V at the nodes a step, a few tens of steps
 * a unit of time; memory: about 20 (d + 1) doubles a node, and 8 (d + 1) a node and step for the trajectory.
 *
 * @throws InputError for an unusable tolerance or count of nodes, or an initial distribution without a quadrature.
 * @throws IntegrationError where characteristics run away to infinity.
 */
export function solveCharacteristics(problem: Problem, options: CharacteristicsOptions = {}): CharacteristicsSolution {
  refuseUnless(problem, "characteristics");
  const { run, usualTolerance } = methodOf(problem);
  const { tolerance = usualTolerance, nodes, onProgress } = options;
  const refinements: Refinement[] = [];
  const history: NodeState[][] = [];
  let plan: Plan | null = firstPlan(problem.grid, tolerance, nodes);
  let latest: RefinementRun | null = null;
  let previous: RefinementRun | null = null;
  const checkSight = createSightCheck(problem, tolerance);
  let seen: Sight | null = null;
  while (plan !== null) {
    const { length } = refinements;
    let next: RefinementRun;
    try {
      next = run(plan, (time) => onProgress?.(length, time));
    } catch (error) {
      // A dense kernel takes only so many nodes: what there is then has to do.
      if (latest !== null && error instanceof InputError && !error.field.startsWith("alpha")) break;
      throw error;
    }
    const { difference, worst } = compare(next, latest);
    previous = latest;
    latest = next;
    // Of earlier refinements only the numbers are needed, not the nodes.
    history.push(next.states.map((state) => ({ ...state, points: [], weights: new Float64Array() })));
    refinements.push({ ...plan, steps: next.steps, tailShare: next.tailShare, difference, worst });
    // More nodes do not recover mass that the cubature could not resolve.
    const hopeless = next.unresolved > tolerance;
    const agreed = agrees(refinements[refinements.length - 1], tolerance);
    const before: Unseen | null = seen?.unseen ?? null;
    seen = agreed ? checkSight(next) : null;
    // More nodes help if they came to see more by the last doubling.
    const helps = seen !== null && seen.unseen !== null && (before === null || seen.unseen.amount < 0.5 * before.amount);
    plan = hopeless || (agreed && !helps) ? null : nextPlan(refinements, tolerance);
  }
  if (latest === null) throw new Error("there is always a first refinement");
  const last = latest;
  const before = previous;
  const tracedDensity = traceOf(problem, last);
  const certificates = certify(problem, last, last.paths === null ? null : tracedDensity(TRACE_FOR_SUPPORT));
  const agreed = agrees(refinements[refinements.length - 1], tolerance);
  const sight = seen ?? checkSight(last);
  const converged = agreed && last.unresolved <= tolerance && sight.unseen === null;
  let lost = !sight.ofF[0];
  return {
    tolerance,
    converged,
    unseen: sight.unseen,
    doubtInitially: last.doubt,
    unresolvedInitially: last.unresolved,
    outsideSince: last.outsideSince,
    levels: refinements,
    snapshots: last.states.map((state, s) => {
      // Nodes that part or meet at what they have seen do not see it either; then refinements do not agree.
      lost ||= agreed && !sight.ofF[s + 1];
      const known = { levels: refinements, converged, tolerance };
      const snapshot = snapshotOf(last, s, history.map((states) => states[s]), known, certificates(state)); // biome-ignore format: one call
      return { ...snapshot, hidden: sight.hidden[s], lost };
    }),
    tracedDensity: (tolerance, stages) => tracedDensity(tolerance, stages),
    tracedBefore(tolerance) {
      const pieces = Math.max(FEWEST_PIECES, last.paths?.quadrature.weights.length ?? 0);
      return before === null ? null : traceOf(problem, before)(tolerance, 1, Math.ceil(FEWER * pieces));
    },
    secondOpinion(onTime = () => {}) {
      const { nodes, bulk, integration, refinement } = refinements[refinements.length - 1];
      return run({ nodes, bulk, integration, refinement, family: "second" }, onTime).states;
    },
  };
}

/** One run at fixed resolution, and the tolerance that its order allows for. */
interface Method {
  run(plan: Plan, onTime: (time: number) => void): RefinementRun;
  usualTolerance: number;
}

function methodOf(problem: Problem): Method {
  const { reaction } = termsOf(problem);
  const alongPaths: Method = { run: (plan, onTime) => runRefinement(problem, plan, onTime), usualTolerance: 1e-8 };
  if (reaction === null) return alongPaths;
  switch (reaction.kind) {
    case "centred":
    case "free":
      return alongPaths;
    case "prior":
      return { run: (plan, onTime) => runReinjection(problem, reaction, plan, onTime), usualTolerance: 1e-4 };
    default:
      return reaction satisfies never;
  }
}

/** Quantities of a state by name, in the words of messages, each with its size. */
function quantitiesOf({ energy, meanPotential, dissipated, observables, sizes }: NodeState): [string, number, number][] {
  return [
    ["energy", energy, sizes.energy.scale],
    ["Vbar", meanPotential, sizes.energy.scale],
    ["dissipated", dissipated, sizes.energy.scale + Math.abs(dissipated)],
    ...Object.entries(observables).map(([name, value]): [string, number, number] => [
      `observable "${name}"`,
      value,
      sizes.observables[name].scale,
    ]),
  ];
}

function compare(run: RefinementRun, before: RefinementRun | null): Pick<Refinement, "difference" | "worst"> {
  if (before === null) return { difference: null, worst: null };
  let difference = Math.abs(1 - before.initialTotal / run.initialTotal);
  let worst = "the mass of the initial density";
  const sizes = quantitiesOf(run.atStart).map(([, , scale]) => scale);
  run.states.forEach((state, s) => {
    const old = quantitiesOf(before.states[s]);
    quantitiesOf(state).forEach(([name, value, scale], k) => {
      // A size that has shrunk counts as it was: no observable of mass that contracts to 0 is known to a share of itself.
      sizes[k] = Math.max(sizes[k], scale);
      const change = distance(value, old[k][1], sizes[k]);
      if (change <= difference) return;
      difference = change;
      worst = `${name} at t = ${state.time}`;
    });
  });
  return { difference, worst };
}

function traceOf(problem: Problem, { paths }: RefinementRun) {
  return (tolerance: number, stages?: number, fewest?: number): TracedDensity => {
    refuseUnless(problem, "traced-density");
    if (paths === null) throw new Error("a density is traced along paths");
    const { flow, trajectory, quadrature } = paths;
    if (!(tolerance > 0)) throw new InputError("tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-6");
    return createTracedDensity(problem, createTracer(problem, flow, trajectory, tolerance, stages), quadrature, fewest);
  };
}

/** Share of the pieces of the last refinement that the one before takes: by a rule of order 12 its error is 30 times as large. */
const FEWER = 0.75;

/** Enough to tell whether a density is above a millionth of its maximum. */
const TRACE_FOR_SUPPORT = 1e-3;
/** Cells of an axis of the grid on which the support and the minima of V are sought, by dimension. */
const LOOKED_AT = [1024, 64, 24] as const;

/** What only V and mu_t on the whole domain can tell. */
interface Certificates {
  minPotential: number;
  gap: number | null;
  residualOffSupport: number;
}

function certify(
  problem: Problem,
  { potential }: RefinementRun,
  density: TracedDensity | null,
): (state: NodeState) => Certificates {
  const { grid } = problem;
  const most = LOOKED_AT[grid.dimension - 1];
  const looked: Grid = withCells(grid, grid.shape.map((cells) => Math.min(cells, most))); // biome-ignore format: one call
  const centres = grid.axes.map(() => new Float64Array(looked.size));
  fillCentres(looked, 0, looked.size, centres);
  const samples = sampleExternal(looked, problem.potential);
  const { baseline, conservesMass } = termsOf(problem);
  return ({ time, points, weights, meanPotential }) => {
    const evaluate = (out: Float64Array, at: readonly Float64Array[], count: number) =>
      potential.field({ value: out, gradient: null, laplacian: null }, at, count, points, weights, weights.length);
    const V = new Float64Array(looked.size);
    evaluate(V, centres, looked.size);
    const atNodes = new Float64Array(weights.length);
    evaluate(atNodes, points, weights.length);
    // The minimum is that over the domain, which nodes may have left.
    for (let j = 0; j < atNodes.length; j++) if (!isInside(grid, points, j)) atNodes[j] = Infinity;
    const rho = new Float64Array(looked.size);
    density?.atPoints(rho, centres, looked.size, time);
    const minPotential = atNodes.reduce((least, value) => Math.min(least, value), lowestValue(looked, evaluate, V, samples));
    return {
      minPotential,
      gap: conservesMass ? meanPotential - minPotential : null,
      residualOffSupport: density === null ? Number.NaN : residualOffSupport(rho, V, baseline.of(meanPotential)),
    };
  };
}

function snapshotOf(
  { states, atStart }: RefinementRun,
  s: number,
  history: readonly NodeState[],
  { levels, converged, tolerance }: Pick<CharacteristicsSolution, "levels" | "converged" | "tolerance">,
  { gap, ...certificates }: Certificates,
): Omit<NodeSnapshot, "hidden" | "lost"> {
  const { potentialVariance, ...state } = states[s];
  const joint = levels.flatMap(({ difference }) => difference ?? []);
  const eachOf = <T>(make: (differences: number[], scale: number) => T): RefinementQuantities<T> => {
    const of = (quantity: (state: NodeState) => number, scaleOf: (state: NodeState) => number) => {
      const differences = history.slice(1).map((later, k) => Math.abs(quantity(later) - quantity(history[k])));
      return make(differences, scaleOf(states[s]));
    };
    const energyScale = ({ sizes }: NodeState) => sizes.energy.scale;
    return {
      energy: of(({ energy }) => energy, energyScale),
      meanPotential: of(({ meanPotential }) => meanPotential, energyScale),
      dissipated: of(({ dissipated }) => dissipated, energyScale),
      observables: Object.fromEntries(
        Object.keys(state.observables).map((name) => [
          name,
          of(({ observables }) => observables[name], ({ sizes }) => sizes.observables[name].scale), // biome-ignore format: one call
        ]),
      ),
    };
  };
  return {
    ...state,
    ...certificates,
    gap,
    residualOnSupport: Math.sqrt(potentialVariance),
    defect: state.energy - atStart.energy + state.dissipated,
    levelDifferences: eachOf((differences) => differences.at(-1) ?? Number.NaN),
    levelErrors: eachOf((differences, scale) => errorOfRefinements(differences, joint, tolerance * scale, converged)),
  };
}
