import { createDatasetFile, type DatasetFile } from "../files/netcdf.ts";
import type { Grid } from "../grid/grid.ts";
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
