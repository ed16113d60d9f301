import { createGrid, type Grid } from "../../src/grid/grid.ts";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";

const LENGTHS = [1, 1.7, 2.3];
const NAMES = ["x", "y", "z"];

/** Grids whose axes all differ, in cells, width and boundary, so that no two of them can be confused. */
export const GRIDS: readonly { name: string; grid: Grid }[] = [
  { name: "1D no-flux", grid: box([9], ["no-flux"]) },
  { name: "1D periodic", grid: box([8], ["periodic"]) },
  { name: "2D mixed", grid: box([5, 7], ["periodic", "no-flux"]) },
  { name: "2D mixed the other way", grid: box([6, 5], ["no-flux", "periodic"]) },
  { name: "3D mixed", grid: box([4, 6, 5], ["periodic", "no-flux", "periodic"]) },
  { name: "3D no-flux", grid: box([5, 4, 6], ["no-flux", "no-flux", "no-flux"]) },
];

export function box(cells: readonly number[], boundary: readonly ("periodic" | "no-flux")[]): Grid {
  return createGrid(cells.map((count, a) => ({ name: NAMES[a], min: 0, max: LENGTHS[a], cells: count, boundary: boundary[a] })));
}

/** A rough density: a third of the cells are empty, the others spread over four decades. */
function roughDensity(grid: Grid, stream: RandomStream): Float64Array {
  return Float64Array.from({ length: grid.size }, () => (stream.uniform() < 1 / 3 ? 0 : 10 ** (4 * stream.uniform() - 2)));
}

function roughPotential(grid: Grid, stream: RandomStream): Float64Array {
  return Float64Array.from({ length: grid.size }, () => stream.normal());
}

/** The same random fields for the same seed. */
export function randomFields(grid: Grid, seed: number) {
  const stream = createStream(seed);
  return { mu: roughDensity(grid, stream), V: roughPotential(grid, stream), base: roughDensity(grid, stream) };
}

/** The index along each axis of a flat index. */
export function indices(grid: Grid, flat: number): number[] {
  return grid.shape.map((cells, a) => Math.floor(flat / grid.strides[a]) % cells);
}

/** The field f(index) -> f(map(index)), on a grid of the shape that `map` reads. */
export function rearranged(to: Grid, from: Grid, field: Float64Array, map: (index: number[]) => number[]): Float64Array {
  return Float64Array.from({ length: to.size }, (_, flat) => {
    const source = map(indices(to, flat));
    return field[source.reduce((sum, i, a) => sum + i * from.strides[a], 0)];
  });
}
