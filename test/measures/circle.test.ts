import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { wasserstein1OnCircle, wasserstein2OnCircle } from "../../src/measures/circle.ts";
import { type LineMeasure, pointsOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1, wasserstein2 } from "../../src/measures/wasserstein.ts";
import { area, cumulative, EXTENT, equalSizes, mapped, measureOf, permutations, places, type Recipe, recipe } from "./measures.ts";

/** Rounding of a W1: eps of the extent for each of at most 200 pieces. */
const TINY = 200 * Number.EPSILON * EXTENT;
/** Rounding of a squared W2. */
const TINY_SQUARE = TINY * EXTENT;

const atoms = (x: readonly number[]) => pointsOnLine(Float64Array.from(x));
const modulo = (x: number, period: number) => x - period * Math.floor(x / period);
const arc = (x: number, y: number, period: number) => Math.min(modulo(x - y, period), modulo(y - x, period));

/** Below the extent measures go round more than once. */
const period = fc.oneof(fc.constantFrom(3, 5, 16), fc.double({ min: 2, max: 30, noNaN: true }));

/** Measures in [0, 8) with cells of width 1/2, so that they can be turned by whole cells. */
const WIDTH = 0.5;
const CELLS = 16;
const ring: fc.Arbitrary<{ x: number[]; density: number[] }> = fc.record({
  x: fc.array(fc.double({ min: 0, max: 7.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
  density: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 1, noNaN: true })), { minLength: CELLS, maxLength: CELLS }),
});

/** A measure on the ring, turned by k cells: half atoms, half density if that has any. */
function turned({ x, density }: { x: number[]; density: number[] }, k: number): Recipe {
  const axis = { name: "x", min: 0, max: CELLS * WIDTH, cells: CELLS, periodic: true, width: WIDTH };
  const atoms = { share: 0.5, part: { x: x.map((value) => modulo(value + k * WIDTH, CELLS * WIDTH)), weights: null } };
  if (density.every((value) => value === 0)) return [atoms];
  return [atoms, { share: 0.5, part: { axis, density: density.map((_, i) => density[modulo(i - k, CELLS)]) } }];
}

/** min_c int |F - G - c| dx on the circle, from distribution functions summed over all turns and a search over c. */
function bruteForce(a: Recipe, b: Recipe, length: number): number {
  const lifts = Array.from({ length: 13 }, (_, k) => (k - 6) * length);
  const wound = (distribution: Recipe, x: number) =>
    lifts.reduce((sum, lift) => sum + cumulative(distribution, x + lift, true) - cumulative(distribution, lift, true), 0);
  const marks = [...new Set([0, length, ...places(a, b).map((x) => modulo(x, length))])].sort((x, y) => x - y);
  const pieces = marks.slice(1).map((end, k): [number, number, number] => {
    // Straight on the piece: read inside it, away from the jumps at its ends.
    const [early, late] = [0.25, 0.75].map((share) => {
      const x = marks[k] + share * (end - marks[k]);
      return wound(a, x) - wound(b, x);
    });
    return [end - marks[k], 1.5 * early - 0.5 * late, 1.5 * late - 0.5 * early];
  });
  const cost = (c: number) => pieces.reduce((sum, [width, left, right]) => sum + area([width, left - c, right - c]), 0);
  let [low, high] = [-13, 13];
  for (let k = 0; k < 150; k++) {
    const [left, right] = [(2 * low + high) / 3, (low + 2 * high) / 3];
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return cost((low + high) / 2);
}

/** The least mean squared distance over pairings in cyclic order: that order does not depend on the cut, and one of them is the best. */
function cyclicPairing(x: readonly number[], y: readonly number[], length: number): number {
  const [first, second] = [x, y].map((all) => all.map((value) => modulo(value, length)).sort((p, q) => p - q));
  const n = x.length;
  const costs = Array.from({ length: 2 * n + 1 }, (_, shift) =>
    first.reduce((sum, value, i) => {
      const j = i + shift - n;
      return sum + (value - second[modulo(j, n)] - length * Math.floor(j / n)) ** 2 / n;
    }, 0),
  );
  return Math.min(...costs);
}

/** The quantiles in the middle of n equal steps. */
function quantiles({ heights, from, to }: LineMeasure, n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const u = (i + 0.5) / n;
    const k = heights.findIndex((height) => height > u);
    const below = k === 0 ? 0 : heights[k - 1];
    return from[k] + ((to[k] - from[k]) * (u - below)) / (heights[k] - below);
  });
}

