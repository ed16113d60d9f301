import { centres, type Grid } from "../grid/grid.ts";
import { seal } from "./digest.ts";
import { createHdf5, createHdf5File, type Hdf5Dataset, type Hdf5File } from "./hdf5.ts";
import { createMovedCells, cutMovedCells, type MovedCells, writeMovedCells } from "./netcdf-moving.ts";
import { dataNameOf, FILE_NAMES } from "./netcdf-names.ts";
import { type NodesOverTime, writeNodes } from "./netcdf-nodes.ts";

/** One number for each time. */
export interface Series {
  name: string;
  description: string;
  /** What it was taken on, in the attribute `comment`. */
  comment?: string;
  /** Integers are kept as such where this is an Int8Array. */
  values: Float64Array | Int8Array;
  /** The name in the problem, where the name in the file had to differ. */
  observable?: string;
}

/** The description of the densities in a file: the series over their times, and global attributes; null attributes are left out. */
export interface Description {
  series: readonly Series[];
  /** Columns of a network's data file, all of one length, as `data_NAME(row)`. */
  columns?: Readonly<Record<string, Float64Array>> | null;
  nodes?: NodesOverTime | null;
  attributes: Readonly<Record<string, string | number | null>>;
  /** Whether the digest of all of it is added. */
  sealed?: boolean;
}

/** What a NetCDF file of densities on a grid holds. */
export interface Dataset extends Description {
  grid: Grid;
  times: readonly number[];
  /** Cell averages at each time, shape [grid.size]. */
  densities: readonly Float64Array[];
  /** Cells that moved, at each time; null where none did. */
  moved?: readonly MovedCells[] | null;
}

/**
 * The bytes of a NetCDF-4 file: `density(time, ...)` as cell averages on the cell centres of each variable, the series over the unlimited
 * `time`, and the attributes. Opened by `xarray.open_dataset` and `h5py`. The same data give the same bytes.
 */
export function encodeDataset({ grid, times, densities, moved = null, ...description }: Dataset): Promise<Uint8Array> {
  return createHdf5((file) => {
    writeAxes(file, grid, times);
    if (moved !== null) createMovedCells(file, grid, times.length);
    densities.forEach((density, s) => {
      writeDensity(file, grid, s, density);
      if (moved !== null) writeMovedCells(file, grid, s, moved[s]);
    });
    describe(file, times.length, description);
  });
}

/** A NetCDF-4 file on the disk that is written one density after the other: the bytes of `encodeDataset`, of which one density is in memory. */
export interface DatasetFile {
  /** The cell averages at the next of the times, shape [grid.size], and the cells that were moved there, where they were. */
  addDensity(density: Float64Array, cells?: MovedCells | null): void;
  /** Writes the facts that are known only after all densities. Times without a density are left out. Closes the file. */
  finish(description: Description): void;
  /** Closes a file that will not be finished. */
  abandon(): void;
}

/** Creates such a file. This and everything after it throws an Error with the reason where the disk fails. */
export async function createDatasetFile(path: string, grid: Grid, times: readonly number[], moving = false): Promise<DatasetFile> {
  const output = await createHdf5File(path);
  output.write((file) => {
    writeAxes(file, grid, times);
    if (moving) createMovedCells(file, grid, times.length);
  });
  let written = 0;
  return {
    addDensity(density, cells) {
      output.write((file) => {
        writeDensity(file, grid, written, density);
        if (cells != null) writeMovedCells(file, grid, written, cells);
      });
      written++;
    },
    finish(description) {
      output.write((file) => {
        if (written < times.length) {
          (file.get("time") as Hdf5Dataset).resize([written]);
          (file.get("density") as Hdf5Dataset).resize([written, ...grid.shape]);
          if (moving) cutMovedCells(file, grid, written);
        }
        describe(file, written, description);
      });
      output.close();
    },
    abandon: output.close,
  };
}

/** Bytes of such a file, nearly. */
export function datasetBytes(grid: Grid, times: number): number {
  return 8 * times * grid.size;
}

function createSeries(file: Hdf5File, name: string, data: Float64Array | Int8Array, description: string) {
  const count = data.length;
  const dataset = file.create_dataset({ name, data, shape: [count], maxshape: [null], chunks: [Math.max(1, count)] });
  dataset.create_attribute("long_name", description);
  return dataset;
}

function writeAxes(file: Hdf5File, grid: Grid, times: readonly number[]): void {
  createSeries(file, "time", Float64Array.from(times), "time").make_scale("time");
  for (const axis of grid.axes) {
    const dataset = file.create_dataset({ name: axis.name, data: centres(axis), shape: [axis.cells] });
    dataset.create_attribute("long_name", `cell centres of ${axis.name}`);
    dataset.create_attribute("boundary", axis.periodic ? "periodic" : "no-flux");
    dataset.create_attribute("domain", Float64Array.of(axis.min, axis.max));
    dataset.make_scale(axis.name);
  }
  const density = file.create_dataset({
    name: "density",
    data: new Float64Array(0),
    shape: [0, ...grid.shape],
    maxshape: [null, ...grid.shape],
    chunks: [1, ...grid.shape],
  });
  density.resize([times.length, ...grid.shape]);
  density.create_attribute("long_name", "cell averages of the density of mu");
  density.create_attribute("cell_methods", grid.axes.map((axis) => `${axis.name}: mean`).join(" "));
  density.attach_scale(0, "/time");
  grid.axes.forEach((axis, a) => {
    density.attach_scale(a + 1, `/${axis.name}`);
  });
}

function writeDensity(file: Hdf5File, grid: Grid, s: number, values: Float64Array): void {
  const density = file.get("density") as Hdf5Dataset;
  density.write_slice([[s, s + 1], ...grid.shape.map((cells): [number, number] => [0, cells])], values);
}

function describe(file: Hdf5File, count: number, { series, columns, nodes, attributes, sealed }: Description): void {
  for (const { name, values, description, comment, observable } of series) {
    if (values.length !== count) throw new RangeError(`${name} has ${values.length} values for ${count} times`);
    const dataset = createSeries(file, name, values, description);
    if (comment !== undefined) dataset.create_attribute("comment", comment);
    if (observable !== undefined) dataset.create_attribute("observable", observable);
    dataset.attach_scale(0, "/time");
  }
  if (columns != null) writeColumns(file, columns);
  if (nodes != null) writeNodes(file, nodes);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) file.create_attribute(key, typeof value === "number" ? Float64Array.of(value) : value);
  }
  if (sealed) seal(file);
  file.flush();
}

function writeColumns(file: Hdf5File, columns: Readonly<Record<string, Float64Array>>): void {
  const rows = Object.values(columns)[0].length;
  const row = file.create_dataset({ name: "row", data: Int32Array.from({ length: rows }, (_, p) => p), shape: [rows] });
  row.create_attribute("long_name", "row of the data of the network");
  row.make_scale("row");
  for (const [name, values] of Object.entries(columns)) {
    const dataset = file.create_dataset({ name: dataNameOf(name), data: values, shape: [rows] });
    dataset.create_attribute("long_name", `column "${name}" of the data of the network`);
    dataset.attach_scale(0, "/row");
  }
}

/** Names for observables in a file: letters, digits and _, none taken by the file, a variable, another observable or its error. @param others taken as well. */
export function namesInFile(observables: readonly string[], grid: Grid, others: readonly string[] = []): Map<string, string> {
  const taken = new Set([...FILE_NAMES, ...others, ...grid.axes.map((axis) => axis.name)]);
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
