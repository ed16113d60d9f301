import { createSimd, type LoopAxis, type Simd } from "../numerics/field-loops.ts";
import type { Grid } from "./grid.ts";

/** Arrays of shape [size], one value a cell, that the loops over them can reach. */
export interface Fields {
  /** A field of zeros. */
  create(): Float64Array;
  /** The loops in WebAssembly over these fields; null where fields are arrays as any others and loops are plain, with the same results to the bit. */
  simd: Simd | null;
}

/** Fields in one memory of WebAssembly, where there is one. @param count how many will be created at most. */
export function createFields(grid: Grid, count: number): Fields {
  const axes = grid.axes.map((axis, a): LoopAxis => ({ ...axis, stride: grid.strides[a] }));
  const missing: LoopAxis = { cells: 1, width: 1, periodic: false, stride: grid.size };
  const [third = missing, second = missing, last] = [...Array<undefined>(3 - axes.length), ...axes];
  const simd = createSimd([third, second, last!], grid.size, count);
  return simd === null ? plainFields(grid.size) : { create: simd.allocate, simd };
}

export function plainFields(size: number): Fields {
  return { create: () => new Float64Array(size), simd: null };
}
