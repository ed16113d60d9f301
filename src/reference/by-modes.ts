import { EDGE_MASS_LIMIT, integrate, l1Distance } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { IntegrationError } from "../numerics/dormand-prince.ts";
import { keepNothing, keepWithin } from "../numerics/keep.ts";
import type { Problem } from "../problem/problem.ts";
import { type GridSnapshot, type Snapshot, withDensity } from "../problem/snapshot.ts";
import { refineModes, type SpectralSolution } from "../spectral/solve.ts";
import type { SpectralState } from "../spectral/state.ts";
import { addErrors, atWalls } from "./at-walls.ts";
import { chooseDistance } from "./densities.ts";
import { addUnseen, lookBetweenCentres, referenceByFiniteVolumes } from "./finite-volumes-alone.ts";
import type { GridKind, Verdict } from "./judges.ts";
import { largest, type Reference, type ReferenceOptions, type ReferenceSnapshot, type StatedErrors } from "./result.ts";
import { type DensityOpinions, errorOfNodes, type Opinions, stateDensityError, stateError } from "./stated-error.ts";
import { createTrials } from "./trials.ts";

/** Tolerance of the modes where the required one does not need a smaller, by dimension, and their share of that. */
const MODES_TOLERANCE = [1e-8, 1e-6, 1e-4] as const;
const SHARE = 1e-2;
const LEAST = 1e-11;
/** Two differences in a row that fall by no more, as at kinks, at which finite volumes are the cheaper. */
const STALLED = 0.25;
/** The steps of the integrator share their errors among refinements, as those of characteristics do (statements.ts), and rounding in sums over nodes and steps. */
const STEPS_ADDED = 5;
const ROUNDING = 1e-12;

/**
 * A reference at a temperature, or with an F that changes in time, where no path tells the density: Fourier modes (src/spectral), refined until two refinements agree, judged by finite volumes, at temperature 0
 * on moving cells as well, refined while they bring errors below the tolerance (createTrials; their steps shorten as their cells do). With c the value by modes, c' that of the refinement before, f and f' those of finite volumes on
 * cells h and 2h, the stated error is that of stated-error.ts with
 *
 *   levels   |c - c'|: the error of c', and far above that of c, which falls faster than any power of the modes
 *   grid     |c - f|, own |f - f'|: left out where c has settled, no mass is at a wall and own explains it, otherwise added
 *   floor    5 times the tolerance of the last steps; what births from densities below rounding change; negative densities; atWalls
 *
 * The two methods share the equation, V, the initial density and how energies are measured, and nothing of how they solve it. Where the density comes to an end of a no-flux axis, or modes do
 * not settle, as at jumps of mu_0, finite volumes stand alone, and what they differ from the modes by beyond both errors is added.
 */
export function referenceByModes(problem: Problem, options: ReferenceOptions): Reference {
  const { tolerance, onProgress, keep = keepNothing } = options;
  const modesTolerance = Math.max(LEAST, Math.min(MODES_TOLERANCE[problem.grid.dimension - 1], SHARE * tolerance));
  let found: ReturnType<typeof refineModes>;
  try {
    const settings = {
      tolerance: modesTolerance,
      onProgress: (refinement: number, time: number) => onProgress?.(`Fourier modes, refinement ${refinement + 1}`, time),
      keep: keepWithin(keep, "modes"),
    };
    found = refineModes(problem, settings, STALLED);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    return referenceByFiniteVolumes(problem, options, error.message);
  }
  const { solution, before } = found;
  const stoppedBy = complaintOf(solution, Math.max(modesTolerance, SHARE * tolerance));
  if (stoppedBy !== null || before === null)
    return withModesBeside(problem, referenceByFiniteVolumes(problem, options, stoppedBy ?? "one refinement alone ended"), found);

  const snapshots = solution.snapshots.map((snapshot) => positive(problem.grid, snapshot));
  const last = solution.levels[solution.levels.length - 1];
  const shared = STEPS_ADDED * last.integration + (solution.floorDifference ?? 0) + ROUNDING;
  const walls = atWalls(problem, snapshots, solution.outsideInitially);
  const state = createStatements(problem, { snapshots, before, walls, shared, goal: tolerance });
  /** What each kind of judge states last. */
  const statements = snapshots.map(() => new Map<GridKind, Statement>());
  const trials = createTrials(
    problem,
    tolerance,
    (s, kind, verdict, coarser) => {
      const statement = state(s, kind, verdict, coarser);
      statements[s].set(kind, statement);
      return statement.refinable;
    },
    options,
  );
  trials.run();
  const sight = lookBetweenCentres(problem, tolerance, { grid: problem.grid, snapshots });
  const stated = snapshots.map(({ removed: _, ...snapshot }, s): ReferenceSnapshot => {
    const { errors, opinions, judgedBy } = finestOf(statements[s]);
    addUnseen(errors, sight.ofF.slice(0, s + 2).includes(false), sight.hidden[s]);
    return { ...snapshot, outside: 0, missingMass: 0, nodes: null, movingCellErrors: null, errors, opinions, judgedBy };
  });
  return {
    problem,
    tolerance,
    reached: stated.every(({ errors }) => largest(errors) <= tolerance),
    snapshots: stated,
    stoppedBy: null,
    levels: solution.levels,
    levelTolerance: modesTolerance,
    densityTolerance: modesTolerance,
    judges: trials.judges(),
    unresolvedSince: stated.find(({ resolved }) => !resolved)?.time ?? null,
    edgeMassSince: stated.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null,
    outsideInitially: solution.outsideInitially,
    outsideSince: stated.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null,
    wallMass: [],
    unresolvedInitially: 0,
    unseen: sight.unseen,
  };
}

