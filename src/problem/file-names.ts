/** Diagnostics of a solution, one number for each snapshot, by their names in a NetCDF file. */
export const SERIES_NAMES = [
  "energy",
  "mass",
  "mean_potential",
  "min_potential",
  "gap",
  "dissipated",
  "defect",
  "edge_mass",
  "min_density",
] as const;

/** The names that a NetCDF file uses itself. No variable may have one; an observable gets the prefix `observable_`. */
export const FILE_NAMES: ReadonlySet<string> = new Set(["time", "density", "resolved", ...SERIES_NAMES]);
