import type { CharacteristicsSolution } from "../characteristics/solve.ts";
import { type Description, encodeDataset } from "../files/netcdf.ts";
import type { MovingSolution } from "../finite-volume/moving/solve-moving.ts";
import type { Solution } from "../finite-volume/solve.ts";
import type { StepError } from "../finite-volume/step-tolerance.ts";
import type { Problem } from "../problem/problem.ts";
import { type GridSnapshot, withDensity } from "../problem/snapshot.ts";
import type { SpectralSolution } from "../spectral/solve.ts";
import { densitiesOf, diagnosticsOf, observablesOf, provenance, type Recorded, thermalSeries } from "./file-contents.ts";

/** A finite-volume solution as the bytes of a NetCDF-4 file; see encodeDataset. Moving cells are in it beside the densities. */
export function encodeSolution(problem: Problem, solution: Solution | MovingSolution): Promise<Uint8Array> {
  const { grid, snapshots } = solution;
  if (!("failure" in solution)) return encodeDataset({ ...densitiesOf(snapshots, grid), ...describeSolution(problem, solution) });
  const { failure } = solution;
  const facts = describeSolution(problem, solution, { moving: true, failure });
  return encodeDataset({ ...densitiesOf(snapshots, grid), moved: solution.snapshots, ...facts });
}

/** Further facts of a run: whether its cells moved, the error of its steps where a tolerance was given, and why it ended early. */
interface RunFacts {
  moving?: boolean;
  stepError?: StepError | null;
  failure?: string | null;
}

/** What a file says of the densities of a finite-volume solution. */
export function describeSolution(
  problem: Problem,
  solution: Omit<Solution, "snapshots"> & { snapshots: readonly Recorded[] },
  { moving = false, stepError = null, failure = null }: RunFacts = {},
): Description {
  const { snapshots } = solution;
  return {
    series: [...diagnosticsOf(problem, snapshots), ...thermalSeries(snapshots), ...observablesOf(problem, snapshots)],
    ancillary: RESOLVED,
    attributes: {
      ...provenance(problem),
      method: "finite-volume",
      grid: moving ? "moving" : null,
      tolerance: stepError?.tolerance ?? null,
      step_error: stepError?.error ?? null,
      failure,
      flux: solution.scheme.flux,
      splitting: solution.scheme.splitting,
      steps: solution.steps,
      outside_initially: solution.outsideInitially,
      edge_mass_since: solution.edgeMassSince,
      unresolved_since: solution.unresolvedSince,
      defect_since: solution.defectSince,
    },
  };
}

/** A solution along characteristics, its densities traced on the grid of the problem, as the bytes of a NetCDF-4 file. */
export function encodeCharacteristics(problem: Problem, solution: CharacteristicsSolution): Promise<Uint8Array> {
  const snapshots = [...traceDensities(problem, solution)];
  return encodeDataset({ ...densitiesOf(snapshots, problem.grid), ...describeCharacteristics(problem, solution, snapshots) });
}

/** The snapshots of such a solution with their densities, one after the other. */
export function* traceDensities({ grid }: Problem, solution: CharacteristicsSolution): Generator<GridSnapshot, void, void> {
  const density = solution.tracedDensity(Math.max(solution.tolerance, FINEST_TRACE));
  for (const snapshot of solution.snapshots) yield withDensity(snapshot, grid, density.cellAverages(grid, snapshot.time));
}

/** What a file says of them. */
export function describeCharacteristics(
  problem: Problem,
  solution: CharacteristicsSolution,
  snapshots: readonly Recorded[],
): Description {
  return {
    series: [...diagnosticsOf(problem, snapshots), ...observablesOf(problem, snapshots)],
    ancillary: RESOLVED,
    attributes: {
      ...provenance(problem),
      method: "characteristics",
      tolerance: solution.tolerance,
      converged: solution.converged ? "yes" : "no",
      levels: JSON.stringify(solution.levels),
      outside_since: solution.outsideSince,
      unresolved_initially: solution.unresolvedInitially,
      density_tolerance: Math.max(solution.tolerance, FINEST_TRACE),
    },
  };
}

/** A spectral solution as the bytes of a NetCDF-4 file. */
export function encodeSpectral(problem: Problem, solution: SpectralSolution): Promise<Uint8Array> {
  return encodeDataset({ ...densitiesOf(solution.snapshots, problem.grid), ...describeSpectral(problem, solution) });
}

/** What a file says of the densities of a spectral solution. */
export function describeSpectral(problem: Problem, solution: SpectralSolution): Description {
  const { snapshots } = solution;
  return {
    series: [...diagnosticsOf(problem, snapshots), ...thermalSeries(snapshots), ...observablesOf(problem, snapshots)],
    ancillary: RESOLVED,
    attributes: {
      ...provenance(problem),
      method: "spectral",
      tolerance: solution.tolerance,
      converged: solution.converged ? "yes" : "no",
      levels: JSON.stringify(solution.levels),
      steps: solution.steps,
      outside_initially: solution.outsideInitially,
      edge: solution.edge,
      floor_difference: solution.floorDifference,
    },
  };
}

/** Densities are read off a grid, where more digits than these mean nothing. */
const FINEST_TRACE = 1e-9;

/** Whether the cells resolve a density says how good it is. */
const RESOLVED = { density: ["resolved"] };
