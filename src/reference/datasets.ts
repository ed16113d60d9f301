import { createHash } from "node:crypto";
import type { CharacteristicsSolution } from "../characteristics/solve.ts";
import { type Description, encodeDataset, errorNameOf, namesInFile, type Series } from "../files/netcdf.ts";
import {
  dataNames,
  type ERROR_NAMES,
  type MOVING_ERROR_NAMES,
  type SERIES_NAMES,
  type THERMAL_NAMES,
} from "../files/netcdf-names.ts";
import { NODE_ERROR } from "../files/netcdf-nodes.ts";
import type { MovingSolution } from "../finite-volume/moving/solve-moving.ts";
import type { Solution } from "../finite-volume/solve.ts";
import type { StepError } from "../finite-volume/step-tolerance.ts";
import type { Grid } from "../grid/grid.ts";
import { dataOf } from "../potential/compile-network.ts";
import type { Problem } from "../problem/problem.ts";
import { type GridSnapshot, withDensity } from "../problem/snapshot.ts";
import type { SpectralSolution } from "../spectral/solve.ts";
import { version } from "../version.ts";
import type { Reference, ReferenceSnapshot } from "./reference.ts";
import { nodesOf } from "./reference-data.ts";
import { byModes, leavesSince } from "./result.ts";

/** A finite-volume solution as the bytes of a NetCDF-4 file; see encodeDataset. Moving cells are in it beside the densities. */
export function encodeSolution(problem: Problem, solution: Solution | MovingSolution): Promise<Uint8Array> {
  const { grid, snapshots } = solution;
  if (!("failure" in solution)) return encodeDataset({ ...densitiesOf(snapshots, grid), ...describeSolution(problem, solution) });
  const { failure } = solution;
  const facts = describeSolution(problem, solution, { moving: true, failure });
  return encodeDataset({ ...densitiesOf(snapshots, grid), moved: solution.snapshots, ...facts });
}

/** A snapshot whose density is in the file already. */
export type Recorded = Omit<GridSnapshot, "density">;

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
    series: [
      ...diagnosticsOf(snapshots, isWarm(problem) ? WARM_WORDS : {}),
      ...thermalSeries(snapshots),
      ...observablesOf(problem, snapshots),
    ],
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
    series: [...diagnosticsOf(snapshots), ...observablesOf(problem, snapshots)],
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
    series: [...diagnosticsOf(snapshots), ...observablesOf(problem, snapshots)],
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

const JUDGED: Readonly<Record<ReferenceSnapshot["judgedBy"], number>> = {
  "finite volumes": 1,
  nodes: 0,
  "finite volumes alone": 2,
  "moving finite volumes": 3,
  modes: 4,
};

export function methodOf({ stoppedBy, problem }: Pick<Reference, "stoppedBy" | "problem">): string {
  if (stoppedBy !== null)
    return isWarm(problem) ? "finite volumes alone, of two resolutions" : "finite volumes alone, of two resolutions and two fluxes";
  return byModes(problem) ? "Fourier modes, judged by finite volumes" : "characteristics, judged by finite volumes";
}

/** A reference with its stated errors as the bytes of a NetCDF-4 file. */
export function encodeReference(reference: Reference): Promise<Uint8Array> {
  return encodeDataset({ ...densitiesOf(reference.snapshots, reference.problem.grid), ...describeReference(reference) });
}

