import { InputError } from "../errors.ts";
import { l1Distance } from "../grid/density.ts";
import { type Keep, keepNothing } from "../numerics/keep.ts";
import { refuseUnless, termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { certify, TRACE_FOR_SUPPORT } from "./certificates.ts";
import { createTracedDensity, FEWEST_PIECES, type TracedDensity } from "./density.ts";
import type { NodeFlow } from "./flow.ts";
import type { CarriedLattice } from "./label-masses.ts";
import { compare, type NodeSnapshot, snapshotOf } from "./node-snapshot.ts";
import type { NodeState } from "./node-state.ts";
import { errorOfDensities } from "./refinement-error.ts";
import { agrees, firstPlan, LEAST_INTEGRATION, nextPlan, type Plan, type Refinement } from "./refinements.ts";
import { type RefinementRun, runRefinement } from "./run-refinement.ts";
import { runReinjection } from "./run-reinjection.ts";
import { createSightCheck, type Sight, type Unseen } from "./sight.ts";
import { createTracer } from "./trace.ts";
import type { Trajectory } from "./trajectory.ts";

export interface CharacteristicsOptions {
  /**
   * Largest difference of two refinements, in every quantity at every snapshot, relative to its size, the largest up to then: int |phi| dmu for an
   * observable; int |V - Vbar| dmu + 1e-4 (|E| + int |V| dmu) for energies, so that a constant in F counts little. Default 1e-8; 1e-4 under reinjection, which is of order 2.
   */
  tolerance?: number;
  /**
   * Largest L1 error of the cell averages on the grid in the plane, by those of all refinements (errorOfDensities). Default: they are not compared.
   */
  densities?: number;
  /** Nodes along each axis of the first refinement, one count or one by name. */
  nodes?: number | Readonly<Record<string, number>>;
  /** Called as time goes on: the refinement from 0, and the time it has reached. */
  onProgress?: (refinement: number, time: number) => void;
  /** Keeps the numbers of each refinement; see Keep. Paths are not kept: a refinement is run again where they are needed. */
  keep?: Keep;
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
  /**
   * The density of mu_t by tracing paths back. @param tolerance relative. @param stages see createTracer.
   * @param byLabels whether cell averages in the plane are those of labels mapped forwards (massesOfLabels), where nodes are a lattice: all mass at little cost, to some 1e-4.
   */
  tracedDensity(tolerance: number, stages?: number, byLabels?: boolean): TracedDensity;
  /**
   * The same of the refinement before the last, with three quarters of the pieces in the quadrature of cells: from tracedDensity with a small part of the tolerance and twice the stages it differs by
   * its own error, which is larger than theirs; in the plane by labels, by half as many along an axis. Null where there is one refinement alone.
   */
  tracedBefore(tolerance: number, byLabels?: boolean): TracedDensity | null;
  /** Where densities in the plane are compared: cell averages of each refinement, first to last, at each snapshot, from half the labels along an axis. */
  coarse: readonly (readonly Float64Array[])[];
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
  const { tolerance = usualTolerance, densities = Infinity, nodes, onProgress, keep = keepNothing } = options;
  const refinements: Refinement[] = [];
  const history: NodeState[][] = [];
  const coarse: Float64Array[][] = [];
  let plan: Plan | null = firstPlan(problem, tolerance, nodes);
  let latest: RefinementRun | null = null;
  let previous: RefinementRun | null = null;
  const checkSight = createSightCheck(problem, tolerance);
  let seen: Sight | null = null;
  while (plan !== null) {
    const { length } = refinements;
    let next: RefinementRun;
    try {
      next = runOrRead(plan, keep, (wanted) => run(wanted, (time) => onProgress?.(length, time)));
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
    if (densities < Infinity) coarse.push(...keep(`densities-${length}`, () => coarseDensities(problem, next)));
    const vague = refinements.length < MOST_FOR_DENSITIES && coarse.length > 1 && problem.snapshotTimes.some((_, s) => !(errorOfDensities(coarse.map((each) => each[s]), (mu, nu) => l1Distance(problem.grid, mu, nu)) <= densities)); // biome-ignore format: one line
    plan =
      hopeless || (agreed && !helps && !vague)
        ? null
        : nextPlan(problem, refinements, tolerance, agreed && !helps ? FOR_DENSITIES : 2);
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
    tracedDensity: (tolerance, stages, byLabels = false) => tracedDensity(tolerance, stages, 1, byLabels),
    tracedBefore(tolerance, byLabels = false) {
      if (before === null) return null;
      if (byLabels) return traceOf(problem, before)(tolerance, 1, HALF_THE_LABELS, true);
      const pieces = ({ paths }: RefinementRun) => Math.max(FEWEST_PIECES, paths?.quadrature.weights.length ?? 0);
      return traceOf(problem, before)(tolerance, 1, (FEWER * pieces(last)) / pieces(before));
    },
    coarse,
    secondOpinion(onTime = () => {}) {
      const { nodes, bulk, integration, refinement } = refinements[refinements.length - 1];
      return run({ nodes, bulk, integration, refinement, family: "second" }, onTime).states;
    },
  };
}

/**
 * The energy at the snapshots of a problem by one run on the nodes of a refinement of it, which may have been found with other snapshots: a curve between those, at little
 * cost, as nothing is refined and no error or gap is known.
 */
export function energiesOn(problem: Problem, refinement: Plan): { time: number; energy: number }[] {
  const { states } = methodOf(problem).run(refinement, () => {});
  return states.map(({ time, energy }) => ({ time, energy }));
}

/** Growth of the nodes along an axis where only densities require more. */
const FOR_DENSITIES = 1.5;
/** Refinements in all for them: at kinks they hardly fall. */
const MOST_FOR_DENSITIES = 5;
/** Labels along an axis of cell averages that are compared, as a share of those that are stated. */
const HALF_THE_LABELS = 0.5;

/** Cell averages in the plane at the snapshots; none where they are not those of all mass. */
function coarseDensities(problem: Problem, run: RefinementRun): Float64Array[][] {
  if (problem.grid.dimension !== 2 || run.paths === null) return [];
  const traced = traceOf(problem, run)(TRACE_FOR_SUPPORT, 1, HALF_THE_LABELS, true);
  return traced.conserves ? [problem.snapshotTimes.map((t) => traced.cellAverages(problem.grid, t))] : [];
}

/**
 * A refinement, or its numbers if they were kept. Sums over K depend, within their tolerance, on the points that were summed before with that tolerance. So what is to be
 * summed along its paths makes it run again, and refinements of the least tolerance, which may be the same for several, are not kept.
 */
function runOrRead(plan: Plan, keep: Keep, run: (plan: Plan) => RefinementRun): RefinementRun {
  if (plan.integration <= LEAST_INTEGRATION) return run(plan);
  const made: { run: RefinementRun | null } = { run: null };
  const again = () => {
    made.run ??= run(plan);
    return made.run;
  };
  const { nodes, family, bulk, integration, refinement } = plan;
  const name = ["nodes", family, ...nodes, bulk, integration, refinement].join("-");
  const { hasPaths, ...numbers } = keep(name, () => {
    const { potential: _, paths, ...rest } = again();
    return { ...rest, hasPaths: paths !== null };
  });
  return {
    ...numbers,
    get potential() {
      return again().potential;
    },
    get paths() {
      return hasPaths ? again().paths : null;
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

function traceOf(problem: Problem, { paths }: RefinementRun) {
  return (tolerance: number, stages?: number, fineness = 1, byLabels = false): TracedDensity => {
    refuseUnless(problem, "traced-density");
    if (paths === null) throw new Error("a density is traced along paths");
    const { flow, trajectory, quadrature } = paths;
    if (!(tolerance > 0)) throw new InputError("tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-6");
    const tracer = createTracer(problem, flow, trajectory, tolerance, stages);
    return createTracedDensity(problem, tracer, quadrature, fineness, byLabels ? (t) => carriedTo(t, flow, trajectory) : null);
  };
}

/** Places, weights and growth of the nodes at time t. */
function carriedTo(t: number, flow: NodeFlow, trajectory: Trajectory): CarriedLattice {
  const [start, now] = [0, t].map((time) => {
    const state = new Float64Array(flow.size);
    trajectory.at(state, time);
    return flow.view(state);
  });
  const weights = new Float64Array(flow.count);
  flow.weigh(weights, now.logWeights);
  return { points: now.points, growth: now.logWeights.map((weight, j) => weight - start.logWeights[j]), weights };
}

/** Share of the pieces of the last refinement that the one before takes: by a rule of order 12 its error is 30 times as large. */
const FEWER = 0.75;
