import type { NodeState } from "../characteristics/node-state.ts";
import { errorOfDensities } from "../characteristics/refinement-error.ts";
import { LEAST_TOLERANCE } from "../characteristics/refinements.ts";
import { type CharacteristicsSolution, solveCharacteristics } from "../characteristics/solve.ts";
import { InputError } from "../errors.ts";
import { EDGE_MASS_LIMIT, mass } from "../grid/density.ts";
import { intoPeriod } from "../grid/grid.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { type Keep, keepNothing } from "../numerics/keep.ts";
import { refuseUnless } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import { withDensity } from "../problem/snapshot.ts";
import { referenceByModes } from "./by-modes.ts";
import { distanceWithinCells } from "./densities.ts";
import { referenceByFiniteVolumes } from "./finite-volumes-alone.ts";
import type { GridKind, Verdict } from "./judges.ts";
import { errorsInMovingCells, type MassesOfRefinements } from "./moving-cells.ts";
import { byModes, largest, type Reference, type ReferenceOptions, type ReferenceSnapshot, type StatedNodes } from "./result.ts";
import { createStatements, type Statement, type TracedSnapshot } from "./statements.ts";
import { createTrials } from "./trials.ts";

export type { Judge } from "./judges.ts";
export { largest, type Reference, type ReferenceOptions, type ReferenceSnapshot, type StatedErrors } from "./result.ts";

/** Tolerance of the characteristics where the required one does not need a smaller, by dimension, and its share of that: nodes are dear in the plane and in space. */
const REFINEMENT_TOLERANCE = [1e-8, 1e-4, 1e-4] as const;
const SHARE_OF_NODES = [1e-2, 0.1, 0.1] as const;
/** Share left to what densities in the plane are off by where nodes are too few. */
const SHARE_OF_DENSITIES = 0.4;
/** Required errors from which densities in the plane are those of labels mapped forwards, which are right to some 1e-4 however sharp they are. */
const BY_LABELS = 5e-4;

/** The same of the tracing, and by how much that of the refinement before is larger: sums over K come in steps of accuracy, so that a factor of 10 may change nothing. */
const TRACING_TOLERANCE = [1e-8, 1e-6, 1e-6] as const;
const LOOSER = 100;

/**
 * Densities on the grid of a problem, with energy and observables, all of stated error: found by characteristics, whose refinements and families of nodes
 * tell their error, and compared with finite volumes, on cells that follow the mass and on fixed ones, refined until they agree to the tolerance (see createTrials).
 *
 * Where the fall of the errors shows that no affordable grid reaches the tolerance at a snapshot, none is refined for it. Where characteristics cannot be
 * integrated, finite volumes of two resolutions and two fluxes stand alone. At a temperature, or where F changes in time, Fourier modes take the place of characteristics (by-modes.ts).
 *
 * @throws InputError for a tolerance that cannot be used, or an observable that is not a number where there is mass.
 */
