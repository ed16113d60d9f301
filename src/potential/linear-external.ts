import { evaluateAtCentres, fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import type { CellSamples } from "./cell-samples.ts";

/** F, and the coordinate in which it is linear, where there is one. */
interface External {
  external: BlockFunction;
  linearAxis?: number;
}

/**
 * F on a grid; where it is linear in one coordinate, F(theta) = theta_a G(the others), as that of a network in the weight of a unit: G is evaluated once for
 * all cells of the axis, which costs N / N_a evaluations in place of N.
 */
export function externalAtCentres(grid: Grid, { external, linearAxis }: External): Float64Array {
  if (linearAxis === undefined) return evaluateAtCentres(grid, external);
  const { others, cellOf } = withoutAxis(grid, linearAxis);
  const G = valuesOf(external, others);
  const { min, width, cells } = grid.axes[linearAxis];
  const values = new Float64Array(grid.size);
  for (let r = 0; r < G.length; r++) {
    for (let i = 0; i < cells; i++) values[cellOf(r, i)] = (min + (i + 0.5) * width) * G[r];
  }
  return values;
}

/** As sampleCells, of all cells: within a cell F is least at an extreme of theta_a and of G. */
export function sampleLinearCells(
  grid: Grid,
  external: BlockFunction,
  atCentres: Float64Array,
  ratio: number,
  axis: number,
): CellSamples {
  const d = grid.dimension;
  const { others, cellOf } = withoutAxis(grid, axis);
  const count = others[0].length;
  // Part p of a cell: its offset along axis a is digit a of p, in base `ratio`.
  const digit = (part: number, a: number) => Math.floor(part / ratio ** a) % ratio;
  const offsetOf = (part: number, a: number) => (digit(part, a) + 0.5) / ratio - 0.5;
  const least = { G: new Float64Array(count).fill(Infinity), part: new Int32Array(count) };
  const most = { G: new Float64Array(count).fill(-Infinity), part: new Int32Array(count) };
  for (let part = 0; part < ratio ** d; part++) {
    if (digit(part, axis) > 0) continue;
    const G = valuesOf(external, others.map((x, a) => a === axis ? x : x.map((v) => v + offsetOf(part, a) * grid.axes[a].width))); // biome-ignore format: one call
    for (let r = 0; r < count; r++) {
      if (G[r] < least.G[r]) [least.G[r], least.part[r]] = [G[r], part];
      if (G[r] > most.G[r]) [most.G[r], most.part[r]] = [G[r], part];
    }
  }
  const fall = new Float64Array(grid.size);
  const place = new Int32Array(grid.size).fill(-1);
  const { min, width, cells } = grid.axes[axis];
  const lastDigit = (ratio - 1) * ratio ** axis;
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < cells; i++) {
      const cell = cellOf(r, i);
      for (const end of [0, lastDigit]) {
        const x = min + (i + 0.5 + offsetOf(end, axis)) * width;
        for (const { G, part } of [least, most]) {
          const lower = atCentres[cell] - x * G[r];
          if (lower <= fall[cell]) continue;
          fall[cell] = lower;
          place[cell] = part[r] + end;
        }
      }
    }
  }
  return {
    spacing: 1 / ratio,
    fall,
    // All cells are sampled at the start.
    carried: {},
    placeOfLowest: (cell, a) => (place[cell] < 0 ? 0 : offsetOf(place[cell], a)),
    sampleBelow: () => {},
  };
}

/** The centres of the cells across an axis, with 1 as their coordinate along it; and cell i of the line through one of them. */
function withoutAxis(grid: Grid, axis: number): { others: Float64Array[]; cellOf: (r: number, i: number) => number } {
  const { cells } = grid.axes[axis];
  const stride = grid.strides[axis];
  const cellOf = (r: number, i: number) => Math.floor(r / stride) * stride * cells + (r % stride) + i * stride;
  const count = grid.size / cells;
  const others = grid.axes.map(() => new Float64Array(count));
  const centre = grid.axes.map(() => new Float64Array(1));
  for (let r = 0; r < count; r++) {
    fillCentres(grid, cellOf(r, 0), 1, centre);
    for (let a = 0; a < grid.dimension; a++) others[a][r] = a === axis ? 1 : centre[a][0];
  }
  return { others, cellOf };
}

function valuesOf(f: BlockFunction, points: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(points[0].length);
  for (let start = 0; start < values.length; start += BLOCK)
    f([values], start, points, start, Math.min(BLOCK, values.length - start));
  return values;
}
