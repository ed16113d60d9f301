import { centres, edgesOf, type Grid } from "../grid/grid.ts";
import { seal } from "./digest.ts";
import { createHdf5, createHdf5File, type Hdf5Dataset, type Hdf5File } from "./hdf5.ts";
import { createMovedCells, cutMovedCells, type MovedCells, writeMovedCells } from "./netcdf-moving.ts";
import { boundsNames, dataNameOf } from "./netcdf-names.ts";
import { type NodesOverTime, writeNodes } from "./netcdf-nodes.ts";
import { boundsBetween, createDimension, createIndex, createSeries, explain } from "./netcdf-variables.ts";

/** One number for each time. */
export interface Series {
  name: string;
  description: string;
  /** What it was taken on, in the attribute `comment`. */
  comment?: string;
  /** What each of its integers means, in `flag_values` and `flag_meanings`: words without spaces. */
  flags?: Readonly<Record<string, number>>;
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
  /** For a variable the names of those that say how good it is, its stated errors above all: its attribute `ancillary_variables`. */
  ancillary?: Readonly<Record<string, readonly string[]>>;
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
 * The bytes of a NetCDF-4 file: `density(time, ...)` as cell averages on the cell centres of each variable, with the bounds of the cells, the series over the unlimited
 * `time`, and the attributes. Every number has `long_name` and `units`, which are "1": a problem has no units. Opened by `xarray.open_dataset` and `h5py`. The same data give the same bytes.
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

function writeAxes(file: Hdf5File, grid: Grid, times: readonly number[]): void {
  createSeries(file, "time", Float64Array.from(times), "time").make_scale("time");
  const { bound, boundsOf } = boundsNames(grid.axes.map(({ name }) => name));
  createDimension(file, bound, 2);
  for (const axis of grid.axes) {
    const { name, min, max, periodic } = axis;
    const dataset = file.create_dataset({ name, data: centres(axis), shape: [axis.cells] });
    explain(dataset, `cell centres of ${name}`);
    dataset.create_attribute("bounds", boundsOf(name));
    dataset.create_attribute("boundary", periodic ? "periodic" : "no-flux");
    dataset.create_attribute("domain", Float64Array.of(min, max));
    dataset.make_scale(name);
    const bounds = file.create_dataset({ name: boundsOf(name), data: boundsBetween(edgesOf(axis)), shape: [axis.cells, 2] });
    explain(bounds, `edges of each cell of ${name}`);
    bounds.attach_scale(0, `/${name}`);
    bounds.attach_scale(1, `/${bound}`);
  }
  const density = file.create_dataset({
    name: "density",
    data: new Float64Array(0),
    shape: [0, ...grid.shape],
    maxshape: [null, ...grid.shape],
    chunks: [1, ...grid.shape],
  });
  density.resize([times.length, ...grid.shape]);
  explain(density, "cell averages of the density of mu");
  density.create_attribute("cell_methods", ["time: point", ...grid.axes.map((axis) => `${axis.name}: mean`)].join(" "));
  density.attach_scale(0, "/time");
  grid.axes.forEach((axis, a) => {
    density.attach_scale(a + 1, `/${axis.name}`);
  });
}

function writeDensity(file: Hdf5File, grid: Grid, s: number, values: Float64Array): void {
  const density = file.get("density") as Hdf5Dataset;
  density.write_slice([[s, s + 1], ...grid.shape.map((cells): [number, number] => [0, cells])], values);
}

function describe(
  file: Hdf5File,
  count: number,
  { series, columns, nodes, ancillary = {}, attributes, sealed }: Description,
): void {
  for (const { name, values, description, comment, flags, observable } of series) {
    if (values.length !== count) throw new RangeError(`${name} has ${values.length} values for ${count} times`);
    const dataset = createSeries(file, name, values, description);
    if (comment !== undefined) dataset.create_attribute("comment", comment);
    if (flags !== undefined) {
      dataset.create_attribute("flag_values", Int8Array.from(Object.values(flags)));
      dataset.create_attribute("flag_meanings", Object.keys(flags).join(" "));
    }
    if (observable !== undefined) dataset.create_attribute("observable", observable);
    dataset.attach_scale(0, "/time");
  }
  if (columns != null) writeColumns(file, columns);
  if (nodes != null) writeNodes(file, nodes);
  for (const [name, others] of Object.entries(ancillary)) {
    (file.get(name) as Hdf5Dataset).create_attribute("ancillary_variables", others.join(" "));
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) file.create_attribute(key, typeof value === "number" ? Float64Array.of(value) : value);
  }
  if (sealed) seal(file);
  file.flush();
}

function writeColumns(file: Hdf5File, columns: Readonly<Record<string, Float64Array>>): void {
  const rows = Object.values(columns)[0].length;
  createIndex(file, "row", rows, "row of the data of the network");
  for (const [name, values] of Object.entries(columns)) {
    const dataset = file.create_dataset({ name: dataNameOf(name), data: values, shape: [rows] });
    explain(dataset, `column "${name}" of the data of the network`);
    dataset.attach_scale(0, "/row");
  }
}
