import { NODE_NAMES } from "./netcdf-nodes.ts";

/** Diagnostics of a solution, one number for each snapshot, by their names in a NetCDF file. */
export const SERIES_NAMES = [
  "energy",
  "mass",
  "mean_potential",
  "min_potential",
  "gap",
  "residual_on_support",
  "residual_off_support",
  "dissipated",
  "defect",
  "edge_mass",
  "min_density",
  "resolved",
] as const;

/** Those at a temperature above 0 alone. */
export const THERMAL_NAMES = ["gibbs_residual"] as const;

/** What a reference says of its own errors, beside `<observable>_error` for each observable. */
export const ERROR_NAMES = ["density_l1_error", "density_wasserstein1_error", "energy_error", "judged"] as const;

/** The same of the density on moving cells of its judge, where these are stated. */
export const MOVING_ERROR_NAMES = ["moving_density_l1_error", "moving_density_wasserstein1_error"] as const;

/** The masses of moving cells; see netcdf-moving.ts. */
export const MOVED_MASS = "cell_mass";

/** The names that a NetCDF file uses itself. No variable may have one; an observable gets the prefix `observable_`. */
export const FILE_NAMES: ReadonlySet<string> = new Set([
  "time",
  "density",
  ...NODE_NAMES,
  ...SERIES_NAMES,
  ...THERMAL_NAMES,
  ...ERROR_NAMES,
  ...MOVING_ERROR_NAMES,
]);

/** The name of a column of a network's data in a NetCDF file, over the dimension `row`. */
export const dataNameOf = (column: string) => `data_${column}`;

/** The names that a NetCDF file uses for columns of data, besides its own. */
export function dataNames(columns: readonly string[]): string[] {
  return columns.length === 0 ? [] : ["row", ...columns.map(dataNameOf)];
}
