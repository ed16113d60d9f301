import { LEAST_TOLERANCE, type Level } from "../characteristics/levels.ts";
import { type NodeSnapshot, solveCharacteristics } from "../characteristics/solve.ts";
import { wasserstein1OnCircle } from "../diagnostics/circle.ts";
import { densityOnLine } from "../diagnostics/line-measure.ts";
import { densityAtCentres } from "../diagnostics/point-measure.ts";
import { slicedWasserstein1 } from "../diagnostics/sliced-wasserstein.ts";
import { wasserstein1 } from "../diagnostics/wasserstein.ts";
import { InputError } from "../errors.ts";
import type { FluxName, SplittingName } from "../finite-volume/schemes.ts";
import { type Solution, solve } from "../finite-volume/solve.ts";
import { coarsen, EDGE_MASS_LIMIT, l1Distance, mass } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { pow } from "../numerics/pow.ts";
import { instantiateProblem, type Problem } from "../problem/problem.ts";
import { type GridSnapshot, withDensity } from "../problem/snapshot.ts";

export interface ReferenceOptions {
  /** What every stated error should be below. */
  tolerance: number;
  /** Called as work goes on, with what is being done and the time it has reached. */
  onProgress?: (stage: string, time: number) => void;
}

/**
 * Stated errors of one snapshot: differences from the other method. Those of energy and observables have the difference of two levels of
 * characteristics and the tolerance of the integrator added, those of the density the tolerance of the tracing and the mass that the grid misses, `missingMass` (times the width of the domain for Wasserstein-1).
 */
export interface StatedErrors {
  /** int |density - exact|, of cell averages. */
  l1: number;
  /** Wasserstein-1 distance of the densities, taken as laws: on the line, on the circle, or sliced in two and three dimensions. */
  wasserstein1: number;
  energy: number;
  observables: Record<string, number>;
}

export interface ReferenceSnapshot extends NodeSnapshot, GridSnapshot {
  errors: StatedErrors;
  /**
   * Whether the judge resolved its density. Where it did not, the errors of the density are still differences from it, and so too large,
   * while those of energy and observables are the differences of two levels of characteristics.
   */
  judged: boolean;
  /** |mass - int density|: what has left the domain, or lies in peaks that the quadrature of the cells does not see. */
  missingMass: number;
}

/** A finite-volume run that served as judge. */
export interface Judge {
  flux: FluxName;
  splitting: SplittingName;
  cells: readonly number[];
  steps: number;
  /** It ran from 0 to here. */
  end: number;
}

export interface Reference {
  problem: Problem;
  tolerance: number;
  /** Whether every stated error is below the tolerance. */
  reached: boolean;
  snapshots: ReferenceSnapshot[];
  /** Of the characteristics. */
  levels: Level[];
  levelTolerance: number;
  /** Of the tracing of densities. */
  densityTolerance: number;
  judges: Judge[];
  /** First snapshot too sharp for every grid that was tried; null if there is none. */
  unresolvedSince: number | null;
  /** First snapshot with more than 1e-6 of the mass at a no-flux edge. */
  edgeMassSince: number | null;
  /** Mass of the initial law outside the domain, which finite volumes cut off and characteristics keep. */
  outsideInitially: number;
}

/** A judge may hold this many cells, 2 GB, and take this long, on a machine of today. */
const MOST_CELLS = 2 ** 22;
const MOST_NANOSECONDS = 6e10;
/** Tolerance of the characteristics where the one asked for does not need a smaller, by dimension. */
const LEVEL_TOLERANCE = [1e-8, 1e-6, 1e-4] as const;

/**
 * Densities on the grid of a problem, with energy and observables, all of stated error: found by characteristics, and compared with finite
 * volumes on grids refined until they agree to the tolerance. What is stated is the difference of the two, so nearly all of it is the
 * error of the finite volumes.
 *
 * Snapshots that finite volumes on affordable grids cannot reach, to judge by how their errors fall, are not refined for.
 *
 * @throws InputError for a tolerance that cannot be used.
 */
export async function computeReference(problem: Problem, { tolerance, onProgress }: ReferenceOptions): Promise<Reference> {
  const levelTolerance = Math.min(LEVEL_TOLERANCE[problem.grid.dimension - 1], SHARE * tolerance);
  checkTolerance(tolerance);
  const densityTolerance = Math.min(1e-6, SHARE * tolerance);
  const solution = solveCharacteristics(problem, {
    tolerance: levelTolerance,
    onProgress: (level, time) => onProgress?.(`characteristics, level ${level + 1}`, time),
  });
  const { grid } = problem;
  const traced = solution.tracedDensity(densityTolerance);
  const snapshots = solution.snapshots.map((snapshot): ReferenceSnapshot => {
    onProgress?.("tracing densities", snapshot.time);
    const unknown = Object.fromEntries(problem.observables.map(({ name }) => [name, Infinity]));
    const density = traced.cellAverages(grid, snapshot.time);
    return {
      ...withDensity(snapshot, grid, density),
      missingMass: Math.abs(snapshot.mass - mass(grid, density)),
      errors: { l1: Infinity, wasserstein1: Infinity, energy: Infinity, observables: unknown },
      judged: false,
    };
  });

  const judges: Judge[] = [];
  const floors = { integration: solution.levels[solution.levels.length - 1].integration, tracing: densityTolerance };
  const distance = chooseDistance(grid);
  let outsideInitially = 0;
  let before = snapshots.map(({ errors }) => largest(errors));
  for (let factor = 1; ; factor *= 2) {
    const now = snapshots.map(({ errors }) => largest(errors));
    const doublings = affordableDoublings(problem, judges.at(-1));
    const last = snapshots.findLast((_, s) => now[s] > tolerance && predict(before[s], now[s], doublings) <= tolerance);
    if (last === undefined) break;
    // A judge that does not reach a snapshot says nothing about how its error falls.
    before = now.map((error, s) => (snapshots[s].time <= last.time ? error : before[s]));
    const cells = grid.shape.map((count) => count * factor);
    const stage = `finite volumes on ${cells.join(" x ")} cells`;
    const found = solve(refined(problem, cells, last.time), { onStep: (time) => onProgress?.(stage, time) });
    outsideInitially = found.outsideInitially;
    judges.push({ ...found.scheme, cells, steps: found.steps, end: last.time });
    judge(snapshots, found, grid, distance, floors);
  }
  return {
    problem,
    tolerance,
    reached: snapshots.every(({ errors }) => largest(errors) <= tolerance),
    snapshots,
    levels: solution.levels,
    levelTolerance,
    densityTolerance,
    judges,
    unresolvedSince: snapshots.find(({ judged }) => !judged)?.time ?? null,
    edgeMassSince: snapshots.find(({ edgeMass }) => edgeMass > EDGE_MASS_LIMIT)?.time ?? null,
    outsideInitially,
  };
}

