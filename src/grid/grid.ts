import { InputError } from "../errors.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";

/** One coordinate of the domain, cut into `cells` equal cells of width `width`. */
export interface Axis {
  name: string;
  min: number;
  max: number;
  cells: number;
  periodic: boolean;
  width: number;
}

/**
 * A uniform Cartesian grid in one to three dimensions. Cell (i, j, k) has the flat index `i strides[0] + j strides[1] + k`:
 * the last axis runs fastest. Cell centres are `min + (i + 1/2) width`.
 */
export interface Grid {
  axes: readonly Axis[];
  dimension: number;
  shape: readonly number[];
  strides: readonly number[];
  /** Number of cells. */
  size: number;
  /** Volume of a cell. */
  cellVolume: number;
}

/** What a grid is made of, as in the `variables` of a problem file. */
export interface AxisDefinition {
  name: string;
  min: number;
  max: number;
  cells: number;
  boundary: "no-flux" | "periodic";
}

const FEWEST_CELLS = 4;
/** A solve holds about ten arrays of this length, 80 bytes a cell: 2.7 GB. */
const MOST_CELLS = 2 ** 25;

/** @throws InputError if bounds or cell counts are unusable, naming the variable. */
export function createGrid(definitions: readonly AxisDefinition[]): Grid {
  const axes = definitions.map(createAxis);
  const shape = axes.map((axis) => axis.cells);
  const size = shape.reduce((product, cells) => product * cells, 1);
  if (size > MOST_CELLS) {
    const gigabytes = ((size * 80) / 1e9).toPrecision(2);
    throw new InputError(
      "variables",
      shape.join(" x "),
      `${size} cells need about ${gigabytes} GB`,
      `use at most ${MOST_CELLS} cells (--cells)`,
    );
  }
  return {
    axes,
    dimension: axes.length,
    shape,
    strides: stridesOf(shape),
    size,
    cellVolume: axes.reduce((volume, axis) => volume * axis.width, 1),
  };
}

function createAxis({ name, min, max, cells, boundary }: AxisDefinition): Axis {
  const field = `variables.${name}`;
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
    throw new InputError(field, `[${min}, ${max}]`, "min must be below max, both finite", "correct min or max");
  }
  if (!Number.isInteger(cells) || cells < 1) {
    throw new InputError(`${field}.cells`, cells, "not a positive integer", "give a whole number such as 256");
  }
  if (cells < FEWEST_CELLS) {
    throw new InputError(`${field}.cells`, cells, "too few to resolve anything", `use at least ${FEWEST_CELLS}`);
  }
  const width = (max - min) / cells;
  if (!Number.isFinite(width)) {
    throw new InputError(field, `[${min}, ${max}]`, "max - min is not finite", "use bounds of smaller size");
  }
  if (min + width === min || max - width === max) {
    throw new InputError(
      field,
      `[${min}, ${max}]`,
      `cells of width ${width} are lost to rounding`,
      "move the domain towards 0 or widen it",
    );
  }
  return { name, min, max, cells, periodic: boundary === "periodic", width };
}

/** The same domain with other cell counts, one for each axis. @throws InputError as `createGrid`. */
export function withCells(grid: Grid, cells: readonly number[]): Grid {
  return createGrid(grid.axes.map((axis, a) => ({ ...axis, cells: cells[a], boundary: axis.periodic ? "periodic" : "no-flux" })));
}

/** Of an array of this shape, the last axis running fastest. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, a) => shape.slice(a + 1).reduce((product, cells) => product * cells, 1));
}

/** Ends of the cells of an axis, shape [cells + 1]. */
export function edgesOf({ min, max, width, cells }: Axis): Float64Array {
  return Float64Array.from({ length: cells + 1 }, (_, i) => (i < cells ? min + i * width : max));
}

