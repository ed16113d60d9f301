import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { pointsOnLine } from "../../src/measures/line-measure.ts";
import { densityAtCentres, mixtureOfPoints, type PointMeasure } from "../../src/measures/point-measure.ts";
import { slicedWasserstein1, spreadDirections } from "../../src/measures/sliced-wasserstein.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { EXTENT, image, permutations, pointMeasure, shares } from "./measures.ts";

/** Rounding: eps of the diagonal of the box for each of at most 100 pieces. */
const TINY = 100 * Number.EPSILON * 2 * EXTENT;

const vector = (dimension: number) =>
  fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: dimension, maxLength: dimension });
const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, a) => sum + value * y[a], 0);
const plus = (x: readonly number[], v: readonly number[]) => x.map((value, a) => value + v[a]);

describe("the sliced Wasserstein-1 distance", () => {
  for (const d of [1, 2, 3]) {
    it(`of a measure and its shift by v is the mean of |e . v| over the directions e, in ${d}D`, () => {
      fc.assert(
        fc.property(pointMeasure(d), vector(d), fc.integer({ min: 1, max: 20 }), (distribution, v, m) => {
          const directions = spreadDirections(d, m);
          const mean = directions.reduce((sum, e) => sum + Math.abs(dot(e, v)), 0) / directions.length;
          const distance = slicedWasserstein1(
            distribution,
            image(distribution, (x) => plus(x, v)),
            m,
          );
          expect(Math.abs(distance - mean)).toBeLessThan(2 * TINY);
        }),
        { seed: 440 + d, numRuns: 100 },
      );
    });

    it(`is a metric below W1, the cost of the best pairing, and grows by |c| with a stretch by c, in ${d}D`, () => {
      const triples = fc.tuple(pointMeasure(d), pointMeasure(d), pointMeasure(d));
      fc.assert(
        fc.property(triples, fc.double({ min: -5, max: 5, noNaN: true }), ([a, b, c], factor) => {
          const distance = (x: PointMeasure, y: PointMeasure) => slicedWasserstein1(x, y, 7);
          expect(distance(a, a)).toBe(0);
          expect(distance(a, b)).toBe(distance(b, a));
          expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + TINY);
          const [there, other] = [a, b].map((distribution) => image(distribution, (x) => x.map((value) => factor * value)));
          expect(Math.abs(distance(there, other) - Math.abs(factor) * distance(a, b))).toBeLessThan(6 * TINY);
          // Equal weights and equal sizes: W1 by all pairings.
          const count = Math.min(5, a.count, b.count);
          const [few, others] = [a, b].map((distribution) => ({ ...distribution, weights: null, count }));
          const length = (i: number, j: number) => Math.hypot(...few.points.map((x, axis) => x[i] - others.points[axis][j]));
          const costs = permutations(count).map((order) => order.reduce((sum, j, i) => sum + length(i, j), 0) / count);
          expect(distance(few, others)).toBeLessThanOrEqual(Math.min(...costs) + TINY);
        }),
        { seed: 450 + d, numRuns: 60 },
      );
    });
  }

  it("is W1 in one dimension, with any number of directions", () => {
    fc.assert(
      fc.property(pointMeasure(1), pointMeasure(1), fc.integer({ min: 1, max: 5 }), (a, b, m) => {
        const [A, B] = [a, b].map(({ points, weights }) => pointsOnLine(points[0], weights));
        expect(slicedWasserstein1(a, b, m)).toBe(wasserstein1(A, B));
      }),
      { seed: 444, numRuns: 100 },
    );
  });

  it("does not change when both measures are turned in the plane by a step between directions", () => {
    fc.assert(
      fc.property(pointMeasure(2), pointMeasure(2), fc.integer({ min: 1, max: 12 }), (a, b, m) => {
        const [c, s] = [Math.cos(Math.PI / m), Math.sin(Math.PI / m)];
        const [there, other] = [a, b].map((distribution) => image(distribution, ([x, y]) => [c * x - s * y, s * x + c * y]));
        expect(Math.abs(slicedWasserstein1(there, other, m) - slicedWasserstein1(a, b, m))).toBeLessThan(2 * TINY);
      }),
      { seed: 445, numRuns: 100 },
    );
  });

  it("of two atoms tends to 2 / pi of their distance in the plane and to half of it in space, in whatever direction", () => {
    const atom = (x: readonly number[]): PointMeasure => ({
      points: x.map((value) => Float64Array.of(value)),
      weights: null,
      count: 1,
    });
    for (const d of [2, 3]) {
      fc.assert(
        fc.property(vector(d), fc.integer({ min: 8, max: 300 }), (v, m) => {
          const length = Math.hypot(...v);
          const distance = slicedWasserstein1(atom(v.map(() => 0)), atom(v), m);
          // The plane: |cos| at steps h = pi / m, a bend by 2 costs h^2 / 4 at most and the rest h^2 / 12, over pi.
          if (d === 2) expect(Math.abs(distance - (2 / Math.PI) * length)).toBeLessThan((length * Math.PI) / (3 * m * m) + TINY);
          // The spiral: as its description has it; its heights are the middles of equal steps, so along z it is exact.
          else expect(Math.abs(distance - length / 2)).toBeLessThanOrEqual(length / m + TINY);
        }),
        { seed: 447, numRuns: 200 },
      );
      expect(Math.abs(slicedWasserstein1(atom([0, 0, 0]), atom([0, 0, 5]), 17) - 5 / 2)).toBeLessThan(TINY);
      for (const e of spreadDirections(d, 100)) expect(Math.abs(dot(e, e) - 1)).toBeLessThan(4 * Number.EPSILON);
    }
  });

  it("refuses measures of different dimensions, of four, and numbers of directions that are none", () => {
    const distribution = (d: number): PointMeasure => ({
      points: Array.from({ length: d }, () => Float64Array.of(1)),
      weights: null,
      count: 1,
    });
    expect(() => slicedWasserstein1(distribution(2), distribution(3), 8)).toThrow(/points\.length = 3.*has 2 coordinates/);
    expect(() => slicedWasserstein1(distribution(4), distribution(4), 8)).toThrow(/points\.length = 4.*three or fewer/);
    for (const m of [0, -1, 1.5, Number.NaN])
      expect(() => slicedWasserstein1(distribution(2), distribution(2), m)).toThrow(/directions = /);
    expect(() => slicedWasserstein1(distribution(2), { ...distribution(2), count: 2 }, 8)).toThrow(InputError);
    expect(() => slicedWasserstein1({ ...distribution(2), weights: Float64Array.of(-1) }, distribution(2), 8)).toThrow(
      /weights\[0\] = -1/,
    );
  });
});

