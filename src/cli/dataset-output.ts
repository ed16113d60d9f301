import { createDatasetFile, type DatasetFile } from "../files/netcdf.ts";
import type { Grid } from "../grid/grid.ts";
import type { DensitySnapshot } from "../plots/densities.ts";
import type { Output } from "./outputs.ts";

/** The NetCDF-4 file of a command: put in its place when it is finished. A failure of the disk is kept, and the computation goes on. */
export async function openDataset(
  output: Output | null,
  grid: Grid,
  times: readonly number[],
  moving = false,
): Promise<DatasetFile | null> {
  if (output === null) return null;
  let file: DatasetFile;
  try {
    file = await createDatasetFile(output.part, grid, times, moving);
  } catch (error) {
    output.fail(error);
    return null;
  }
  return {
    addDensity: (density, cells) => void output.attempt(() => file.addDensity(density, cells)),
    finish(description) {
      output.attempt(() => file.finish(description));
      output.publish();
    },
    abandon: () => void output.attempt(file.abandon),
  };
}

/** A file that keeps the densities that go through it, for a picture. @param file may be null: then they are kept alone */
export function keepDensities(
  file: DatasetFile | null,
  times: readonly number[],
): { file: DatasetFile; densities: DensitySnapshot[] } {
  const densities: DensitySnapshot[] = [];
  return {
    densities,
    file: {
      addDensity(density, cells = null) {
        const moved = cells === null ? {} : { edges: cells.edges.map((edges) => edges.slice()), masses: cells.masses.slice() };
        densities.push({ time: times[densities.length], density: density.slice(), ...moved });
        file?.addDensity(density, cells);
      },
      finish: (description) => file?.finish(description),
      abandon: () => file?.abandon(),
    },
  };
}
