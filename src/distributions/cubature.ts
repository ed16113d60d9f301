import { InputError } from "../errors.ts";
import type { BoxBounds } from "../expressions/interval.ts";
import { describeCell, fillCentres, type Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre, tensorProduct } from "../numerics/quadrature.ts";

/**
 * Masses of the cells of a grid under a density given by an expression, by adaptive cubature. A box carries
 *
 *   Q4, Q3      tensor Gauss-Legendre rules with 4 and 3 points an axis,
 *   U           an upper bound of the density on it (interval.ts),
 *
 * and is divided in two while |Q4 - Q3| is above a share of the total, or U times its volume is, with U above HEADROOM times every sample:
 * there may be a peak that no sample sees. So a peak that rises above HEADROOM times the density around it, and holds more than that share, is found
 * however narrow it is, wherever U is finite and becomes tight as boxes shrink. The worst boxes come first.
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

export interface Box {
  from: readonly number[];
  to: readonly number[];
}

/** A box and its halves, down to those that were not divided. */
export interface Divided extends Box {
  mass: number;
  halves: readonly [Divided, Divided] | null;
}

/** A density >= 0, up to a factor, with its bounds on boxes. */
export interface BoundedDensity {
  value: BlockFunction;
  /** null where there are none: then peaks between samples are not looked for. */
  bounds: BoxBounds | null;
}

const POINTS = 4;
/** Share of the total that a box may have in doubt, by dimension. */
const BOX_TOLERANCE = [1e-11, 1e-9, 1e-8] as const;
/**
 * A density may rise above its samples by this factor: where it is smooth on a box, its largest value, often at an edge, is near a sample. A narrow peak that
 * adds less than half of the density around it may be missed.
 */
const HEADROOM = 1.5;
/** Boxes in all, besides the cells, by dimension. */
const MOST_BOXES = [2 ** 13, 2 ** 15, 2 ** 15] as const;
/** Divisions of a cell along each axis at most, and where U is infinite on the way. */
const DEEPEST = 50;
const DEEPEST_UNBOUNDED = 12;
/** Boxes are divided together whose doubts are within this factor of the worst. */
const ROUND = 1e-3;

interface Part extends Divided {
  cell: number;
  depth: number;
  halves: [Part, Part] | null;
  /** Mass in doubt. */
  doubt: number;
  /** |Q4 - Q3|. */
  difference: number;
}

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

interface Gauge {
  /** Of the last call of `doubt`: mass in doubt, and |Q4 - Q3|. */
  doubts: Float64Array;
  differences: Float64Array;
  doubt(from: readonly Float64Array[], to: readonly Float64Array[], count: number, masses: Float64Array, tops: Float64Array): void;
  /** Sets mass and doubt of each part. */
  measure(parts: readonly Part[]): void;
  /** The axis to divide along: where the density is least like a parabola on its four points, otherwise the longest in cells. */
  axisOf(part: Part, grid: Grid): number;
}