/** The centres of the cells of an axis, shape [axis.cells]. */
export function centres(axis: Axis): Float64Array {
  return Float64Array.from({ length: axis.cells }, (_, i) => axis.min + (i + 0.5) * axis.width);
}

/** The period of each axis, 0 where an axis is not periodic. */
export function periods(grid: Grid): number[] {
  return grid.axes.map((axis) => (axis.periodic ? axis.max - axis.min : 0));
}

/** The cell of a periodic axis that is i cells from its first, however many turns away. */
export const wrapIndex = (i: number, cells: number): number => ((i % cells) + cells) % cells;

/** The representative of a coordinate in [min, max) of a periodic axis; unchanged on any other. */
export function intoPeriod(x: number, { periodic, min, max }: Axis): number {
  if (!periodic) return x;
  const period = max - min;
  const wrapped = x - period * Math.floor((x - min) / period);
  // Rounding can land on max itself, which is min again.
  return wrapped < max ? wrapped : min;
}

/** Whether the point points[.][j] lies in the domain; on a periodic axis every coordinate does. */
export function isInside(grid: Grid, points: readonly Float64Array[], j: number): boolean {
  for (let a = 0; a < grid.dimension; a++) {
    const { min, max, periodic } = grid.axes[a];
    if (!periodic && !(points[a][j] >= min && points[a][j] <= max)) return false;
  }
  return true;
}

/**
 * Room for the coordinates of n points: points[a] is coordinate a, zeros. The list is filled by `push`: lists that
 * `map` makes change their form inside V8 once their maker is compiled, and then all loops that read them are compiled
 * again.
 */
export function createPoints({ dimension }: Grid, n: number): Float64Array[] {
  const points: Float64Array[] = [];
  for (let a = 0; a < dimension; a++) points.push(new Float64Array(n));
  return points;
}

/** Coordinates of the centres of cells `start <= i < start + count`: coordinates[a][i - start]. */
export function fillCentres(grid: Grid, start: number, count: number, coordinates: readonly Float64Array[]): void {
  for (let a = 0; a < grid.dimension; a++) {
    const { min, width, cells } = grid.axes[a];
    const stride = grid.strides[a];
    const x = coordinates[a];
    let inner = start % stride;
    let i = Math.floor(start / stride) % cells;
    for (let k = 0; k < count; k++) {
      x[k] = min + (i + 0.5) * width;
      if (++inner === stride) {
        inner = 0;
        if (++i === cells) i = 0;
      }
    }
  }
}

/** Coordinates of the centres of some cells: coordinates[a][k] of cells[k]. */
export function gatherCentres(grid: Grid, cells: ArrayLike<number>, coordinates: readonly Float64Array[]): void {
  for (let a = 0; a < grid.dimension; a++) {
    const { min, width, cells: length } = grid.axes[a];
    const stride = grid.strides[a];
    const x = coordinates[a];
    for (let k = 0; k < cells.length; k++) x[k] = min + ((Math.floor(cells[k] / stride) % length) + 0.5) * width;
  }
}

/** The centre of one cell, as text for messages: `x = 0.5, y = -1`. */
export function describeCell(grid: Grid, index: number): string {
  return grid.axes
    .map((axis, a) => {
      const i = Math.floor(index / grid.strides[a]) % axis.cells;
      return `${axis.name} = ${Number((axis.min + (i + 0.5) * axis.width).toPrecision(6))}`;
    })
    .join(", ");
}

/** Values of the first output of a block function of the coordinates at all cell centres, shape [grid.size]. */
export function evaluateAtCentres(grid: Grid, f: BlockFunction): Float64Array {
  const values = new Float64Array(grid.size);
  const coordinates = createPoints(grid, BLOCK);
  const outputs = [values];
  for (let start = 0; start < grid.size; start += BLOCK) {
    const count = Math.min(BLOCK, grid.size - start);
    fillCentres(grid, start, count, coordinates);
    f(outputs, start, coordinates, 0, count);
  }
  return values;
}
