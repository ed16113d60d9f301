import { InputError } from "../errors.ts";
import type { Grid } from "../grid/grid.ts";
import type { Hdf5Dataset, Hdf5File } from "./hdf5.ts";
import { MOVED_MASS } from "./netcdf-names.ts";

/**
 * Cells that move, in a NetCDF file beside the densities on the grid: for each variable `x`
 *
 *   x_edges(time, x_edge)            the edges of its cells
 *   x_centre(time, x_cell)           their middles, with the CF attribute bounds = "x_bounds"
 *   x_bounds(time, x_cell, bound)    both edges of each
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
  const ofAxes = axes.flatMap(({ name, cells }, a): Part[] => {
    const perCell = (make: (low: number, high: number) => readonly number[]) => (moved: MovedCells) =>
      Float64Array.from(Array.from({ length: cells }, (_, i) => make(moved.edges[a][i], moved.edges[a][i + 1])).flat());
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
        attributes: { bounds: `${name}_bounds` },
        values: perCell((low, high) => [0.5 * (low + high)]),
      },
      {
        name: `${name}_bounds`,
        shape: [cells, 2],
        dimensions: [`${name}_cell`, "bound"],
        description: `edges of each moving cell along ${name}`,
        values: perCell((low, high) => [low, high]),
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
        cell_methods: axes.map(({ name }) => `${name}_cell: sum`).join(" "),
      },
      values: ({ masses }) => masses,
    },
  ];
}

/** Creates the variables and their dimensions. @throws InputError where a variable of the problem has a name of theirs. */
export function createMovedCells(file: Hdf5File, grid: Grid, times: number): void {
  const parts = partsOf(grid);
  const lengths = new Map(parts.flatMap(({ dimensions, shape }) => dimensions.map((name, d) => [name, shape[d]])));
  const names = new Set([...lengths.keys(), ...parts.map(({ name }) => name)]);
  const taken = grid.axes.find(({ name }) => names.has(name));
  if (taken !== undefined) {
    throw new InputError(`variables.${taken.name}`, undefined, "a name that files of moving cells use", "rename the variable");
  }
  for (const [name, length] of lengths) {
    const index = file.create_dataset({ name, data: Int32Array.from({ length }, (_, i) => i), shape: [length] });
    index.create_attribute(
      "long_name",
      `index of the ${name.endsWith("_edge") ? "edges" : name.endsWith("_cell") ? "cells" : "two bounds"}${name.includes("_") ? ` along ${name.replace(/_(edge|cell)$/, "")}` : " of a cell"}`,
    );
    index.make_scale(name);
  }
  for (const { name, shape, dimensions, description, attributes = {} } of parts) {
    const dataset = file.create_dataset({
      name,
      data: new Float64Array(0),
      shape: [0, ...shape],
      maxshape: [null, ...shape],
      chunks: [1, ...shape],
    });
    dataset.resize([times, ...shape]);
    dataset.create_attribute("long_name", description);
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
