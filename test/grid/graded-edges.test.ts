import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGradationWork, gradeEdges, NARROWEST } from "../../src/grid/graded-edges.ts";

const GRADATION = { uniform: 0.15, growth: 0.4, passes: 6 };

const equal = (cells: number) => Float64Array.from({ length: cells + 1 }, (_, i) => i / cells);

/** The edges after some rounds for a density that is given as a function, which may change from round to round. */
function grade(cells: number, rho: (x: number, round: number) => number, rounds: number, periodic = false): Float64Array {
  let edges = equal(cells);
  const work = createGradationWork(cells);
  for (let round = 0; round < rounds; round++) {
    const density = Float64Array.from({ length: cells }, (_, i) => rho(0.5 * (edges[i] + edges[i + 1]), round));
    const next = new Float64Array(cells + 1);
    expect(gradeEdges(next, edges, density, periodic, GRADATION, work)).toBeNull();
    edges = next;
  }
  return edges;
}

const widthsOf = (edges: Float64Array) => edges.slice(1).map((x, i) => x - edges[i]);
/** A peak that has shrunk to sd since the start, by a half a round. */
const shrinking = (sd: number) => (x: number, round: number) => gauss(Math.max(sd, 0.1 * 0.5 ** round))(x);
const gauss = (sd: number) => (x: number) => Math.exp(-0.5 * ((x - 0.6) / sd) ** 2) / sd;

test.each([0.1, 1e-3, 1e-6, 1e-9])(
  "a peak of standard deviation %f in a domain of length 1 has 6 of 128 cells a standard deviation at least",
  (sd) => {
    const narrowest = Math.min(...widthsOf(grade(128, shrinking(sd), 60)));
    expect(narrowest).toBeLessThan(sd / 6);
    expect(narrowest).toBeGreaterThan(sd / 200);
  },
);

describe("for any density", () => {
  const densities = fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 1e-200, max: 1e200, noNaN: true })), {
      minLength: 8,
      maxLength: 64,
    })
    .filter((given) => given.some((rho) => rho > 0));

  test("edges increase from end to end, and no cell is narrower than the narrowest", () => {
    fc.assert(
      fc.property(densities, fc.boolean(), fc.integer({ min: 1, max: 12 }), (given, periodic, rounds) => {
        const cells = given.length;
        const rho = (x: number) => given[Math.min(cells - 1, Math.floor(x * cells))];
        const edges = grade(cells, rho, rounds, periodic);
        expect([edges[0], edges[cells]]).toEqual([0, 1]);
        expect(Math.min(...widthsOf(edges))).toBeGreaterThan(NARROWEST);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

test("equal densities have equal cells, and a mirrored one mirrored edges", () => {
  expect(Math.max(...widthsOf(grade(40, () => 3, 5)).map((h) => Math.abs(h - 1 / 40)))).toBeLessThan(1e-12);
  const edges = grade(64, gauss(0.05), 10);
  const mirrored = grade(64, (x) => gauss(0.05)(1 - x), 10);
  expect(Math.max(...edges.map((x, i) => Math.abs(x - (1 - mirrored[64 - i]))))).toBeLessThan(1e-9);
});

test("a density that is no number is told by its place", () => {
  const density = Float64Array.of(1, 1, 1, 1, Number.NaN, 1, 1, 1);
  const place = gradeEdges(new Float64Array(9), equal(8), density, false, GRADATION, createGradationWork(8));
  expect(place).not.toBeNull();
});