function createGauge({ value, bounds }: BoundedDensity, d: number, field: string): Gauge {
  const four = unitRule(new Array(d).fill(POINTS));
  const three = unitRule(new Array(d).fill(POINTS - 1));
  const points = Array.from({ length: d }, () => new Float64Array(BLOCK));
  const [values, lower, low, high, masses, tops, doubts, differences] = Array.from({ length: 8 }, () => new Float64Array(BLOCK));
  const from = Array.from({ length: d }, () => new Float64Array(BLOCK));
  const to = Array.from({ length: d }, () => new Float64Array(BLOCK));

  /** sum += the rule on each box; tops are raised to its largest sample. NaN where a value is negative or not finite. */
  function apply(rule: typeof four, x: readonly Float64Array[], y: readonly Float64Array[], count: number, sum: Float64Array, most: Float64Array): void {
    for (let p = 0; p < rule.weights.length; p++) {
      for (let a = 0; a < d; a++) {
        const s = rule.nodes[a][p];
        for (let i = 0; i < count; i++) points[a][i] = x[a][i] + s * (y[a][i] - x[a][i]);
      }
      value([values], 0, points, 0, count);
      for (let i = 0; i < count; i++) {
        let weight = values[i] >= 0 && values[i] < Infinity ? rule.weights[p] : Number.NaN;
        for (let a = 0; a < d; a++) weight *= y[a][i] - x[a][i];
        sum[i] += weight * values[i];
        if (values[i] > most[i]) most[i] = values[i];
      }
    }
  } // biome-ignore format: a long signature

  function doubt(
    x: readonly Float64Array[],
    y: readonly Float64Array[],
    count: number,
    sums: Float64Array,
    most: Float64Array,
  ): void {
    lower.fill(0);
    apply(three, x, y, count, lower, most);
    if (bounds === null) high.fill(0);
    else bounds(low, high, x, y, count);
    for (let i = 0; i < count; i++) {
      // The middle of a box, which Q3 takes, may be a singular point that is an edge of its halves.
      differences[i] = Number.isNaN(lower[i]) ? Math.max(sums[i], Number.MIN_VALUE) : Math.abs(sums[i] - lower[i]);
      let hidden = 0;
      if (high[i] > HEADROOM * most[i]) {
        hidden = high[i];
        for (let a = 0; a < d; a++) hidden *= y[a][i] - x[a][i];
      }
      doubts[i] = Math.max(differences[i], hidden);
    }
  }

  return {
    doubts,
    differences,
    doubt,
    measure(parts) {
      for (let start = 0; start < parts.length; start += BLOCK) {
        const some = parts.slice(start, start + BLOCK);
        some.forEach((part, i) => {
          for (let a = 0; a < d; a++) [from[a][i], to[a][i]] = [part.from[a], part.to[a]];
        });
        masses.fill(0);
        tops.fill(0);
        apply(four, from, to, some.length, masses, tops);
        doubt(from, to, some.length, masses, tops);
        some.forEach((part, i) => {
          if (Number.isNaN(masses[i])) {
            const where = part.from.map((x, a) => `${Number(x.toPrecision(6))} to ${Number(part.to[a].toPrecision(6))}`).join(", ");
            throw new InputError(field, undefined, `negative or not finite between ${where}`, "give a density >= 0");
          }
          part.mass = masses[i];
          part.doubt = doubts[i];
          part.difference = differences[i];
        });
      }
    },
    axisOf(part, grid) {
      const side = (a: number) => (part.to[a] - part.from[a]) / grid.axes[a].width;
      const longest = grid.axes.reduce((best, _, a) => (side(a) > side(best) ? a : best), 0);
      // Where it is the bound that is in doubt, the samples do not tell.
      if (part.difference < 0.5 * part.doubt || d === 1) return longest;
      const size = four.weights.length;
      const at = four.nodes.map((nodes, a) => nodes.map((s) => part.from[a] + s * (part.to[a] - part.from[a])));
      const sample = new Float64Array(size);
      value([sample], 0, at, 0, size);
      const roughness = grid.axes.map((_, a) => {
        const stride = POINTS ** (d - 1 - a);
        let total = 0;
        for (let p = 0; p < size; p++) {
          if (Math.floor(p / stride) % POINTS !== 0) continue;
          total += Math.abs(sample[p] - 3 * sample[p + stride] + 3 * sample[p + 2 * stride] - sample[p + 3 * stride]);
        }
        return total;
      });
      const roughest = roughness.indexOf(Math.max(...roughness));
      return roughness[roughest] > 0 ? roughest : longest;
    },
  };
}

/** Tensor Gauss-Legendre on the unit cube, with so many points along each axis; nodes[a][p] are coordinates. */
export function unitRule(points: readonly number[]) {
  return tensorProduct(points.map((m) => gaussLegendre(m, 0, 1)));
}
