import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { DYNAMICS, termsOf } from "../../src/problem/terms.ts";
import { largestDifference, problemOf } from "../fixtures.ts";

test("the terms are those of (8), (12), (13), and of (13) without motion", () => {
  expect(Object.fromEntries(DYNAMICS.map((dynamics) => [dynamics, termsOf({ dynamics, alpha: { constant: 2 } })]))).toEqual({
    "gradient-descent": { transport: true, reaction: null },
    unbalanced: { transport: true, reaction: "free" },
    "birth-death": { transport: true, reaction: "conserving" },
    "pure-birth-death": { transport: false, reaction: "conserving" },
  });
});

test("a reaction at rate 0 is none", () => {
  for (const dynamics of DYNAMICS) expect(termsOf({ dynamics, alpha: { constant: 0 } }).reaction).toBeNull();
  expect(termsOf({ dynamics: "birth-death", alpha: { constant: 0 } })).toEqual(
    termsOf({ dynamics: "gradient-descent", alpha: { constant: 7 } }),
  );
});

describe("both methods solve the same terms", () => {
  const density = async (dynamics: (typeof DYNAMICS)[number], alpha: number) => {
    const problem = await problemOf({ dynamics, alpha, potential: { F: "0.5*x^2 + 0.3*x" } });
    const traced = solveCharacteristics(problem).tracedDensity(1e-9).cellAverages(problem.grid, 1);
    return { traced, cells: solve(problem).snapshots[1].density };
  };

  test("without alpha all that move are gradient descent, and what does not move stays", async () => {
    const descent = await density("gradient-descent", 5);
    for (const dynamics of ["birth-death", "unbalanced"] as const) {
      const still = await density(dynamics, 0);
      expect(still.cells).toEqual(descent.cells);
      // Log-weights that stay 0 change the norm of the errors and so the steps.
      expect(largestDifference(still.traced, descent.traced)).toBeLessThan(1e-7);
    }
    const { initial, grid } = await problemOf({});
    const rest = await density("pure-birth-death", 0);
    const start = initial.cellAverages(grid).density;
    expect(rest.cells).toEqual(start);
    // Cell averages are normalised on the grid, which holds all but 3e-9.
    expect(largestDifference(rest.traced, start)).toBeLessThan(1e-8);
  });

  test("unbalanced differs from birth-death in its mass alone, where K is not there to feel it", async () => {
    const [free, kept] = [await density("unbalanced", 2), await density("birth-death", 2)];
    for (const [a, b] of [[free.traced, kept.traced], [free.cells, kept.cells]]) {
      const mass = a.reduce((sum, value) => sum + value, 0) / b.reduce((sum, value) => sum + value, 0);
      expect(mass).toBeLessThan(0.99);
      expect(largestDifference(a, b.map((value) => mass * value))).toBeLessThan(1e-7);
    } // biome-ignore format: two methods
  });
});

test("reinjection has transport and the reaction of its law", () => {
  const prior = { x: { type: "normal" as const, mean: 0, sd: 1 } };
  for (const law of ["net-deficit", "every-death"] as const) {
    const dynamics = { type: "reinjection" as const, law, prior };
    expect(termsOf({ dynamics, alpha: { constant: 1 } })).toEqual({ transport: true, reaction: law });
    expect(termsOf({ dynamics, alpha: { constant: null } })).toEqual({ transport: true, reaction: law });
    expect(termsOf({ dynamics, alpha: { constant: 0 } })).toEqual({ transport: true, reaction: null });
  }
});