export async function computeReference(problem: Problem, options: ReferenceOptions): Promise<Reference> {
  const { tolerance, onProgress } = options;
  checkTolerance(tolerance);
  refuseUnless(problem, "reference");
  if (byModes(problem)) return referenceByModes(problem, options);
  const d = problem.grid.dimension - 1;
  const levelTolerance = Math.min(REFINEMENT_TOLERANCE[d], SHARE_OF_NODES[d] * tolerance);
  const densityTolerance = Math.min(TRACING_TOLERANCE[d], SHARE * tolerance);
  const found = orWhatStopsIt(() => traceSnapshots(problem, levelTolerance, densityTolerance, options));
  if (found instanceof IntegrationError) return referenceByFiniteVolumes(problem, options, found.message);
  const { solution, snapshots } = found;

  const stateOf = createStatements(solution, snapshots, problem, densityTolerance, tolerance);
  /** What each kind of judge states last. */
  const statements = snapshots.map(() => new Map<GridKind, Statement>());
  const state = (s: number, kind: GridKind, verdict: Verdict, coarser: Verdict | null, second: NodeState | null = null) => {
    const statement = stateOf(s, kind, verdict, coarser, second);
    statements[s].set(kind, statement);
    return statement.refinable;
  };
  const trials = createTrials(problem, tolerance, state, options);
  trials.run();
  const doubtful = statements.map((each) => {
    const [, best] = nearest(each);
    return best.judgedBy === "nodes" || (!solution.converged && largest(best.errors) > tolerance);
  });
  if (doubtful.includes(true)) {
    const second = orWhatStopsIt(() => found.secondOpinion((time) => onProgress?.("characteristics on other nodes", time)));
    if (second instanceof IntegrationError) return referenceByFiniteVolumes(problem, options, second.message);
    statements.forEach((each, s) => {
      if (!doubtful[s]) return;
      for (const kind of each.keys()) {
        const heard = trials.heard(kind, s);
        if (heard !== null) state(s, kind, heard.verdict, heard.coarser, second[s]);
      }
    });
  }
  const stated = found.snapshots.map(({ errorOfDensity: _, ...snapshot }, s): ReferenceSnapshot => {
    const [, { errors, opinions, ofDensity, judgedBy }] = nearest(statements[s]);
    const followed = trials.heard("moving", s)?.verdict;
    const moving = followed?.resolved ? followed.moving : null;
    const here = mass(problem.grid, snapshot.density) > 0;
    // Of no mass on the domain nothing can be said.
    const wasserstein1Error =
      moving !== null && here ? distanceWithinCells(problem.grid, snapshot.density, snapshot.nodes, moving.alongAxes) : Infinity;
    const movingCellErrors =
      moving !== null && here && !snapshot.resolved
        ? errorsInMovingCells(problem.grid, moving, found.massesBetween(moving.edges, s), ofDensity)
        : null;
    const nodes = { ...snapshot.nodes, wasserstein1Error };
    return { ...snapshot, nodes, errors, movingCellErrors, opinions, judgedBy };
  });
  return {
    problem,
    tolerance,
    reached: stated.every(({ errors }) => largest(errors) <= tolerance),
    snapshots: stated,
    stoppedBy: null,
    levels: solution.levels,
    levelTolerance,
    densityTolerance,
    judges: trials.judges(),
    unresolvedSince: stated.find(({ judgedBy }) => judgedBy === "nodes")?.time ?? null,
    edgeMassSince: stated.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null,
    outsideInitially: trials.outsideInitially(),
    outsideSince: solution.outsideSince,
    wallMass: [],
    unresolvedInitially: solution.unresolvedInitially,
    unseen: solution.unseen,
  };
}

/** The result, or the error where it cannot be integrated. */
function orWhatStopsIt<T>(compute: () => T): T | IntegrationError {
  try {
    return compute();
  } catch (error) {
    if (error instanceof IntegrationError) return error;
    throw error;
  }
}

/** What nodes give, as plain data. */
type FoundByNodes = Omit<CharacteristicsSolution, "tracedDensity" | "tracedBefore" | "secondOpinion">;

interface Traced {
  solution: FoundByNodes;
  secondOpinion(onTime: (time: number) => void): NodeState[];
  /** With densities on the grid; nothing is known of their errors yet. */
  snapshots: (TracedSnapshot &
    Omit<ReferenceSnapshot, keyof Statement | "movingCellErrors" | "nodes"> & { nodes: Omit<StatedNodes, "wasserstein1Error"> })[];
  /** The masses of other cells at snapshot s by the last refinement and by the one before; null where those of all mass are not known. */
  massesBetween(edges: readonly Float64Array[], s: number): MassesOfRefinements | null;
}

