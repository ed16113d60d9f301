import { centres, type Grid } from "../grid/grid.ts";
import { FILE_NAMES } from "../problem/file-names.ts";
import { seal } from "./digest.ts";
import { createHdf5, type Hdf5File } from "./hdf5.ts";

/** One number for each time. */
export interface Series {
  name: string;
  description: string;
  /** Integers are kept as such where this is an Int8Array. */
  values: Float64Array | Int8Array;
  /** The name in the problem, where the name in the file had to differ. */
  observable?: string;
}

/** What a NetCDF file of densities on a grid holds. */
export interface Dataset {
  grid: Grid;
  times: readonly number[];
  /** Cell averages at each time, shape [grid.size]. */
  densities: readonly Float64Array[];
  series: readonly Series[];
  /** Global attributes; those that are null are left out. */
  attributes: Readonly<Record<string, string | number | null>>;
  /** Whether the digest of all of it is added. */
  sealed?: boolean;
}

/**
 * The bytes of a NetCDF-4 file: `density(time, ...)` as cell averages on the cell centres of each variable, the series over the unlimited
 * `time`, and the attributes. Opened by `xarray.open_dataset` and `h5py`.
 */
export function encodeDataset(dataset: Dataset): Promise<Uint8Array> {
  return createHdf5((file) => writeDataset(file, dataset));
}

function writeDataset(file: Hdf5File, { grid, times, densities, series, attributes, sealed }: Dataset): void {
  const count = times.length;

  const createSeries = (variable: string, data: Float64Array | Int8Array, description: string) => {
    const dataset = file.create_dataset({ name: variable, data, shape: [count], maxshape: [null], chunks: [Math.max(1, count)] });
    dataset.create_attribute("long_name", description);
    return dataset;
  };
  createSeries("time", Float64Array.from(times), "time").make_scale("time");
  for (const axis of grid.axes) {
    const dataset = file.create_dataset({ name: axis.name, data: centres(axis), shape: [axis.cells] });
    dataset.create_attribute("long_name", `cell centres of ${axis.name}`);
    dataset.create_attribute("boundary", axis.periodic ? "periodic" : "no-flux");
    dataset.create_attribute("domain", Float64Array.of(axis.min, axis.max));
    dataset.make_scale(axis.name);
  }
  const density = file.create_dataset({
    name: "density",
    data: concatenate(densities),
    shape: [count, ...grid.shape],
    maxshape: [null, ...grid.shape],
    chunks: [1, ...grid.shape],
  });
  density.create_attribute("long_name", "cell averages of the density of mu");
  density.create_attribute("cell_methods", grid.axes.map((axis) => `${axis.name}: mean`).join(" "));
  density.attach_scale(0, "/time");
  grid.axes.forEach((axis, a) => {
    density.attach_scale(a + 1, `/${axis.name}`);
  });
  for (const { name: variable, values, description, observable } of series) {
    const dataset = createSeries(variable, values, description);
    if (observable !== undefined) dataset.create_attribute("observable", observable);
    dataset.attach_scale(0, "/time");
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) file.create_attribute(key, typeof value === "number" ? Float64Array.of(value) : value);
  }
  if (sealed) seal(file);
}

/** Names for observables in a file: letters, digits and _, none taken by the file, a variable, another observable or its error. */
export function namesInFile(observables: readonly string[], grid: Grid): Map<string, string> {
  const taken = new Set([...FILE_NAMES, ...grid.axes.map((axis) => axis.name)]);
  return new Map(
    observables.map((observable) => {
      let name = observable.replaceAll(/[^A-Za-z0-9_]/g, "_");
      if (!/^[A-Za-z]/.test(name)) name = `observable_${name}`;
      while (taken.has(name) || taken.has(errorNameOf(name))) name = `observable_${name}`;
      taken.add(name).add(errorNameOf(name));
      return [observable, name];
    }),
  );
}

export function errorNameOf(name: string): string {
  return `${name}_error`;
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
