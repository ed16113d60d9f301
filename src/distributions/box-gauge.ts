import { InputError } from "../errors.ts";
import type { BoxBounds } from "../expressions/interval.ts";
import type { Grid } from "../grid/grid.ts";
import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { gaussLegendre, tensorProduct } from "../numerics/quadrature.ts";

/**
 * Mass of a density in boxes, and how much of it is in doubt. A box carries
 *
 *   Q4, Q3      tensor Gauss-Legendre rules with 4 and 3 points an axis,
 *   U           an upper bound of the density on it (interval.ts),
 *
 * and the mass in doubt is |Q4 - Q3|, or U times its volume where U is above HEADROOM times every sample: a peak may lie between the samples.
 */
export interface Gauge {
  /** Of the last call of `doubt`: mass in doubt, and |Q4 - Q3|. */
  doubts: Float64Array;
  differences: Float64Array;
  doubt(from: readonly Float64Array[], to: readonly Float64Array[], count: number, masses: Float64Array, tops: Float64Array): void;
  /** Sets mass and doubt of each part. */
  measure(parts: readonly Part[]): void;
  /** The axis to divide along: where the density is least like a parabola on its four points, otherwise the longest in cells. */
  axisOf(part: Part, grid: Grid): number;
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

export interface Part extends Divided {
  cell: number;
  depth: number;
  halves: [Part, Part] | null;
  /** Mass in doubt. */
  doubt: number;
  /** |Q4 - Q3|. */
  difference: number;
}

/** Points an axis of the finer rule. */
export const POINTS = 4;

/**
 * A density may rise above its samples by this factor: where it is smooth on a box, its largest value, often at an edge, is near a sample. A narrow peak that
 * adds less than half of the density around it may be missed.
 */
const HEADROOM = 1.5;

export function createGauge({ value, bounds }: BoundedDensity, d: number, field: string): Gauge {
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