/** @throws IntegrationError where nodes, or paths back from the cells, stick at kinks or run away. */
function traceSnapshots(
  problem: Problem,
  levelTolerance: number,
  densityTolerance: number,
  { tolerance, onProgress, keep = keepNothing }: ReferenceOptions,
): Traced {
  const { grid } = problem;
  /** What this run has found, and not taken from what was kept. */
  const made: { found: ReturnType<typeof traceAll> | null } = { found: null };
  const solve = () => {
    const traced = traceAll();
    made.found = traced;
    const { tracedDensity: _, tracedBefore: __, secondOpinion: ___, ...numbers } = traced.solution;
    return { numbers, snapshots: traced.snapshots };
  };
  const { numbers, snapshots } = keepOutcome(keep, "characteristics", solve);
  return {
    solution: numbers,
    snapshots: snapshots.map(({ densityBefore, ...snapshot }, s) => ({
      ...snapshot,
      errorOfDensity: errorsOf(snapshot.density, densityBefore, numbers.coarse.map((each) => each[s])), // biome-ignore format: one line
    })),
    // Its sums depend on those before, so these are done again where they were kept.
    secondOpinion: (onTime) =>
      keepOutcome(keep, "characteristics-on-other-nodes", () => {
        if (made.found === null) solve();
        return (made.found as ReturnType<typeof traceAll>).solution.secondOpinion(onTime);
      }),
    massesBetween: (edges, s) =>
      keep(`masses-between-${s + 1}`, () => {
        if (made.found === null) solve();
        const { traced, coarser } = made.found as ReturnType<typeof traceAll>;
        const { time } = snapshots[s];
        const found = orWhatStopsIt(() => {
          const masses = traced.massesBetween(edges, time);
          return masses && { masses, before: coarser?.massesBetween(edges, time) ?? null };
        });
        return found instanceof IntegrationError ? null : found;
      }),
  };

  function traceAll() {
    const byLabels = grid.dimension === 2 && tolerance >= BY_LABELS;
    const solution = solveCharacteristics(problem, {
      tolerance: levelTolerance,
      densities: byLabels ? SHARE_OF_DENSITIES * tolerance : Infinity,
      onProgress: (refinement, time) => onProgress?.(`characteristics, refinement ${refinement + 1}`, time),
      keep,
    });
    const traced = solution.tracedDensity(densityTolerance, 2, byLabels);
    // In one dimension cell averages are as good as their paths; in more, those of both refinements share the error of the quadrature in cells.
    const coarser = solution.tracedBefore(LOOSER * densityTolerance, byLabels);
    const before = grid.dimension > 1 ? null : coarser;
    const sharp = SHARPENED * tolerance;
    const snapshots = solution.snapshots.map((snapshot) => {
      onProgress?.("tracing densities", snapshot.time);
      const { density, excess } = traced.scaledAverages(grid, snapshot.time);
      const missing = () => Math.abs(snapshot.mass - mass(grid, density));
      if (missing() > sharp) traced.sharpen(density, grid, snapshot.time, sharp);
      return {
        ...withDensity(snapshot, grid, density),
        nodes: {
          points: snapshot.points.map((x, a) => x.map((coordinate) => intoPeriod(coordinate, grid.axes[a]))),
          weights: snapshot.weights,
        },
        missingMass: missing() + excess,
        densityBefore: before?.cellAverages(grid, snapshot.time) ?? null,
      };
    });
    return { solution, snapshots, traced, coarser };
  }
}

/** As `keep`, and that a part cannot be integrated is kept as well. @throws IntegrationError */
function keepOutcome<Part>(keep: Keep, name: string, compute: () => Part): Part {
  const outcome = keep(name, () => {
    const found = orWhatStopsIt(compute);
    return found instanceof IntegrationError ? { stoppedBy: found.message } : { part: found };
  });
  if ("part" in outcome) return outcome.part;
  throw new IntegrationError(outcome.stoppedBy, 0, 0);
}

/**
 * The error of a density by the refinement before, or by those of all refinements in the plane, and there by half the labels along an axis: of order 2, so that a third of that difference is its own, and a half
 * is on the safe side.
 */
function errorsOf(
  density: Float64Array,
  before: Float64Array | null,
  coarse: readonly Float64Array[],
): TracedSnapshot["errorOfDensity"] {
  if (before !== null) return (distance) => distance(density, before);
  if (coarse.length < 2) return null;
  return (distance) => errorOfDensities(coarse, distance) + 0.5 * distance(density, coarse[coarse.length - 1]);
}

/** Of several judges that counts which states the least, as a finer one does: it is the nearest to the truth. */
function nearest(statements: ReadonlyMap<GridKind, Statement>): [GridKind, Statement] {
  return [...statements].reduce((least, each) => (largest(each[1].errors) < largest(least[1].errors) ? each : least));
}

/** Share of the tolerance left to cells in which the density is sharp. */
const SHARPENED = 0.05;

/** Share of the tolerance left to the characteristics and the tracing. */
const SHARE = 1e-2;

function checkTolerance(tolerance: number): void {
  if (!(tolerance > 0 && tolerance < Infinity)) {
    throw new InputError("--tolerance", tolerance, "not a positive number", "give a tolerance such as 1e-3");
  }
  if (SHARE * tolerance < LEAST_TOLERANCE) {
    const least = Number((LEAST_TOLERANCE / SHARE).toPrecision(2));
    throw new InputError("--tolerance", tolerance, "below what double precision can give", `use at least ${least}`);
  }
}