describe("measures of points", () => {
  const grid = createGrid([
    { name: "x", min: -1, max: 3, cells: 4, boundary: "no-flux" },
    { name: "y", min: 0, max: 2, cells: 5, boundary: "no-flux" },
  ]);

  it("have the masses of cells at their centres, without empty cells", () => {
    const mu = new Float64Array(grid.size);
    mu[3] = 2;
    mu[16] = 6;
    const distribution = densityAtCentres(grid, mu);
    expect(distribution.count).toBe(2);
    expect(distribution.points.map((x) => [...x])).toEqual([[-0.5, 2.5], [0.1 * 14, 0.1 * 6].map((y) => expect.closeTo(y, 14))]);
    expect(shares(distribution)).toEqual([0.25, 0.75]);
  });

  it("are within half a cell diagonal of the density: of the same density on finer cells", () => {
    const fine = createGrid([
      { name: "x", min: -1, max: 3, cells: 64, boundary: "no-flux" },
      { name: "y", min: 0, max: 2, cells: 80, boundary: "no-flux" },
    ]);
    const mu = Float64Array.from({ length: grid.size }, (_, i) => (i * 7) % 5);
    const finer = Float64Array.from({ length: fine.size }, (_, i) => mu[((i / 80 / 16) | 0) * 5 + (((i % 80) / 16) | 0)]);
    const distance = slicedWasserstein1(densityAtCentres(grid, mu), densityAtCentres(fine, finer), 32);
    // Half a diagonal on the way from all of a cell to its centre; its mean over a cell is about half as much, so this is no triviality.
    expect(distance).toBeLessThan(Math.hypot(1, 0.4) / 2);
    expect(distance).toBeGreaterThan(0);
  });

  it("mix by concatenation: the mean of any function is the mean of its means", () => {
    fc.assert(
      fc.property(pointMeasure(2), pointMeasure(2), fc.double({ min: 0.1, max: 5, noNaN: true }), (a, b, share) => {
        const mixed = mixtureOfPoints([
          [share, a],
          [1, b],
        ]);
        const mean = (distribution: PointMeasure) =>
          dot(
            shares(distribution),
            [...distribution.points[0].subarray(0, distribution.count)].map((x, i) => Math.sin(x + 2 * distribution.points[1][i])),
          );
        expect(Math.abs(mean(mixed) - (share * mean(a) + mean(b)) / (share + 1))).toBeLessThan(100 * Number.EPSILON);
        // Where a share of both is the same measure, it is out of sight: W1 is linear along such a line.
        const half = slicedWasserstein1(mixed, b, 5);
        expect(Math.abs(half - (share / (share + 1)) * slicedWasserstein1(a, b, 5))).toBeLessThan(TINY);
      }),
      { seed: 446, numRuns: 100 },
    );
  });

  it("refuse what is not a measure, by name", () => {
    const distribution: PointMeasure = { points: [Float64Array.of(1), Float64Array.of(Number.NaN)], weights: null, count: 1 };
    expect(() => mixtureOfPoints([])).toThrow(/parts.*empty/);
    expect(() => mixtureOfPoints([[1, distribution]])).toThrow(/points\[1\]\[0\] = NaN/);
    expect(() => mixtureOfPoints([[-1, distribution]])).toThrow(/shares\[0\] = -1/);
    expect(() => mixtureOfPoints([[1, { ...distribution, count: 0 }]])).toThrow(/points\[0\].*empty/);
    expect(() => densityAtCentres(grid, new Float64Array(3))).toThrow(/density\.length = 3.*20 cells/);
    expect(() => densityAtCentres(grid, new Float64Array(20))).toThrow(/sum of density = 0/);
  });
});