describe("Wasserstein distances on the circle", () => {
  it("W1 is the least area between the distribution functions over all shifts of one", () => {
    fc.assert(
      fc.property(recipe, recipe, fc.constantFrom(3, 4.5, 16, 20), (a, b, length) => {
        const distance = wasserstein1OnCircle(measureOf(a), measureOf(b), length);
        // Thirteen turns of sums over 50 terms, read off by extrapolation; c to 26 (2/3)^150 and rounding of the search.
        expect(Math.abs(distance - bruteForce(a, b, length))).toBeLessThan(20 * TINY);
      }),
      { seed: 430, numRuns: 100 },
    );
  });

  it("are the least costs of any pairing of equally many particles, by arc length", () => {
    fc.assert(
      fc.property(equalSizes(5), period, ([x, y], length) => {
        const all = permutations(x.length);
        for (const p of [1, 2] as const) {
          const costs = all.map((order) => order.reduce((sum, j, i) => sum + arc(x[i], y[j], length) ** p, 0) / x.length);
          const [A, B] = [atoms(x), atoms(y)];
          const distance = p === 1 ? wasserstein1OnCircle(A, B, length) : wasserstein2OnCircle(A, B, length) ** 2;
          // Positions up to 8 in size, arcs up to 15.
          expect(Math.abs(distance - Math.min(...costs))).toBeLessThan(TINY_SQUARE);
        }
      }),
      { seed: 431, numRuns: 300 },
    );
  });

  it("W2 is the least cost of pairing equally many particles in cyclic order", () => {
    fc.assert(
      fc.property(equalSizes(30), period, ([x, y], length) => {
        const square = wasserstein2OnCircle(atoms(x), atoms(y), length) ** 2;
        expect(Math.abs(square - cyclicPairing(x, y, length))).toBeLessThan(TINY_SQUARE);
      }),
      { seed: 432, numRuns: 200 },
    );
  });

  it("W2 between densities and atoms is that of particles at their quantiles, but for the way to these", () => {
    fc.assert(
      fc.property(recipe, recipe, period, (a, b, length) => {
        const [A, B] = [a, b].map(measureOf);
        const [x, y] = [A, B].map((distribution) => quantiles(distribution, 64));
        const way = wasserstein2(A, atoms(x)) + wasserstein2(B, atoms(y));
        const distance = wasserstein2OnCircle(A, B, length);
        expect(Math.abs(distance - Math.sqrt(cyclicPairing(x, y, length)))).toBeLessThanOrEqual(way + Math.sqrt(TINY_SQUARE));
      }),
      { seed: 433, numRuns: 100 },
    );
  });

  it("are metrics on the circle, W1 <= W2, and at most the distances on the line", () => {
    fc.assert(
      fc.property(recipe, recipe, recipe, period, (a, b, c, length) => {
        const [A, B, C] = [a, b, c].map(measureOf);
        for (const [onCircle, onLine] of [
          [wasserstein1OnCircle, wasserstein1],
          [wasserstein2OnCircle, wasserstein2],
        ] as const) {
          const floor = onLine === wasserstein1 ? TINY : Math.sqrt(TINY_SQUARE);
          expect(onCircle(A, A, length)).toBeLessThanOrEqual(floor);
          expect(Math.abs(onCircle(A, B, length) - onCircle(B, A, length))).toBeLessThan(floor);
          expect(onCircle(A, C, length)).toBeLessThanOrEqual(onCircle(A, B, length) + onCircle(B, C, length) + floor);
          expect(onCircle(A, B, length)).toBeLessThanOrEqual(onLine(A, B) + floor);
          // Nothing is further than half way round.
          expect(onCircle(A, B, length)).toBeLessThanOrEqual(length / 2 + floor);
        }
        expect(wasserstein1OnCircle(A, B, length)).toBeLessThanOrEqual(wasserstein2OnCircle(A, B, length) + TINY);
      }),
      { seed: 434, numRuns: 100 },
    );
  });

  it("are the distances on the line where the period is twice the extent or more", () => {
    fc.assert(
      fc.property(recipe, recipe, (a, b) => {
        const [A, B] = [measureOf(a), measureOf(b)];
        expect(Math.abs(wasserstein1OnCircle(A, B, 2 * EXTENT) - wasserstein1(A, B))).toBeLessThan(TINY);
        expect(Math.abs(wasserstein2OnCircle(A, B, 2 * EXTENT) ** 2 - wasserstein2(A, B) ** 2)).toBeLessThan(TINY_SQUARE);
      }),
      { seed: 435, numRuns: 100 },
    );
  });

  it("do not change when both measures are turned, through the seam, nor when one is moved by whole periods", () => {
    fc.assert(
      fc.property(ring, ring, fc.integer({ min: 0, max: CELLS }), fc.integer({ min: -3, max: 3 }), (a, b, k, turns) => {
        const length = CELLS * WIDTH;
        const [A, B] = [measureOf(turned(a, 0)), measureOf(turned(b, 0))];
        for (const [first, second] of [
          [turned(a, k), turned(b, k)],
          [turned(a, 0), mapped(turned(b, 0), 1, turns * length)],
          // Off the cells, so that the seam cuts one.
          [mapped(turned(a, k), 1, 0.3), mapped(turned(b, k), 1, 0.3 + turns * length)],
        ]) {
          const [there, other] = [measureOf(first), measureOf(second)];
          expect(Math.abs(wasserstein1OnCircle(there, other, length) - wasserstein1OnCircle(A, B, length))).toBeLessThan(4 * TINY);
          const squares = [wasserstein2OnCircle(there, other, length) ** 2, wasserstein2OnCircle(A, B, length) ** 2];
          // Positions up to four periods away.
          expect(Math.abs(squares[0] - squares[1])).toBeLessThan(16 * TINY_SQUARE);
        }
      }),
      { seed: 436, numRuns: 150 },
    );
  });

  it("between two atoms are the length of the arc", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: -20, max: 20, noNaN: true }),
        period,
        (x, y, length) => {
          const expected = arc(x, y, length);
          expect(Math.abs(wasserstein1OnCircle(atoms([x]), atoms([y]), length) - expected)).toBeLessThan(3 * TINY);
          expect(Math.abs(wasserstein2OnCircle(atoms([x]), atoms([y]), length) ** 2 - expected ** 2)).toBeLessThan(9 * TINY_SQUARE);
        },
      ),
      { seed: 437, numRuns: 300 },
    );
  });

  it("W2 between two atoms close to each other on either side of the seam is not lost in that of a whole turn", () => {
    const step = 2 ** -30;
    // The square, 1e-18, is below eps 8^2; only at a shift by exactly one turn is it seen.
    for (const [x, y] of [
      [0, 8 - step],
      [8 - step, 0],
    ]) {
      expect(wasserstein2OnCircle(atoms([x]), atoms([y]), 8)).toBe(step);
    }
  });

  it("refuse a period that is no length, or too small for the positions", () => {
    const [A, B] = [atoms([0]), atoms([1e18])];
    for (const bad of [0, -1, Number.NaN, Infinity]) {
      expect(() => wasserstein1OnCircle(A, A, bad)).toThrow(InputError);
      expect(() => wasserstein2OnCircle(A, A, bad)).toThrow(/period = .*not a length.*positive finite/);
    }
    expect(() => wasserstein1OnCircle(A, B, 1)).toThrow(/period = 1: lost to rounding.*wrap/);
  });
});
