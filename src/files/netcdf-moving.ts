import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5.ts";
import { boundsNames, MOVED_MASS } from "./netcdf-names.ts";
import { boundsBetween, createIndex, explain } from "./netcdf-variables.ts";

/**
 * Cells that move, in a NetCDF file beside the densities on the grid: for each variable `x`
 *
 *   x_edges(time, x_edge)            the edges of its cells
 *   x_centre(time, x_cell)           their middles, with the CF attribute bounds = "x_centre_bounds"
 *   x_centre_bounds(time, x_cell, bound)    both edges of each
 *
 * and `cell_mass(time, x_cell, ...)`, the mass of each cell.
 */
export interface MovedCells {
  /** For each axis, shape [cells + 1]. */
  edges: readonly Float64Array[];
  /** Shape [grid.size]. */
  masses: Float64Array;
}

interface Part {
  name: string;
  /** Without time. */
  shape: readonly number[];
  dimensions: readonly string[];
  description: string;
  attributes?: Readonly<Record<string, string>>;
  values(cells: MovedCells): Float64Array;
}

function partsOf({ axes, shape }: Grid): Part[] {
  const { bound } = boundsNames(axes.map(({ name }) => name));
  const ofAxes = axes.flatMap(({ name, cells }, a): Part[] => {
    return [
      {
        name: `${name}_edges`,
        shape: [cells + 1],
        dimensions: [`${name}_edge`],
        description: `edges of the moving cells along ${name}`,
        values: ({ edges }) => edges[a],
      },
      {
        name: `${name}_centre`,
        shape: [cells],
        dimensions: [`${name}_cell`],
        description: `middles of the moving cells along ${name}`,
        attributes: { bounds: `${name}_centre_bounds` },
        values: ({ edges }) => Float64Array.from({ length: cells }, (_, i) => 0.5 * (edges[a][i] + edges[a][i + 1])),
      },
      {
        name: `${name}_centre_bounds`,
        shape: [cells, 2],
        dimensions: [`${name}_cell`, bound],
        description: `edges of each moving cell along ${name}`,
        values: ({ edges }) => boundsBetween(edges[a]),
      },
    ];
  });
  return [
    ...ofAxes,
    {
      name: MOVED_MASS,
      shape,
      dimensions: axes.map(({ name }) => `${name}_cell`),
      description: "mass in each moving cell",
      attributes: {
        coordinates: axes.map(({ name }) => `${name}_centre`).join(" "),
        cell_methods: ["time: point", ...axes.map(({ name }) => `${name}_cell: sum`)].join(" "),
      },
      values: ({ masses }) => masses,
    },
  ];
}

/** Creates the variables and their dimensions. @throws InputError where a variable of the problem has a name of theirs. */
export function createMovedCells(file: Hdf5File, grid: Grid, times: number): void {
  const parts = partsOf(grid);
  const indices = grid.axes.flatMap(({ name, cells }): [string, number, string][] => [
    [`${name}_edge`, cells + 1, `index of the edges along ${name}`],
    [`${name}_cell`, cells, `index of the cells along ${name}`],
  ]);
  const names = new Set([...indices, ...parts.map(({ name }) => [name])].map(([name]) => name));
  const taken = grid.axes.find(({ name }) => names.has(name));
  if (taken !== undefined) {
    throw new InputError(`variables.${taken.name}`, undefined, "a name that files of moving cells use", "rename the variable");
  }
  for (const [name, length, description] of indices) createIndex(file, name, length, description);
  for (const { name, shape, dimensions, description, attributes = {} } of parts) {
    const dataset = file.create_dataset({
      name,
      data: new Float64Array(0),
      shape: [0, ...shape],
      maxshape: [null, ...shape],
      chunks: [1, ...shape],
    });
    dataset.resize([times, ...shape]);
    explain(dataset, description);
    for (const [key, value] of Object.entries(attributes)) dataset.create_attribute(key, value);
    dataset.attach_scale(0, "/time");
    dimensions.forEach((dimension, d) => {
      dataset.attach_scale(d + 1, `/${dimension}`);
    });
  }
}

/** The cells at time s. */
export function writeMovedCells(file: Hdf5File, grid: Grid, s: number, cells: MovedCells): void {
  for (const { name, shape, values } of partsOf(grid)) {
    const ranges = [s, s + 1];
    (file.get(name) as Hdf5Dataset).write_slice([ranges, ...shape.map((n) => [0, n])] as [number, number][], values(cells));
  }
}

/** Leaves out the times from `count` on. */
export function cutMovedCells(file: Hdf5File, grid: Grid, count: number): void {
  for (const { name, shape } of partsOf(grid)) (file.get(name) as Hdf5Dataset).resize([count, ...shape]);
}