/** What a file says of the densities of a reference. */
export function describeReference(reference: Reference): Description {
  const { problem, snapshots } = reference;
  const { grid } = problem;
  const fileNames = observableNames(problem);
  const columns = dataOf(problem.compiled);
  const nodes = nodesOf(snapshots);
  const column = (of: (snapshot: ReferenceSnapshot) => number) => Float64Array.from(snapshots, of);
  const kind = grid.dimension === 1 ? "Wasserstein-1 distance" : "sliced Wasserstein-1 distance";
  const errors: Record<(typeof ERROR_NAMES)[number], StatedSeries> = {
    density_l1_error: [
      "stated error of density: int |density - exact|, both as cell averages",
      column(({ errors }) => errors.l1),
      ON_CELLS,
    ],
    density_wasserstein1_error: [
      `stated error of density: ${kind} to the exact cell averages, both scaled to mass 1; what lies within a cell is not in it`,
      column(({ errors }) => errors.wasserstein1),
      ON_CELLS,
    ],
    energy_error: ["stated error of energy", column(({ errors }) => errors.energy)],
    judged: [
      byModes(problem)
        ? JUDGED_MODES
        : "who judged: 1 finite volumes on fixed cells that resolved their density, 3 finite volumes on cells that follow the mass, 0 nodes of a second family where neither resolved it, 2 finite volumes alone, of two resolutions and two fluxes; the differences of refinements count in 0, 1 and 3, and so does that from finite volumes unless their own error explains it",
      Int8Array.from(snapshots, ({ judgedBy }) => JUDGED[judgedBy]),
    ],
  };
  return {
    series: [
      ...diagnosticsOf(snapshots, isWarm(problem) ? WARM_WORDS : {}),
      ...thermalSeries(snapshots),
      ...Object.entries({ ...errors, ...movingErrorsOf(snapshots) }).map(seriesOf),
      ...(nodes === null
        ? []
        : [
            {
              name: NODE_ERROR,
              description:
                "stated error of where in the cells mass is by the nodes: mean over variables of the Wasserstein-1 distance from finite volumes on cells that follow the mass; infinite where these have not resolved the density",
              values: Float64Array.from(nodes, ({ wasserstein1Error }) => wasserstein1Error),
            },
          ]),
      ...observablesOf(problem, snapshots),
      ...problem.observables.map(({ name }) => ({
        name: errorNameOf(fileNames.get(name) as string),
        description: `stated error of observable "${name}"`,
        values: column(({ errors }) => errors.observables[name]),
      })),
    ],
    columns,
    nodes: nodes && {
      variables: grid.axes.map(({ name }) => name),
      points: nodes.map(({ points }) => points),
      weights: nodes.map(({ weights }) => weights),
    },
    attributes: {
      ...provenance(problem),
      method: methodOf(reference),
      stopped_by: reference.stoppedBy,
      tolerance: reference.tolerance,
      reached: reference.reached ? "yes" : "no",
      levels: JSON.stringify(reference.levels),
      level_tolerance: reference.stoppedBy === null ? reference.levelTolerance : null,
      density_tolerance: reference.stoppedBy === null ? reference.densityTolerance : null,
      judge: JSON.stringify(reference.judges),
      unresolved_since: reference.unresolvedSince,
      edge_mass_since: reference.edgeMassSince,
      outside_initially: reference.outsideInitially,
      outside_since: leavesSince(reference),
      unresolved_initially: reference.unresolvedInitially,
      density_sha256: sha256(...snapshots.map(({ density }) => bytesOf(density))),
    },
    sealed: true,
  };
}

const JUDGED_MODES =
  "who judged: 1 finite volumes that resolved their density, 4 Fourier modes of the refinement before where these did not, 2 finite volumes alone, of two resolutions; the differences of refinements count in 1 and 4, and so does that from finite volumes unless their own error explains it; mass at no-flux walls counts in all";

/** Description, values and comment. */
type StatedSeries = [description: string, values: Float64Array | Int8Array, comment?: string];

const seriesOf = ([name, [description, values, comment]]: [string, StatedSeries]): Series => ({
  name,
  description,
  values,
  ...(comment === undefined ? {} : { comment }),
});

const ON_CELLS = "taken on the cells of this file: cell averages against the exact cell averages";

/** Errors on moving cells, where any are stated; NaN at the other times. */
function movingErrorsOf(snapshots: readonly ReferenceSnapshot[]): Record<string, StatedSeries> {
  if (snapshots.every(({ movingCellErrors }) => movingCellErrors === null)) return {};
  const comment =
    "taken on the cells of the judge that follow the mass, which are not in this file: their masses by characteristics against the exact ones; stated where the density is too sharp for the cells of this file, NaN elsewhere";
  const of = (key: "l1" | "wasserstein1") => Float64Array.from(snapshots, (each) => each.movingCellErrors?.[key] ?? Number.NaN);
  return {
    moving_density_l1_error: ["stated error of the density on moving cells: sum |mass - exact|", of("l1"), comment],
    moving_density_wasserstein1_error: [
      "stated error of the density on moving cells: mean over variables of the Wasserstein-1 distance to the exact masses along a variable, both scaled to mass 1",
      of("wasserstein1"),
      comment,
    ],
  } satisfies Record<(typeof MOVING_ERROR_NAMES)[number], StatedSeries>;
}

