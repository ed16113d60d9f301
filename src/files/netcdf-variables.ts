import type { Hdf5Dataset, Hdf5File } from "./hdf5.ts";

/** One number for each time. */
export function createSeries(file: Hdf5File, name: string, data: Float64Array | Int8Array, description: string) {
  const count = data.length;
  const dataset = file.create_dataset({ name, data, shape: [count], maxshape: [null], chunks: [Math.max(1, count)] });
  explain(dataset, description);
  return dataset;
}

/** What every variable of numbers says of itself. */
export function explain(dataset: Hdf5Dataset, description: string): void {
  dataset.create_attribute("long_name", description);
  dataset.create_attribute("units", "1");
}

/** Integers 0, ..., length - 1 along a dimension. */
export function createIndex(file: Hdf5File, name: string, length: number, description: string): void {
  const index = file.create_dataset({ name, data: Int32Array.from({ length }, (_, i) => i), shape: [length] });
  explain(index, description);
  index.make_scale(name);
}

/** The name that HDF5 has for a dimension of NetCDF-4 without a variable of its own. */
const DIMENSION_ALONE = "This is a netCDF dimension but not a netCDF variable.";

/** A dimension without a variable of its own. */
export function createDimension(file: Hdf5File, name: string, length: number): void {
  const scale = file.create_dataset({ name, data: new Float32Array(length), shape: [length] });
  scale.make_scale(`${DIMENSION_ALONE}${String(length).padStart(10)}`);
}

/** Both edges of each cell, shape [cells, 2]. */
export function boundsBetween(edges: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * (edges.length - 1) }, (_, k) => edges[(k >> 1) + (k & 1)]);
}
