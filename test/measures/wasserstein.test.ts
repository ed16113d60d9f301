import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Axis, centres } from "../../src/grid/grid.ts";
import { densityOnLine, pointsOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1, wasserstein2 } from "../../src/measures/wasserstein.ts";
import {
  area,
  cumulative,
  differences,
  EXTENT,
  equalSizes,
  mapped,
  measureOf,
  permutations,
  places,
  type Recipe,
  recipe,
  stretch,
} from "./measures.ts";

/** Rounding of a W1: eps of the extent for each of at most 100 pieces. */
const TINY = 100 * Number.EPSILON * EXTENT;
/** Rounding of a squared W2. */
const TINY_SQUARE = TINY * EXTENT;

const atoms = (x: readonly number[]) => pointsOnLine(Float64Array.from(x));

/** The x at which F reaches u. */
function quantile(distribution: Recipe, marks: readonly number[], u: number): number {
  for (const [k, x] of marks.entries()) {
    if (cumulative(distribution, x, true) < u) continue;
    const below = cumulative(distribution, x, false);
    if (below <= u || k === 0) return x;
    const start = cumulative(distribution, marks[k - 1], true);
    return marks[k - 1] + ((u - start) / (below - start)) * (x - marks[k - 1]);
  }
  return marks[marks.length - 1];
}