/** Observable -> its name in the file. */
function observableNames({ observables, grid, compiled }: Problem): Map<string, string> {
  return namesInFile(
    observables.map(({ name }) => name),
    grid,
    dataNames(Object.keys(dataOf(compiled) ?? {})),
  );
}

function densitiesOf(snapshots: readonly GridSnapshot[], grid: Grid) {
  return { grid, times: snapshots.map(({ time }) => time), densities: snapshots.map(({ density }) => density) };
}

/** Everything that is common to all files: what was solved, by which version. */
function provenance(problem: Problem): Record<string, string> {
  const text = JSON.stringify(problem.definition);
  return {
    Conventions: "CF-1.10",
    title: problem.name,
    problem: text,
    problem_sha256: sha256(new TextEncoder().encode(text)),
    source: `birth-death-pde ${version}`,
    references: "Rotskoff, Jelassi, Bruna & Vanden-Eijnden, ICML 2019, arXiv:1902.01843",
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) => new Uint8Array(buffer, byteOffset, byteLength);

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

const DIAGNOSTICS: Readonly<Record<(typeof SERIES_NAMES)[number], readonly [string, (snapshot: Recorded) => number]>> = {
  energy: ["E[mu], equation (11)", (s) => s.energy],
  mass: ["int dmu", (s) => s.mass],
  mean_potential: ["Vbar = int V dmu / mass", (s) => s.meanPotential],
  min_potential: ["min V over the domain", (s) => s.minPotential],
  gap: ["Vbar - min V: upper bound of E - min E", (s) => s.gap ?? Number.NaN],
  residual_on_support: ["(int (V - Vbar)^2 dmu / mass)^(1/2), Vbar being 0 if unbalanced", (s) => s.residualOnSupport],
  residual_off_support: ["max (Vbar - V)^+ where the density is at most 1e-6 of its maximum", (s) => s.residualOffSupport],
  dissipated: ["time integral of the right-hand side of (16), as a loss", (s) => s.dissipated],
  defect: ["energy - initial energy + dissipated", (s) => s.defect],
  edge_mass: ["mass within 2% of the ends of no-flux axes", (s) => s.edgeMass],
  min_density: ["smallest cell average", (s) => s.minDensity],
  resolved: ["1 where peaks are wider than three cells", (s) => (s.resolved ? 1 : 0)],
};

/** What some of them are at a temperature above 0. */
const WARM_WORDS: Partial<Record<keyof typeof DIAGNOSTICS, string>> = {
  energy: "E[mu] + tau int mu log mu",
  gap: "tau int mu log(mu / G), G = e^{-V / tau} / int e^{-V / tau}: upper bound of energy - min energy",
  residual_on_support: "standard deviation of V + tau log mu under mu",
  residual_off_support: "0: the support is everything",
  dissipated:
    "time integral of int |grad V_tau|^2 dmu + alpha Cov_mu(V_tau, R) - tau' int mu log mu - int d_t F dmu, V_tau = V + tau log mu",
};

const isWarm = ({ temperature }: Problem) => temperature.constant !== 0;

function diagnosticsOf(snapshots: readonly Recorded[], words: typeof WARM_WORDS = {}): Series[] {
  return Object.entries(DIAGNOSTICS).map(([name, [usual, of]]) => ({
    name,
    description: words[name as keyof typeof DIAGNOSTICS] ?? usual,
    values: name === "resolved" ? Int8Array.from(snapshots, of) : Float64Array.from(snapshots, of),
  }));
}

/** What is recorded at a temperature beside. */
function thermalSeries(snapshots: readonly Recorded[]): Series[] {
  if (snapshots.every(({ gibbsResidual }) => gibbsResidual === undefined)) return [];
  const values = Float64Array.from(snapshots, ({ gibbsResidual = Number.NaN }) => gibbsResidual);
  return [{ name: "gibbs_residual" satisfies (typeof THERMAL_NAMES)[number], description: "int |mu - e^{-V / tau} / Z|", values }];
}

function observablesOf(problem: Problem, snapshots: readonly Recorded[]): Series[] {
  const names = observableNames(problem);
  return problem.observables.map(({ name }) => ({
    name: names.get(name) as string,
    description: `int phi dmu, phi = ${problem.definition.observables?.[name]}`,
    values: Float64Array.from(snapshots, ({ observables }) => observables[name]),
    observable: name,
  }));
}
