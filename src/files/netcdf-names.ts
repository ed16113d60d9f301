import { NODE_NAMES } from "./netcdf-nodes.ts";

/**
 * The format of our NetCDF files, in their attribute `format_version`, MAJOR.MINOR: a reader of before cannot read a file of a newer major version, and finds
 * only more in one of a newer minor version. Files of format 1, written by birth-death-pde 0.1.0, do not have the attribute. docs/files.md says what is new.
 */
export const FORMAT_VERSION = "2.0";

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

/** The names that a NetCDF file uses itself. No variable may have one. */
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

/** Where a name of ours for the parts of a variable x is the name of another variable, it ends with as many _ as it takes. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}_`, taken) : name;
}

/** The names for the bounds of the cells of a variable, and for their last dimension, apart from those of the variables. */
export function boundsNames(variables: readonly string[]): { bound: string; boundsOf(variable: string): string } {
  const taken = new Set(variables);
  return { bound: freeName("bound", taken), boundsOf: (variable) => freeName(`${variable}_bounds`, taken) };
}

/** What may follow the name of a variable in a file; see netcdf-moving.ts. */
const PARTS_OF_VARIABLE = ["_bounds", "_edge", "_edges", "_cell", "_centre", "_centre_bounds"];

/**
 * Names for observables in a file: `observable_NAME`, with _ for what is no letter, digit or _, and a number behind where it is not the first of its name. So none is
 * the name of anything else in the file or of an attribute of xarray, such as `mean` and `sum`; neither is `observable_NAME_error`.
 */
export function namesInFile(observables: readonly string[], variables: readonly string[]): Map<string, string> {
  const taken = new Set(variables.flatMap((name) => [name, ...PARTS_OF_VARIABLE.map((part) => name + part)]));
  return new Map(
    observables.map((observable) => {
      const first = `observable_${observable.replaceAll(/[^A-Za-z0-9_]/g, "_")}`;
      let name = first;
      for (let k = 2; taken.has(name) || taken.has(errorNameOf(name)); k++) name = `${first}_${k}`;
      taken.add(name).add(errorNameOf(name));
      return [observable, name];
    }),
  );
}

export function errorNameOf(name: string): string {
  return `${name}_error`;
}
