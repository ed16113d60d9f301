import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { Axis } from "../../src/grid/grid.ts";
import { densityOnLine, type LineMeasure, mixtureOnLine, pointsOnLine } from "../../src/measures/line-measure.ts";
import { wasserstein1 } from "../../src/measures/wasserstein.ts";
import { createStream } from "../../src/numerics/random.ts";
import { cumulative, EXTENT, measureOf, places, recipe } from "./measures.ts";

const axis: Axis = { name: "x", min: -1, max: 3, cells: 4, periodic: false, width: 1 };

/** P(X < x), or P(X <= x), read off the segments. */
function height({ heights, from, to }: LineMeasure, x: number, withAtoms: boolean): number {
  let result = 0;
  heights.forEach((height, k) => {
    const mass = height - (k === 0 ? 0 : heights[k - 1]);
    if (from[k] === to[k]) result += from[k] < x || (withAtoms && from[k] === x) ? mass : 0;
    else result += mass * Math.min(1, Math.max(0, (x - from[k]) / (to[k] - from[k])));
  });
  return result;
}

describe("a measure on the line", () => {
  it("has heights that never fall, up to 1, and segments in order", () => {
    fc.assert(
      fc.property(recipe, (distribution) => {
        const { heights, from, to } = measureOf(distribution);
        expect(heights.at(-1)).toBe(1);
        heights.forEach((height, k) => {
          expect(height).toBeGreaterThanOrEqual(k === 0 ? 0 : heights[k - 1]);
          expect(from[k]).toBeLessThanOrEqual(to[k]);
          if (k > 0) expect(from[k]).toBeGreaterThanOrEqual(to[k - 1]);
        });
      }),
      { seed: 410, numRuns: 500 },
    );
  });

  it("has the distribution function of its parts, on either side of every place where it jumps or bends, and between", () => {
    fc.assert(
      fc.property(recipe, (distribution) => {
        const measure = measureOf(distribution);
        const marks = places(distribution);
        const middles = marks.slice(1).map((x, k) => (x + marks[k]) / 2);
        for (const x of [-9, ...marks, ...middles, 9]) {
          for (const withAtoms of [false, true]) {
            // Sums of up to 50 terms that add up to 1, of which each may be off by a few eps.
            expect(Math.abs(height(measure, x, withAtoms) - cumulative(distribution, x, withAtoms))).toBeLessThan(
              100 * Number.EPSILON,
            );
          }
        }
      }),
      { seed: 411, numRuns: 300 },
    );
  });

  it("is cut where an atom lies inside a cell and where cells overlap", () => {
    const uniform = densityOnLine(axis, Float64Array.of(1, 0, 0, 1));
    const mixed = mixtureOnLine([
      [1, uniform],
      [1, pointsOnLine(Float64Array.of(-0.75, 2))],
      [2, densityOnLine({ ...axis, min: 2.5, max: 4.5, width: 0.5 }, Float64Array.of(0, 1, 0, 0))],
    ]);
    // Masses in eighths: 1/4 of a cell, an atom, 3/4 of a cell, an atom where a cell starts, all of a cell, all of a later one.
    expect([...mixed.heights].map((height) => height * 32)).toEqual([1, 5, 8, 12, 16, 32]);
    expect([...mixed.from]).toEqual([-1, -0.75, -0.75, 2, 2, 3]);
    expect([...mixed.to]).toEqual([-0.75, -0.75, 0, 2, 3, 3.5]);
  });

  it("adds up densities where cells overlap", () => {
    const mixed = mixtureOnLine([
      [1, densityOnLine(axis, Float64Array.of(0, 1, 0, 0))],
      [3, densityOnLine({ ...axis, min: 0.5, max: 2.5, width: 0.5 }, Float64Array.of(1, 1, 0, 0))],
    ]);
    // On [0, 1] 1/4 of the mass, on [0.5, 1.5] 3/4 of it: densities 1/4, 1, 3/4 on halves.
    expect([...mixed.heights]).toEqual([0.125, 0.625, 1]);
    expect([...mixed.from]).toEqual([0, 0.5, 1]);
    expect([...mixed.to]).toEqual([0.5, 1, 1.5]);
  });

  it("does not depend on the order of nodes, nor on the unit of weights, densities and shares", () => {
    const stream = createStream(412);
    // 1000 nodes: many runs to merge, and ties.
    const x = Float64Array.from({ length: 1000 }, () => Math.round(100 * stream.normal()) / 100);
    const weights = x.map(() => stream.uniform());
    const order = [...x.keys()].sort((i, j) => x[i] - x[j] || i - j);
    const sorted = pointsOnLine(
      Float64Array.from(order, (i) => x[i]),
      Float64Array.from(order, (i) => 8 * weights[i]),
    );
    expect(pointsOnLine(x, weights)).toEqual(sorted);
    expect(pointsOnLine(x).from).toEqual(sorted.from);
    const density = Float64Array.of(1, 2, 0, 4);
    expect(
      densityOnLine(
        axis,
        density.map((value) => value / 2),
      ),
    ).toEqual(densityOnLine(axis, density));
    const other = densityOnLine(axis, density);
    // Of no share, so that it does not even cut the cell in which it lies.
    const inside = pointsOnLine(Float64Array.of(0.505));
    expect(
      mixtureOnLine([
        [4, sorted],
        [12, other],
      ]),
    ).toEqual(
      mixtureOnLine([
        [0, inside],
        [1, sorted],
        [3, other],
      ]),
    );
  });

  it("of weighted nodes is the mixture of atoms, in any grouping", () => {
    fc.assert(
      fc.property(recipe, recipe, recipe, (a, b, c) => {
        const [A, B, C] = [a, b, c].map(measureOf);
        const left = mixtureOnLine([
          [
            3,
            mixtureOnLine([
              [1, A],
              [2, B],
            ]),
          ],
          [4, C],
        ]);
        const flat = mixtureOnLine([
          [4, C],
          [2, B],
          [1, A],
        ]);
        // Heights are off by a few eps at each of three cuts.
        expect(wasserstein1(left, flat)).toBeLessThan(10 * Number.EPSILON * EXTENT);
        const doubled = mixtureOnLine([
          [0.3, A],
          [0.7, A],
        ]);
        expect(wasserstein1(doubled, A)).toBeLessThan(10 * Number.EPSILON * EXTENT);
      }),
      { seed: 413, numRuns: 200 },
    );
    const nodes = pointsOnLine(Float64Array.of(3, -1, 2), Float64Array.of(1, 2, 5));
    const atoms = [3, -1, 2].map((x, i) => [[1, 2, 5][i], pointsOnLine(Float64Array.of(x))] as const);
    expect(mixtureOnLine(atoms)).toEqual(nodes);
  });

  it("keeps what it was made of, and what it was made of stays as it is", () => {
    const x = Float64Array.of(3, 1, 2);
    const weights = Float64Array.of(1, 0, 2);
    const measures = [pointsOnLine(x), pointsOnLine(x, weights)];
    expect([...x, ...weights]).toEqual([3, 1, 2, 1, 0, 2]);
    x.fill(7);
    expect(measures.map(({ from }) => [...from])).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  it("refuses what is not a measure, by name and with a remedy", () => {
    const one = Float64Array.of(1);
    const some = Float64Array.of(1, 2);
    const cases: [RegExp, () => unknown][] = [
      [/positions.*empty.*at least one/, () => pointsOnLine(new Float64Array(0))],
      [/positions\[1\] = NaN.*not a finite position/, () => pointsOnLine(Float64Array.of(0, Number.NaN))],
      [/positions\[0\] = -Infinity/, () => pointsOnLine(Float64Array.of(-Infinity), one)],
      [/weights\[1\] = -2.*0 or more/, () => pointsOnLine(some, Float64Array.of(3, -2))],
      [/weights\[0\] = NaN/, () => pointsOnLine(some, Float64Array.of(Number.NaN, 1))],
      [/sum of weights = 0.*positive/, () => pointsOnLine(some, Float64Array.of(0, 0))],
      [/weights\[1\] = Infinity.*finite/, () => pointsOnLine(some, Float64Array.of(1, Infinity))],
      [/sum of weights = NaN.*finite/, () => pointsOnLine(some, Float64Array.of(1e308, 1e308))],
      [/weights\.length = 1.*2 positions/, () => pointsOnLine(some, one)],
      [/density\.length = 2.*4 cells/, () => densityOnLine(axis, some)],
      [/density\[2\] = -1/, () => densityOnLine(axis, Float64Array.of(1, 1, -1, 1))],
      [/sum of density = 0/, () => densityOnLine(axis, new Float64Array(4))],
      [/parts.*empty/, () => mixtureOnLine([])],
      [/shares\[0\] = -1/, () => mixtureOnLine([[-1, pointsOnLine(one)]])],
      [/sum of shares = 0/, () => mixtureOnLine([[0, pointsOnLine(one)]])],
    ];
    for (const [message, action] of cases) {
      expect(action).toThrow(InputError);
      expect(action).toThrow(message);
    }
  });
});