/** Largest density at an end of a no-flux axis, as a share of the largest of all, at which the two sides do not yet meet. */
const MOST_AT_ENDS = 1e-5;

/** Why a spectral solution is not one of the problem; null where it is. */
function complaintOf({ levels, edge, floorDifference }: SpectralSolution, tolerance: number): string | null {
  if (edge > Math.max(tolerance, MOST_AT_ENDS))
    return `the density at an end of a no-flux axis comes to ${edge.toPrecision(2)} of the largest, and modes are periodic`;
  const { difference, worst } = levels[levels.length - 1];
  if (!((difference ?? Infinity) <= tolerance))
    return `refinements of Fourier modes differ by ${(difference ?? Infinity).toPrecision(2)}${worst === null ? "" : ` (${worst})`}`;
  if ((floorDifference ?? 0) > FLOOR_MATTERS)
    return `births from densities below rounding change results by ${(floorDifference ?? 0).toPrecision(2)}`;
  return null;
}

/** Change of results, as a share of their size, by what births start from below rounding, at which modes do not solve the problem. */
const FLOOR_MATTERS = 1e-4;

type Positive = Omit<GridSnapshot, "density"> & { density: Float64Array; removed: number };

/** Without what a spectral solution alone records, and without negative averages, which are rounding or not resolved: `removed` is their mass. */
function positive(
  grid: Grid,
  { negative: _, edge: __, spectrumTail: ___, ...snapshot }: SpectralSolution["snapshots"][number],
): Positive {
  const density = snapshot.density.map((m) => Math.max(0, m));
  const removed = l1Distance(grid, density, snapshot.density);
  return { ...withDensity<Snapshot>(snapshot, grid, density), removed };
}

/** Of several judges, the one that states the smallest errors counts: it is the finer one. */
function finestOf(statements: ReadonlyMap<GridKind, Statement>): Statement {
  return [...statements.values()].reduce((least, each) => (largest(each.errors) < largest(least.errors) ? each : least));
}

interface Statement {
  errors: StatedErrors;
  opinions: NonNullable<ReferenceSnapshot["opinions"]>;
  judgedBy: ReferenceSnapshot["judgedBy"];
  /** The largest stated error that a finer judge can bring below the tolerance. */
  refinable: number;
}

interface Known {
  snapshots: readonly Positive[];
  before: readonly SpectralState[];
  walls: readonly StatedErrors[];
  /** Of each quantity, as a share of its size. */
  shared: number;
  goal: number;
}