/** How often the cells of a judge can be doubled: each time steps double as well. The first one always runs. */
function affordableDoublings({ potential, compiled }: Problem, last: Judge | undefined): number {
  if (last === undefined) return 1;
  const d = potential.dimension;
  const cells = last.cells.reduce((product, count) => product * count, 1);
  const kind = compiled.kernel?.type;
  // Measured once, a cell and step: six transforms, two sums over features, or dense sums that go with the cells.
  const nanoseconds = kind === undefined ? 30 : kind === "convolution" ? 200 * (1 + d) : kind === "features" ? 100 : 6 * cells;
  const byTime = Math.log2(MOST_NANOSECONDS / (nanoseconds * cells * last.steps)) / (kind === "pairwise" ? 2 * d + 1 : d + 1);
  return Math.max(0, Math.floor(Math.min(byTime, Math.log2(MOST_CELLS / cells) / d)));
}

/**
 * The error after some doublings of the cells: they bring a factor of 4 once the density is resolved, and up to then at best half as much
 * again as the doubling before.
 */
function predict(before: number, now: number, doublings: number): number {
  if (now === Infinity) return 0;
  if (doublings === 0) return Infinity;
  const gain = before === Infinity ? 4 : Math.min(4, (1.5 * before) / now);
  return now / pow(gain, doublings);
}

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

/** The same problem on other cells, up to its snapshot at `end`. */
function refined({ definition, compiled, end: last, snapshotTimes }: Problem, cells: readonly number[], end: number): Problem {
  const variables = Object.fromEntries(
    Object.entries(definition.variables).map(([name, variable], a) => [name, { ...variable, cells: cells[a] }]),
  );
  // A run has some length even where only its start is asked for.
  const time = { end: end > 0 ? end : last, snapshots: snapshotTimes.filter((time) => time <= end) };
  return instantiateProblem({
    ...compiled,
    definition: { ...definition, variables, time },
    rate: { ...compiled.rate, end: time.end },
  });
}

/** States the errors of the snapshots that a judge has reached; a finer judge comes later and replaces what was stated. */
function judge(
  snapshots: readonly ReferenceSnapshot[],
  { grid: fine, snapshots: found }: Solution,
  grid: Grid,
  distance: (mu: Float64Array, nu: Float64Array) => number,
  floors: { integration: number; tracing: number },
): void {
  const width = Math.max(...grid.axes.map(({ min, max }) => max - min));
  found.forEach((other, s) => {
    const snapshot = snapshots[s];
    const density = coarsen(fine, other.density, grid);
    snapshot.judged = other.resolved;
    const { missingMass } = snapshot;
    snapshot.errors.l1 = l1Distance(grid, snapshot.density, density) + floors.tracing + missingMass;
    snapshot.errors.wasserstein1 = distance(snapshot.density, density) + floors.tracing + missingMass * width;
    const { levelDifferences } = snapshot;
    // Where the judge is too sharp for its grid, what is left is the difference of two levels.
    const state = (value: number, judged: number, levels: number) =>
      (other.resolved ? Math.abs(value - judged) : 0) + levels + floors.integration * Math.max(1, Math.abs(value));
    snapshot.errors.energy = state(snapshot.energy, other.energy, levelDifferences.energy);
    for (const [name, value] of Object.entries(snapshot.observables)) {
      snapshot.errors.observables[name] = state(value, other.observables[name], levelDifferences.observables[name]);
    }
  });
}

const DIRECTIONS = 32;

/** Wasserstein-1 between densities on a grid; both are taken as laws. */
function chooseDistance(grid: Grid): (mu: Float64Array, nu: Float64Array) => number {
  if (grid.dimension > 1) {
    return (mu, nu) => slicedWasserstein1(densityAtCentres(grid, mu), densityAtCentres(grid, nu), DIRECTIONS);
  }
  const axis = grid.axes[0];
  const onAxis = (mu: Float64Array) => densityOnLine(axis, mu);
  if (!axis.periodic) return (mu, nu) => wasserstein1(onAxis(mu), onAxis(nu));
  return (mu, nu) => wasserstein1OnCircle(onAxis(mu), onAxis(nu), axis.max - axis.min);
}

export function largest({ l1, wasserstein1, energy, observables }: StatedErrors): number {
  return Math.max(l1, wasserstein1, energy, ...Object.values(observables));
}
