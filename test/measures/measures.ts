import fc from "fast-check";
import type { Axis } from "../../src/grid/grid.ts";
import { densityOnLine, type LineMeasure, mixtureOnLine, pointsOnLine } from "../../src/measures/line-measure.ts";
import type { PointMeasure } from "../../src/measures/point-measure.ts";

/** One part of a measure on the line, and the measure, as plain data: what tests compute with on their own. */
export type Part = { x: number[]; weights: number[] | null } | { axis: Axis; density: number[] };
export type Recipe = { share: number; part: Part }[];

/** All positions lie in [-8, 8]. */
export const EXTENT = 16;

/** On eighths as often as not, so that atoms meet each other and the edges of cells. */
const position = fc.oneof(
  fc.integer({ min: -64, max: 64 }).map((k) => k / 8),
  fc.double({ min: -8, max: 8, noNaN: true }),
);

const masses = (count: number) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: count, maxLength: count })
    .filter((values) => values.some((value) => value > 0.01));

const points = fc.array(position, { minLength: 1, maxLength: 12 });

const cells = fc
  .tuple(fc.integer({ min: -32, max: 20 }), fc.integer({ min: 4, max: 7 }), fc.integer({ min: 1, max: 6 }))
  .map(([min, count, width]): Axis => {
    return { name: "x", min: min / 4, max: (min + width * count) / 4, cells: count, periodic: false, width: width / 4 };
  })
  .filter((axis) => axis.max <= 8);

const part: fc.Arbitrary<Part> = fc.oneof(
  points.map((x) => ({ x, weights: null })),
  points.chain((x) => masses(x.length).map((weights) => ({ x, weights }))),
  cells.chain((axis) => masses(axis.cells).map((density) => ({ axis, density }))),
);

export const recipe: fc.Arbitrary<Recipe> = fc.array(fc.record({ share: fc.double({ min: 0.01, max: 1, noNaN: true }), part }), {
  minLength: 1,
  maxLength: 3,
});

/** Factors of either sign, away from 0. */
export const stretch = fc
  .tuple(fc.constantFrom(-1, 1), fc.double({ min: 0.01, max: 5, noNaN: true }))
  .map(([sign, size]) => sign * size);

export function measureOf(distribution: Recipe): LineMeasure {
  return mixtureOnLine(distribution.map(({ share, part }) => [share, partMeasure(part)]));
}

function partMeasure(part: Part): LineMeasure {
  if ("axis" in part) return densityOnLine(part.axis, Float64Array.from(part.density));
  return pointsOnLine(Float64Array.from(part.x), part.weights === null ? null : Float64Array.from(part.weights));
}

/** The measure of scale X + shift. */
export function mapped(distribution: Recipe, scale: number, shift: number): Recipe {
  return distribution.map(({ share, part }) => {
    if (!("axis" in part)) return { share, part: { ...part, x: part.x.map((x) => scale * x + shift) } };
    const { axis, density } = part;
    const ends = [scale * axis.min + shift, scale * axis.max + shift];
    const there = { ...axis, min: Math.min(...ends), max: Math.max(...ends), width: Math.abs(scale) * axis.width };
    return { share, part: { axis: there, density: scale < 0 ? density.toReversed() : density } };
  });
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** P(X < x), or P(X <= x) with the atoms at x. */
export function cumulative(distribution: Recipe, x: number, withAtoms: boolean): number {
  const shares = total(distribution.map(({ share }) => share));
  const below = distribution.map(({ share, part }) => {
    if ("axis" in part) {
      const { axis, density } = part;
      const place = (x - axis.min) / axis.width;
      return (share * total(density.map((mass, i) => mass * Math.min(1, Math.max(0, place - i))))) / total(density);
    }
    const weights = part.weights ?? part.x.map(() => 1);
    return (share * total(weights.filter((_, i) => part.x[i] < x || (withAtoms && part.x[i] === x)))) / total(weights);
  });
  return total(below) / shares;
}

/** All places where a distribution function of the measures bends or jumps, in order. */
export function places(...distributions: Recipe[]): number[] {
  const all = distributions.flat().flatMap(({ part }) => {
    if (!("axis" in part)) return part.x;
    return Array.from({ length: part.axis.cells + 1 }, (_, i) => part.axis.min + i * part.axis.width);
  });
  return [...new Set(all)].sort((x, y) => x - y);
}

/** F_a - F_b in straight lines between the places: [length, value at the left end, value at the right end]. */
export function differences(a: Recipe, b: Recipe): [number, number, number][] {
  const x = places(a, b);
  return x.slice(1).map((end, k) => {
    const left = cumulative(a, x[k], true) - cumulative(b, x[k], true);
    const right = cumulative(a, end, false) - cumulative(b, end, false);
    return [end - x[k], left, right];
  });
}

/** int |f| over a piece of this length for f linear from left to right: by the triangles on either side of the root. */
export function area([length, left, right]: readonly [number, number, number]): number {
  if (left === 0 || right === 0 || left > 0 === right > 0) return (length * (Math.abs(left) + Math.abs(right))) / 2;
  const root = (length * left) / (left - right);
  return (root * Math.abs(left) + (length - root) * Math.abs(right)) / 2;
}

/** All orders of 0 ... n - 1. */
export function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1)));
}

/** Pairs of equally many particles. */
export function equalSizes(most: number): fc.Arbitrary<[number[], number[]]> {
  return fc.integer({ min: 1, max: most }).chain((n) => {
    const particles = fc.array(position, { minLength: n, maxLength: n });
    return fc.tuple(particles, particles);
  });
}

/** Weighted or equal points in the box [-8, 8]^d. */
export function pointMeasure(dimension: number): fc.Arbitrary<PointMeasure> {
  return fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc
      .tuple(
        fc.array(fc.array(position, { minLength: count, maxLength: count }), { minLength: dimension, maxLength: dimension }),
        fc.option(masses(count)),
      )
      .map(([x, weights]) => ({
        points: x.map((axis) => Float64Array.from(axis)),
        weights: weights === null ? null : Float64Array.from(weights),
        count,
      })),
  );
}

/** The measure of the image of its points under a map. */
export function image(distribution: PointMeasure, map: (x: number[]) => number[]): PointMeasure {
  const moved = Array.from({ length: distribution.count }, (_, i) => map(distribution.points.map((x) => x[i])));
  return { ...distribution, points: distribution.points.map((_, a) => Float64Array.from(moved, (x) => x[a])) };
}

/** The weights of a measure with a total of 1. */
export function shares({ weights, count }: PointMeasure): number[] {
  const all = weights === null ? new Array<number>(count).fill(1) : [...weights];
  return all.map((weight) => weight / total(all));
}

/** sum_ij a_i b_j f(x_i, y_j). */
export function pairMean(a: PointMeasure, b: PointMeasure, f: (x: number[], y: number[]) => number): number {
  const [ofA, ofB] = [shares(a), shares(b)];
  const at = (distribution: PointMeasure, i: number) => distribution.points.map((x) => x[i]);
  return total(ofA.map((p, i) => total(ofB.map((q, j) => p * q * f(at(a, i), at(b, j))))));
}