/** States the errors of a snapshot by the modes and a judge. */
function createStatements({ grid }: Problem, { snapshots, before, walls, shared, goal }: Known) {
  const width = Math.max(...grid.axes.map(({ min, max }) => max - min));
  const distance = chooseDistance(grid);
  return (s: number, kind: GridKind, verdict: Verdict, coarser: Verdict | null): Statement => {
    const [snapshot, old, wall] = [snapshots[s], before[s], walls[s]];
    const crossed = snapshots.slice(0, s + 1).some(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT);
    type Quantities = Pick<Verdict, "energy" | "observables">;
    const opinionsOn = (of: (state: Quantities) => number, size: number, atWall: number, withinCells: number): Opinions => ({
      levels: Math.abs(of(snapshot) - of(old)),
      lastDifference: Math.abs(of(snapshot) - of(old)),
      nodes: null,
      grid: {
        difference: Math.abs(of(snapshot) - of(verdict)),
        own: coarser === null ? null : Math.abs(of(verdict) - of(coarser)) + withinCells,
      },
      settled: true,
      crossed,
      floor: shared * size + atWall,
    });
    const energy = opinionsOn((state) => state.energy, old.sizes.energy, wall.energy, 0);
    const observables = Object.fromEntries(
      Object.keys(snapshot.observables).map((name) => [
        name,
        opinionsOn(
          (state) => state.observables[name],
          old.sizes.observables[name],
          wall.observables[name],
          verdict.withinCells[name],
        ),
      ]),
    );
    const judged = verdict.density;
    if (judged === null) throw new Error("a judge refines the grid");
    const densityOpinions = (
      to: (mu: Float64Array, nu: Float64Array) => number,
      reach: number,
      atWall: number,
    ): DensityOpinions => ({
      refinements: to(snapshot.density, positiveOf(old.density)),
      difference: to(snapshot.density, judged),
      own: coarser?.density == null ? null : to(judged, coarser.density),
      settled: verdict.resolved,
      crossed,
      known: (2 * snapshot.removed + ROUNDING) * reach + atWall,
      tracing: shared * reach,
      paths: 0,
    });
    const l1 = densityOpinions((mu, nu) => l1Distance(grid, mu, nu), 1, wall.l1);
    const w1 = densityOpinions(distance, width, wall.wasserstein1);
    const all = [energy, ...Object.values(observables)];
    const ofDensity = [l1, w1].map((each) => ({
      error: stateDensityError(each, goal),
      alone: each.known + each.tracing + (each.refinements ?? 0),
    }));
    return {
      judgedBy: !verdict.resolved ? "modes" : kind === "moving" ? "moving finite volumes" : "finite volumes",
      opinions: { energy, observables },
      errors: {
        l1: ofDensity[0].error,
        wasserstein1: ofDensity[1].error,
        energy: stateError(energy),
        observables: Object.fromEntries(Object.entries(observables).map(([name, opinions]) => [name, stateError(opinions)])),
      },
      refinable: Math.max(
        ...all.map((each) => (errorOfNodes(each) > goal ? 0 : stateError(each))),
        ...ofDensity.map(({ error, alone }) => (alone > goal ? 0 : error)),
      ),
    };
  };
}

const positiveOf = (density: Float64Array) => density.map((m) => Math.max(0, m));

/** Finite volumes that stand alone, with what they differ from the modes by beyond the errors of both. */
function withModesBeside(problem: Problem, reference: Reference, { solution, before }: ReturnType<typeof refineModes>): Reference {
  if (before === null) return reference;
  const { grid } = problem;
  const distance = chooseDistance(grid);
  reference.snapshots.forEach(({ errors, energy, observables, density }, s) => {
    const [modes, old] = [solution.snapshots[s], before[s]];
    const beyond = (difference: number, ofModes: number, own: number) => Math.max(0, difference - ofModes - own);
    const [now, earlier] = [modes.density, old.density].map(positiveOf);
    // Modes that have blown up have no distance.
    const usable = integrate(grid, now, now) < Infinity && integrate(grid, earlier, earlier) < Infinity;
    if (!usable) return;
    addErrors(errors, {
      l1: beyond(l1Distance(grid, density, now), l1Distance(grid, now, earlier), errors.l1),
      wasserstein1: beyond(distance(density, now), distance(now, earlier), errors.wasserstein1),
      energy: beyond(Math.abs(energy - modes.energy), Math.abs(modes.energy - old.energy), errors.energy),
      observables: Object.fromEntries(
        Object.entries(observables).map(([name, mean]) => [
          name,
          beyond(
            Math.abs(mean - modes.observables[name]),
            Math.abs(modes.observables[name] - old.observables[name]),
            errors.observables[name],
          ),
        ]),
      ),
    });
  });
  return { ...reference, reached: reference.snapshots.every(({ errors }) => largest(errors) <= reference.tolerance) };
}
