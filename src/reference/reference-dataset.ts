import { type Description, encodeDataset, type Series } from "../files/netcdf.ts";
import { type ERROR_NAMES, errorNameOf, type MOVING_ERROR_NAMES } from "../files/netcdf-names.ts";
import { NODE_ERROR } from "../files/netcdf-nodes.ts";
import { dataOf } from "../potential/compile-network.ts";
import { isWarm } from "../problem/thermal.ts";
import {
  bytesOf,
  densitiesOf,
  diagnosticsOf,
  observableNames,
  observablesOf,
  provenance,
  sha256,
  thermalSeries,
} from "./file-contents.ts";
import type { Reference, ReferenceSnapshot } from "./reference.ts";
import { nodesOf } from "./reference-data.ts";
import { byModes, leavesSince } from "./result.ts";

const JUDGED: Readonly<Record<ReferenceSnapshot["judgedBy"], number>> = {
  nodes: 0,
  "finite volumes": 1,
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
        ? judgedModes(isWarm(problem))
        : "who judged: 1 finite volumes on fixed cells that resolved their density, 3 finite volumes on cells that follow the mass, 0 nodes of a second family where neither resolved it, 2 finite volumes alone, of two resolutions and two fluxes; the differences of refinements count in 0, 1 and 3, and so does that from finite volumes unless their own error explains it",
      Int8Array.from(snapshots, ({ judgedBy }) => JUDGED[judgedBy]),
      undefined,
      JUDGED_FLAGS,
    ],
  };
  const movingErrors = movingErrorsOf(snapshots);
  return {
    series: [
      ...diagnosticsOf(problem, snapshots),
      ...thermalSeries(snapshots),
      ...Object.entries({ ...errors, ...movingErrors }).map(seriesOf),
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
    ancillary: {
      density: ["density_l1_error", "density_wasserstein1_error", ...Object.keys(movingErrors), "judged", "resolved"],
      energy: ["energy_error", "judged"],
      ...Object.fromEntries([...fileNames.values()].map((name) => [name, [errorNameOf(name), "judged"]])),
      ...(nodes === null ? {} : { node_theta: [NODE_ERROR], node_weight: [NODE_ERROR] }),
    },
    attributes: {
      ...provenance(problem, "reference"),
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

/** Cells follow the mass at temperature 0 alone. */
const judgedModes = (warm: boolean) =>
  `who judged: 1 finite volumes that resolved their density, ${warm ? "" : "3 finite volumes on cells that follow the mass, "}4 Fourier modes of the refinement before where these did not, 2 finite volumes alone, of two resolutions; the differences of refinements count in ${warm ? "1" : "1, 3"} and 4, and so does that from finite volumes unless their own error explains it; mass at no-flux walls counts in all`;

const JUDGED_FLAGS = Object.fromEntries(Object.entries(JUDGED).map(([name, value]) => [name.replaceAll(" ", "_"), value]));

/** Description, values, comment and flags. */
type StatedSeries = [description: string, values: Float64Array | Int8Array, comment?: string | undefined, flags?: Series["flags"]];

const seriesOf = ([name, [description, values, comment, flags]]: [string, StatedSeries]): Series => ({
  name,
  description,
  values,
  ...(comment === undefined ? {} : { comment }),
  ...(flags === undefined ? {} : { flags }),
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