describe("Wasserstein distances on the line", () => {
  it("W1 is the area between the distribution functions", () => {
    fc.assert(
      fc.property(recipe, recipe, (a, b) => {
        const expected = differences(a, b).reduce((sum, piece) => sum + area(piece), 0);
        expect(Math.abs(wasserstein1(measureOf(a), measureOf(b)) - expected)).toBeLessThan(TINY);
      }),
      { seed: 420, numRuns: 1000 },
    );
  });

  it("W2 is the mean squared distance of quantiles, by a midpoint rule over levels", () => {
    fc.assert(
      fc.property(recipe, recipe, (a, b) => {
        const levels = 400;
        const [atA, atB] = [places(a), places(b)];
        let mean = 0;
        for (let k = 0; k < levels; k++) {
          const u = (k + 0.5) / levels;
          mean += (quantile(a, atA, u) - quantile(b, atB, u)) ** 2 / levels;
        }
        // Two monotone functions in [-8, 8]: their squared distance varies by 4 EXTENT^2 at most, half of that by level is lost.
        expect(Math.abs(wasserstein2(measureOf(a), measureOf(b)) ** 2 - mean)).toBeLessThan((2 * EXTENT ** 2) / levels);
      }),
      { seed: 421, numRuns: 60 },
    );
  });

  it("are the costs of pairing equally many particles in their order", () => {
    fc.assert(
      fc.property(equalSizes(40), ([x, y]) => {
        const [first, second] = [x, y].map((values) => values.toSorted((p, q) => p - q));
        const steps = first.map((value, i) => Math.abs(value - second[i]));
        const mean = steps.reduce((sum, step) => sum + step / x.length, 0);
        const square = steps.reduce((sum, step) => sum + step ** 2 / x.length, 0);
        expect(Math.abs(wasserstein1(atoms(x), atoms(y)) - mean)).toBeLessThan(TINY);
        expect(Math.abs(wasserstein2(atoms(x), atoms(y)) ** 2 - square)).toBeLessThan(TINY_SQUARE);
      }),
      { seed: 422, numRuns: 300 },
    );
  });

  it("are the least costs of any pairing", () => {
    fc.assert(
      fc.property(equalSizes(6), ([x, y]) => {
        const all = permutations(x.length);
        for (const p of [1, 2] as const) {
          const costs = all.map((order) => order.reduce((sum, j, i) => sum + Math.abs(x[i] - y[j]) ** p, 0) / x.length);
          const distance = p === 1 ? wasserstein1(atoms(x), atoms(y)) : wasserstein2(atoms(x), atoms(y)) ** 2;
          expect(Math.abs(distance - Math.min(...costs))).toBeLessThan(TINY_SQUARE);
        }
      }),
      { seed: 423, numRuns: 100 },
    );
  });

  it("are metrics: 0 from a measure to itself, symmetric, with the triangle inequality, and W1 <= W2", () => {
    fc.assert(
      fc.property(recipe, recipe, recipe, (a, b, c) => {
        const [A, B, C] = [a, b, c].map(measureOf);
        for (const distance of [wasserstein1, wasserstein2]) {
          expect(distance(A, A)).toBe(0);
          expect(distance(A, B)).toBe(distance(B, A));
          expect(distance(A, C)).toBeLessThanOrEqual(distance(A, B) + distance(B, C) + Math.sqrt(TINY_SQUARE));
        }
        expect(wasserstein1(A, B)).toBeLessThanOrEqual(wasserstein2(A, B) + TINY);
      }),
      { seed: 424, numRuns: 300 },
    );
  });

  it("are |v| for a shift by v, and grow by |c| with a stretch or reflection by c", () => {
    fc.assert(
      fc.property(recipe, recipe, fc.double({ min: -5, max: 5, noNaN: true }), stretch, (a, b, v, c) => {
        const [A, B] = [measureOf(a), measureOf(b)];
        // Positions up to 45 in size, so errors up to three times as large.
        expect(Math.abs(wasserstein1(A, measureOf(mapped(a, 1, v))) - Math.abs(v))).toBeLessThan(3 * TINY);
        expect(Math.abs(wasserstein2(A, measureOf(mapped(a, 1, v))) ** 2 - v * v)).toBeLessThan(9 * TINY_SQUARE);
        const [there, other] = [measureOf(mapped(a, c, v)), measureOf(mapped(b, c, v))];
        expect(Math.abs(wasserstein1(there, other) - Math.abs(c) * wasserstein1(A, B))).toBeLessThan(6 * TINY);
        expect(Math.abs(wasserstein2(there, other) ** 2 - (c * wasserstein2(A, B)) ** 2)).toBeLessThan(40 * TINY_SQUARE);
      }),
      { seed: 425, numRuns: 300 },
    );
  });

  it("W1 is the difference of the means where one measure lies to the right of the other", () => {
    fc.assert(
      fc.property(recipe, recipe, (a, b) => {
        const far = mapped(b, 1, 2 * EXTENT);
        const mean = (distribution: Recipe) =>
          1e3 -
          differences(distribution, [{ share: 1, part: { x: [1e3], weights: null } }]).reduce((sum, piece) => sum + area(piece), 0);
        // 1000 is right of all: the mean is 1000 less the area. Its rounding is 100 eps 1000.
        const shift = mean(far) - mean(a);
        expect(Math.abs(wasserstein1(measureOf(a), measureOf(far)) - shift)).toBeLessThan(200 * Number.EPSILON * 1e3);
      }),
      { seed: 426, numRuns: 100 },
    );
  });

  it("W2 between two Gaussian densities is the closed form, to second order in the cells", () => {
    const [m1, s1, m2, s2] = [-0.7, 0.6, 1.1, 1.0];
    const exact = Math.hypot(m1 - m2, s1 - s2);
    for (const cells of [100, 200, 400]) {
      const axis: Axis = { name: "x", min: -10, max: 12, cells, periodic: false, width: 22 / cells };
      const gaussian = (m: number, s: number) =>
        densityOnLine(
          axis,
          centres(axis).map((x) => Math.exp(-0.5 * ((x - m) / s) ** 2)),
        );
      // Linear instead of bent F within a cell moves quantiles by h^2 |f'| / (8 f), the value at the centre instead of the mean by
      // h^2 |f'| / (24 f), of which the root mean square is h^2 / (6 s). Tails beyond 10 s weigh nothing; cells are at most 0.37 s.
      const tolerance = (axis.width ** 2 / 6) * (1 / s1 + 1 / s2);
      expect(Math.abs(wasserstein2(gaussian(m1, s1), gaussian(m2, s2)) - exact)).toBeLessThan(tolerance);
    }
  });

  it("do not change where a density is written on finer cells, or has cells of almost no mass", () => {
    const axis: Axis = { name: "x", min: -1, max: 3, cells: 4, periodic: false, width: 1 };
    const coarse = densityOnLine(axis, Float64Array.of(1, 0, 2, 3));
    const fine = densityOnLine({ ...axis, cells: 8, width: 0.5 }, Float64Array.of(1, 1, 0, 0, 2, 2, 3, 3));
    expect(wasserstein1(coarse, fine)).toBeLessThan(10 * Number.EPSILON);
    expect(wasserstein2(coarse, fine) ** 2).toBeLessThan(10 * Number.EPSILON);
    const tail = densityOnLine(axis, Float64Array.of(1e-310, 0, 2, 3));
    const shorter = densityOnLine(axis, Float64Array.of(3e-311, 0, 2, 3));
    expect(wasserstein2(tail, shorter)).toBeLessThan(1e-100);
  });

  it("W1 is a quarter of a gap for n particles in the middles of n equal parts of a uniform measure, up to a million", () => {
    const axis: Axis = { name: "x", min: -1, max: 3, cells: 8, periodic: false, width: 0.5 };
    const uniform = densityOnLine(axis, new Float64Array(8).fill(3));
    for (const n of [1, 2, 7, 100, 1_000_000]) {
      const middles = Float64Array.from({ length: n }, (_, i) => axis.min + (4 * (i + 0.5)) / n);
      // Positions and levels are rounded to eps of 4 and of 1, and by all accounts at random.
      expect(Math.abs(wasserstein1(pointsOnLine(middles.reverse()), uniform) - 1 / n)).toBeLessThan(8 * Number.EPSILON);
      expect(Math.abs(wasserstein2(pointsOnLine(middles), uniform) - 2 / (n * Math.sqrt(3)))).toBeLessThan(1e-10 / n);
    }
  });

  it("handle ties and particles on the edges of cells", () => {
    const axis: Axis = { name: "x", min: -1, max: 3, cells: 8, periodic: false, width: 0.5 };
    const uniform = densityOnLine(axis, new Float64Array(8).fill(1));
    expect(wasserstein1(atoms([-1, -1, 3, 3]), uniform)).toBeCloseTo(1, 14);
    expect(wasserstein1(atoms([1, 1, 1]), uniform)).toBeCloseTo(1, 14);
    expect(wasserstein1(atoms([2, -1, 1, 0]), uniform)).toBeCloseTo(0.5, 14);
    // int (x - 1)^2 / 4 over [-1, 3].
    expect(wasserstein2(atoms([1, 1, 1]), uniform) ** 2).toBeCloseTo(4 / 3, 14);
  });
});
