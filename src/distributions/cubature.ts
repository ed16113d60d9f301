import { InputError } from "../errors.ts";
import { describeCell, fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre, tensorProduct } from "../numerics/quadrature.ts";
import { type BoundedDensity, createGauge, type Divided, type Gauge, type Part, POINTS } from "./box-gauge.ts";

/**
 * Masses of the cells of a grid under a density given by an expression, by adaptive cubature. A box is divided in two while the mass in doubt in it
 * (box-gauge.ts) is above a share of the total. So a peak that rises above HEADROOM times the density around it, and holds more than that share, is
 * found however narrow it is, wherever the upper bound is finite and becomes tight as boxes shrink. The worst boxes come first.
 */
export interface CellIntegrals {
  /** Mass in each cell, shape [grid.size]. */
  masses: Float64Array;
  /** Each cell that was divided, as a tree of boxes. */
  divided: ReadonlyMap<number, Divided>;
  /** Mass in doubt: the sum over all boxes of |Q4 - Q3|, or of U times the volume where that is in doubt. */
  doubt: number;
  /** The part of `doubt` in boxes that should have been divided further. */
  unresolved: number;
}

/** Share of the total that a box may have in doubt, by dimension. */
const BOX_TOLERANCE = [1e-11, 1e-9, 1e-8] as const;
/** Boxes in all, besides the cells, by dimension. */
const MOST_BOXES = [2 ** 13, 2 ** 15, 2 ** 15] as const;
/** Divisions of a cell along each axis at most, and where U is infinite on the way. */
const DEEPEST = 50;
const DEEPEST_UNBOUNDED = 12;
/** Boxes are divided together whose doubts are within this factor of the worst. */
const ROUND = 1e-3;

/** Cost: 4^d + 3^d values of the density and one bound a cell. @throws InputError where the density is negative or not finite. */
export function integrateCells(density: BoundedDensity, grid: Grid, field: string): CellIntegrals {
  const d = grid.dimension;
  const { masses, tops } = sampleCells(density.value, grid, field);
  const gauge = createGauge(density, d, field);
  const { parts: doubtful, rest } = doubtfulCells(gauge, grid, masses, tops);
  let waiting = doubtful;
  const divided = new Map<number, Part>();
  let count = 0;
  let doubt = rest;
  let unresolved = 0;
  for (;;) {
    let total = 0;
    for (let i = 0; i < masses.length; i++) total += masses[i];
    const limit = BOX_TOLERANCE[d - 1] * total;
    const worst = waiting.reduce((most, part) => Math.max(most, part.doubt), 0);
    const due = waiting.filter((part) => part.doubt > limit && part.doubt >= ROUND * worst);
    if (due.length === 0 || count + 2 * due.length > MOST_BOXES[d - 1]) {
      for (const part of waiting) {
        const mass = part.doubt < Infinity ? part.doubt : part.mass;
        doubt += mass;
        if (mass > limit) unresolved += mass;
      }
      break;
    }
    const chosen = new Set(due);
    waiting = waiting.filter((part) => !chosen.has(part));
    const halves = due.flatMap((part) => {
      part.halves = halve(part, gauge.axisOf(part, grid));
      if (part.depth === 0) divided.set(part.cell, part);
      masses[part.cell] -= part.mass;
      return part.halves;
    });
    count += halves.length;
    gauge.measure(halves);
    for (const half of halves) {
      masses[half.cell] += half.mass;
      if (half.doubt === Infinity && half.depth >= DEEPEST_UNBOUNDED * d) half.doubt = half.difference;
      if (half.depth < DEEPEST * d) waiting.push(half);
      else {
        doubt += half.doubt;
        unresolved += half.doubt;
      }
    }
  }
  // Sums anew, without the cancellation of what was taken away.
  for (const [cell, part] of divided) masses[cell] = sumOver(part);
  return { masses, divided, doubt, unresolved };
}

function sumOver(part: Part): number {
  if (part.halves !== null) part.mass = sumOver(part.halves[0]) + sumOver(part.halves[1]);
  return part.mass;
}

function halve(part: Part, axis: number): [Part, Part] {
  const middle = 0.5 * (part.from[axis] + part.to[axis]);
  const blank = { cell: part.cell, depth: part.depth + 1, mass: 0, halves: null, doubt: 0, difference: 0 };
  const moved = (ends: readonly number[]) => ends.map((x, a) => (a === axis ? middle : x));
  return [
    { ...blank, from: part.from, to: moved(part.to) },
    { ...blank, from: moved(part.from), to: part.to },
  ];
}

/** Q4 of every cell and the largest sample in it. */
function sampleCells(density: BlockFunction, grid: Grid, field: string): { masses: Float64Array; tops: Float64Array } {
  const rules = grid.axes.map((axis) => gaussLegendre(POINTS, -axis.width / 2, axis.width / 2));
  const { nodes, weights } = tensorProduct(rules);
  const masses = new Float64Array(grid.size);
  const tops = new Float64Array(grid.size);
  const centre = grid.axes.map(() => new Float64Array(BLOCK));
  const shifted = grid.axes.map(() => new Float64Array(BLOCK));
  const values = new Float64Array(BLOCK);
  for (let start = 0; start < grid.size; start += BLOCK) {
    const count = Math.min(BLOCK, grid.size - start);
    fillCentres(grid, start, count, centre);
    for (let p = 0; p < weights.length; p++) {
      for (let a = 0; a < grid.dimension; a++) for (let i = 0; i < count; i++) shifted[a][i] = centre[a][i] + nodes[a][p];
      density([values], 0, shifted, 0, count);
      for (let i = 0; i < count; i++) {
        if (!(values[i] >= 0 && values[i] < Infinity)) {
          const where = describeCell(grid, start + i);
          throw new InputError(field, values[i], `negative or not finite in the cell at ${where}`, "give a density >= 0");
        }
        masses[start + i] += weights[p] * values[i];
        tops[start + i] = Math.max(tops[start + i], values[i]);
      }
    }
  }
  return { masses, tops };
}

/** The cells that are in doubt, as parts, and the sum of the doubts of all others. */
function doubtfulCells(gauge: Gauge, grid: Grid, masses: Float64Array, tops: Float64Array): { parts: Part[]; rest: number } {
  let rest = 0;
  let total = 0;
  for (let i = 0; i < masses.length; i++) total += masses[i];
  const limit = BOX_TOLERANCE[grid.dimension - 1] * total;
  const parts: Part[] = [];
  const from = grid.axes.map(() => new Float64Array(BLOCK));
  const to = grid.axes.map(() => new Float64Array(BLOCK));
  for (let start = 0; start < grid.size; start += BLOCK) {
    const count = Math.min(BLOCK, grid.size - start);
    fillCentres(grid, start, count, to);
    grid.axes.forEach(({ width }, a) => {
      for (let i = 0; i < count; i++) {
        from[a][i] = to[a][i] - width / 2;
        to[a][i] += width / 2;
      }
    });
    gauge.doubt(from, to, count, masses.subarray(start, start + count), tops.subarray(start, start + count));
    for (let i = 0; i < count; i++) {
      const doubt = gauge.doubts[i];
      // Nothing that is below the limit now comes to be above it: masses that are found raise the total.
      if (!(doubt > limit)) {
        rest += doubt;
        continue;
      }
      const [mass, difference] = [masses[start + i], gauge.differences[i]];
      parts.push({
        cell: start + i,
        depth: 0,
        mass,
        halves: null,
        doubt,
        difference,
        from: from.map((x) => x[i]),
        to: to.map((x) => x[i]),
      });
    }
  }
  return { parts, rest };
}
