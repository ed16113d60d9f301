import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { energyDistance, energyDistanceOnLine } from "../../src/measures/energy-distance.ts";
import { mixtureOfPoints, type PointMeasure } from "../../src/measures/point-measure.ts";
import { createStream } from "../../src/numerics/random.ts";
import { differences, EXTENT, image, mapped, measureOf, pairMean, pointMeasure, recipe, stretch } from "./measures.ts";

/** Rounding: eps of the diagonal of the box for each of at most 200 rows. */
const TINY = 200 * Number.EPSILON * 2 * EXTENT;

const euclidean = (x: readonly number[], y: readonly number[]) => Math.hypot(...x.map((value, a) => value - y[a]));
const definition = (a: PointMeasure, b: PointMeasure) =>
  2 * pairMean(a, b, euclidean) - pairMean(a, a, euclidean) - pairMean(b, b, euclidean);

describe("the squared energy distance", () => {
  for (const d of [1, 2, 3]) {
    it(`is 2 E|X - Y| - E|X - X'| - E|Y - Y'| in ${d}D`, () => {
      fc.assert(
        fc.property(pointMeasure(d), pointMeasure(d), (a, b) => {
          expect(Math.abs(energyDistance(a, b) - Math.max(0, definition(a, b)))).toBeLessThan(TINY);
        }),
        { seed: 460 + d, numRuns: 150 },
      );
    });

    it(`is the square of a metric, and grows by |c| with a stretch by c, in ${d}D`, () => {
      const triples = fc.tuple(pointMeasure(d), pointMeasure(d), pointMeasure(d));
      fc.assert(
        fc.property(triples, fc.double({ min: -5, max: 5, noNaN: true }), ([a, b, c], factor) => {
          const root = (x: PointMeasure, y: PointMeasure) => Math.sqrt(energyDistance(x, y));
          expect(energyDistance(a, a)).toBeLessThan(TINY);
          expect(Math.abs(energyDistance(a, b) - energyDistance(b, a))).toBeLessThan(TINY);
          expect(root(a, c)).toBeLessThanOrEqual(root(a, b) + root(b, c) + Math.sqrt(TINY));
          const [there, other] = [a, b].map((distribution) => image(distribution, (x) => x.map((value) => factor * value)));
          expect(Math.abs(energyDistance(there, other) - Math.abs(factor) * energyDistance(a, b))).toBeLessThan(6 * TINY);
        }),
        { seed: 470 + d, numRuns: 100 },
      );
    });
  }

  it("does not change when both measures are shifted and turned, in the plane and in space", () => {
    const moves = fc.tuple(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -4, max: 4, noNaN: true }));
    fc.assert(
      fc.property(
        fc.constantFrom(2, 3).chain((d) => fc.tuple(pointMeasure(d), pointMeasure(d))),
        moves,
        ([a, b], [angle, shift]) => {
          const [c, s] = [Math.cos(angle), Math.sin(angle)];
          const last = a.points.length - 1;
          // A turn in the plane of the first and the last axis.
          const move = (x: number[]) =>
            x.map((value, k) => shift + (k === 0 ? c * x[0] - s * x[last] : k === last ? s * x[0] + c * x[last] : value));
          expect(Math.abs(energyDistance(image(a, move), image(b, move)) - energyDistance(a, b))).toBeLessThan(3 * TINY);
        },
      ),
      { seed: 474, numRuns: 150 },
    );
  });

  it("is the same by sorting and by pairs: for points of a line in the plane, in more than one tile", () => {
    const stream = createStream(475);
    const distribution = (count: number, shift: number): PointMeasure => ({
      points: [Float64Array.from({ length: count }, () => shift + stream.normal())],
      weights: Float64Array.from({ length: count }, () => stream.uniform()),
      count,
    });
    const [a, b] = [distribution(700, 0), distribution(900, 0.3)];
    // Leaning by 3 : 4, which has the length 5.
    const [leaningA, leaningB] = [a, b].map((line) => ({ ...line, points: [3, 4].map((c) => line.points[0].map((x) => c * x)) }));
    const byPairs = energyDistance(leaningA, leaningB);
    // 1600 rows of terms that cancel to one percent.
    expect(Math.abs(byPairs - 5 * energyDistance(a, b))).toBeLessThan(1600 * Number.EPSILON * 5 * 4);
    expect(Math.abs(byPairs - definition(leaningA, leaningB))).toBeLessThan(1600 * Number.EPSILON * 5 * 4);
  });

  it("of two atoms is twice their distance, and of shares p and q of them 2 (p - q)^2 as far", () => {
    const atom = (x: number, y: number): PointMeasure => ({
      points: [Float64Array.of(x), Float64Array.of(y)],
      weights: null,
      count: 1,
    });
    const [here, there] = [atom(0, 0), atom(3, 4)];
    expect(energyDistance(here, there)).toBeCloseTo(10, 13);
    const mixed = (p: number) =>
      mixtureOfPoints([
        [p, here],
        [1 - p, there],
      ]);
    expect(energyDistance(mixed(0.7), mixed(0.2))).toBeCloseTo(2 * 0.25 * 5, 13);
  });

  it("on the line is 2 int (F - G)^2 dx also for densities, and a metric with the same measures", () => {
    fc.assert(
      fc.property(recipe, recipe, stretch, (a, b, factor) => {
        const distance = energyDistanceOnLine(measureOf(a), measureOf(b));
        // Two-point Gauss rule: exact for the squares of straight lines.
        const exact = differences(a, b).reduce((sum, [length, left, right]) => {
          const [middle, half] = [(left + right) / 2, (right - left) / 2];
          return sum + length * ((middle - half / Math.sqrt(3)) ** 2 + (middle + half / Math.sqrt(3)) ** 2);
        }, 0);
        expect(Math.abs(distance - exact)).toBeLessThan(TINY);
        const moved = energyDistanceOnLine(measureOf(mapped(a, factor, 1)), measureOf(mapped(b, factor, 1)));
        expect(Math.abs(moved - Math.abs(factor) * distance)).toBeLessThan(6 * TINY);
      }),
      { seed: 476, numRuns: 300 },
    );
  });

  it("refuses measures of different dimensions or of four", () => {
    const distribution = (d: number): PointMeasure => ({
      points: Array.from({ length: d }, () => Float64Array.of(1)),
      weights: null,
      count: 1,
    });
    expect(() => energyDistance(distribution(1), distribution(2))).toThrow(/points\.length = 2.*has 1 coordinates/);
    expect(() => energyDistance(distribution(4), distribution(4))).toThrow(/points\.length = 4.*three or fewer/);
  });
});
