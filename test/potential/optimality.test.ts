import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createGrid, fillCentres, type Grid } from "../../src/grid/grid.ts";
import type { BlockFunction } from "../../src/numerics/block-function.ts";
import { sampleCells } from "../../src/potential/cell-samples.ts";
import { lowestValue } from "../../src/potential/lowest-value.ts";
import { residualOffSupport } from "../../src/potential/optimality.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";

function gridOf(dimension: number, boundary: "no-flux" | "periodic" = "no-flux", cells = 12): Grid {
  return createGrid(["x", "y", "z"].slice(0, dimension).map((name) => ({ name, min: -2, max: 2, cells, boundary })));
}

/** @param ratio samples of f along each axis of a cell; null where its centres have to do. */
function lowest(grid: Grid, f: (x: readonly number[]) => number, ratio: number | null = null): number {
  const evaluate = (out: Float64Array, points: readonly Float64Array[], count: number) => {
    for (let i = 0; i < count; i++) out[i] = f(points.map((x) => x[i]));
  };
  const centres = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, centres);
  const values = new Float64Array(grid.size);
  evaluate(values, centres, grid.size);
  if (ratio === null) return lowestValue(grid, evaluate, values);
  const block: BlockFunction = ([out], _start, points, _from, count) => evaluate(out, points, count);
  return lowestValue(grid, evaluate, values, sampleCells(grid, block, values, ratio));
}

test("the least value of a quadratic is found wherever its minimum lies, in one to three dimensions", () => {
  const place = fc.double({ min: -1.9, max: 1.9, noNaN: true });
  for (const dimension of [1, 2, 3]) {
    fc.assert(
      fc.property(fc.tuple(place, place, place), (minimum) => {
        const f = (x: readonly number[]) => x.reduce((sum, value, a) => sum + (a + 1) * (value - minimum[a]) ** 2, -0.3);
        // A lattice of half-width 1e-9 of a cell: squares far below rounding.
        expect(Math.abs(lowest(gridOf(dimension), f) + 0.3)).toBeLessThan(1e-15);
      }),
      { seed: 31, numRuns: 20 },
    );
  }
});

test("a tilted valley between the axes, the end of the domain and the seam of a circle are no obstacle", () => {
  const grid = gridOf(2);
  expect(Math.abs(lowest(grid, ([x, y]) => 20 * (x - y - 0.123) ** 2 + (x + y - 0.7) ** 2))).toBeLessThan(1e-12);
  expect(lowest(grid, ([x, y]) => x + y * y)).toBeCloseTo(-2, 15);
  expect(lowest(gridOf(1, "periodic"), ([x]) => Math.cos((Math.PI * (x - 0.01)) / 2))).toBeCloseTo(-1, 15);
});

test("a needle between the centres of cells, in a random well, is found by the samples: in one to three dimensions, across the ends of a period", () => {
  const place = fc.double({ min: -2, max: 2, noNaN: true });
  for (const dimension of [1, 2, 3]) {
    for (const boundary of ["no-flux", "periodic"] as const) {
      const grid = gridOf(dimension, boundary, 8);
      fc.assert(
        fc.property(fc.tuple(place, place, place), fc.tuple(place, place, place), (needle, well) => {
          const distance = (x: readonly number[], y: readonly number[]) =>
            x.reduce((sum, value, a) => {
              const far = Math.abs(value - y[a]);
              return sum + (boundary === "periodic" ? Math.min(far, 4 - far) : far) ** 2;
            }, 0);
          // Cells are 0.5 wide and samples 0.0625 apart: the nearest is at most 0.055 away in three dimensions, where the needle, of width 0.1,
          // has 0.86 of its depth. The well is at most 3 * 4^2 * 0.01 high.
          const f = (x: readonly number[]) => 0.01 * distance(x, well) - 1.5 * Math.exp(-distance(x, needle) / 0.02);
          const value = lowest(grid, f, 8);
          const atNeedle = f(needle.slice(0, dimension));
          expect(value).toBeLessThanOrEqual(atNeedle);
          // The pull of the well, of slope 0.02 |x - y| <= 0.14, moves the bottom of curvature 150 by 1e-3, and its depth by 0.14^2 / 300.
          expect(value).toBeGreaterThan(atNeedle - 1e-4);
        }),
        { seed: 32, numRuns: [30, 15, 4][dimension - 1] },
      );
    }
  }
});

test("a smooth minimum takes few calls: the parabola leads to it, where halving alone would take thirty", () => {
  for (const dimension of [1, 2, 3]) {
    let calls = 0;
    const grid = gridOf(dimension);
    const evaluate = (out: Float64Array, points: readonly Float64Array[], count: number) => {
      calls++;
      for (let i = 0; i < count; i++) out[i] = points.reduce((sum, x, a) => sum + Math.cosh(x[i] - 0.3 * a - 0.123), 0);
    };
    const centres = grid.axes.map(() => new Float64Array(grid.size));
    fillCentres(grid, 0, grid.size, centres);
    const values = new Float64Array(grid.size);
    evaluate(values, centres, grid.size);
    calls = 0;
    expect(lowestValue(grid, evaluate, values)).toBeCloseTo(dimension, 14);
    // The half-width falls by 8 each time, from 1/2 to 1e-9: ten times.
    expect(calls).toBeLessThanOrEqual(12);
  }
});

test("a kink is met to 1e-9 of a cell, in every direction", () => {
  const place = fc.double({ min: -1.9, max: 1.9, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(place, place), ([x, y]) => {
      const f = ([u, v]: readonly number[]) => Math.abs(u - x) + 3 * Math.abs(v - y) + Math.abs(u - x + 0.5 * (v - y));
      expect(lowest(gridOf(2), f)).toBeLessThan(1e-6);
    }),
    { seed: 33, numRuns: 50 },
  );
});

test("of several minima the lowest is taken, though another cell centre is lower at first", () => {
  // Wells at -1 (exactly 0) and at a cell centre (0.01), the first narrower.
  const f = ([x]: readonly number[]) => Math.min(60 * (x + 1.001) ** 2, 0.01 + (x - 1.1666666) ** 2);
  expect(lowest(gridOf(1), f)).toBeLessThan(1e-12);
});

test("off the support counts only what lies below the level where there is next to no mass", () => {
  const mu = Float64Array.of(1, 0.5, 2e-6, 0.9e-6, 0);
  const V = Float64Array.of(-5, 0, -5, -0.25, 3);
  expect(residualOffSupport(mu, V, 1)).toBe(1.25);
  expect(residualOffSupport(mu, V, -1)).toBe(0);
});

test("a corner of the domain is reached, from inside its last cell", () => {
  for (const dimension of [1, 2, 3]) {
    for (const sign of [1, -1]) {
      const f = (x: readonly number[]) => x.reduce((sum, value) => sum + Math.exp(sign * value), 0);
      expect(lowest(gridOf(dimension), f)).toBeCloseTo(dimension * Math.exp(-2), 15);
    }
  }
});

test("a minimum on the seam of a torus is found from either side of it", () => {
  for (const dimension of [1, 2, 3]) {
    for (const place of [2, -2, 1.999, -1.9]) {
      // With a second harmonic the minimum is not that of a cosine, and the cell beside it is not the mirror of the one before.
      const wave = (x: number) => -Math.cos((Math.PI * (x - place)) / 2) - 0.2 * Math.cos(Math.PI * (x - place));
      const f = (x: readonly number[]) => x.reduce((sum, value) => sum + wave(value), 0);
      expect(lowest(gridOf(dimension, "periodic"), f)).toBeCloseTo(-1.2 * dimension, 14);
    }
  }
});

test("among more wells than are followed, the lowest ones are followed", () => {
  // 16 wells in two dimensions, each lower than the next by its distance from (0.3, -0.2).
  const wells = ([x, y]: readonly number[]) => 2 - Math.cos(2 * Math.PI * x) - Math.cos(2 * Math.PI * y);
  const f = (x: readonly number[]) => wells([x[0] - 0.3, x[1] + 0.2]) + 0.3 * ((x[0] - 0.3) ** 2 + (x[1] + 0.2) ** 2);
  expect(lowest(gridOf(2, "no-flux", 40), f)).toBeLessThan(1e-14);
  // Himmelblau's function on [-2, 2] scaled to hold all of its four minima, of which all are 0.
  const himmelblau = ([u, v]: readonly number[]) => (4 * u * u + 2 * v - 11) ** 2 + (2 * u + 4 * v * v - 7) ** 2;
  expect(lowest(gridOf(2, "no-flux", 40), himmelblau)).toBeLessThan(1e-10);
});

test("on a flat bottom there is nothing to be followed, and nothing lower", () => {
  for (const boundary of ["no-flux", "periodic"] as const) expect(lowest(gridOf(2, boundary), () => 0.7)).toBe(0.7);
});

/** Snapshots along characteristics to 1e-8. */
async function snapshotsOf(changes: Partial<ProblemInput>) {
  const solution = solveCharacteristics(await problemOf({ time: { end: 1, snapshots: 2 }, ...changes }));
  expect(solution.converged).toBe(true);
  return solution.snapshots;
}

describe("the gap bounds what energy is left to lose", () => {
  test("and is all of it without K: E - min F", async () => {
    // F = (x^2 - 1)^2 / 4 + 0.15 x has its minimum where x^3 - x + 0.15 = 0, near -1.
    let x = -1;
    for (let k = 0; k < 50; k++) x -= (x ** 3 - x + 0.15) / (3 * x * x - 1);
    const least = (x * x - 1) ** 2 / 4 + 0.15 * x;
    for (const { energy, gap } of await snapshotsOf({ potential: { F: "0.25*(x^2-1)^2 + 0.15*x" }, alpha: 2 })) {
      expect(Math.abs((gap ?? Number.NaN) - (energy - least))).toBeLessThan(1e-12);
    }
  });

  test("with K = c x x', where the minimiser is a point", async () => {
    // At a point x: k x^2 / 2 - b x + c x^2 / 2, least at b / (k + c); there V' = k x - b + c x = 0 too.
    const [k, b, c] = [0.8, 0.9, 0.7];
    const K = { type: "pairwise" as const, expression: `${c}*x*x_prime` };
    for (const { energy, gap } of await snapshotsOf({ potential: { F: `${k / 2}*x^2 - ${b}*x`, K }, alpha: 3 })) {
      const left = energy + (b * b) / (2 * (k + c));
      expect(left).toBeGreaterThan(0);
      expect(gap).toBeGreaterThan(left);
    }
  });

  // K = exp(-x^2 / 2 l^2) against N(0, s): int K dmu = l / (l^2 + s)^{1/2} exp(-x^2 / 2 (l^2 + s)). With F = -int K dmu*, mu* = N(0, s),
  // V is 0 everywhere at mu*: it is the minimiser, and E* = -int int K dmu* dmu* / 2 = -l / (l^2 + 2 s)^{1/2} / 2.
  const [l2, s] = [0.5, 0.4];
  const repulsion: ProblemInput["potential"] = {
    F: `-sqrt(${l2 / (l2 + s)})*exp(-x^2/${2 * (l2 + s)})`,
    K: { type: "convolution", expression: `exp(-x^2/${2 * l2})` },
  };

  test("with a Gaussian repulsion, where the minimiser is spread out; and the residual on the support falls with E", async () => {
    const potential = repulsion;
    const snapshots = await snapshotsOf({ potential, alpha: 3, time: { end: 4, snapshots: 4 } });
    snapshots.forEach(({ energy, gap, residualOnSupport }, i) => {
      const left = energy + 0.5 * Math.sqrt(l2 / (l2 + 2 * s));
      expect(left).toBeGreaterThan(0);
      expect(gap).toBeGreaterThan(left);
      if (i > 0) expect(residualOnSupport).toBeLessThan(snapshots[i - 1].residualOnSupport);
    });
  });

  test("is 0 at the minimiser, like both residuals, and nothing moves there", async () => {
    const initial = { x: { type: "normal" as const, mean: 0, sd: Math.sqrt(s) } };
    for (const snapshot of await snapshotsOf({ potential: repulsion, alpha: 3, initial, observables: { square: "x^2" } })) {
      // The sums over K are right to 1e-9.
      expect(Math.abs(snapshot.gap ?? Number.NaN)).toBeLessThan(1e-8);
      expect(snapshot.residualOnSupport).toBeLessThan(1e-8);
      expect(snapshot.residualOffSupport).toBeLessThan(1e-8);
      expect(Math.abs(snapshot.observables.square - s)).toBeLessThan(1e-8);
    }
  });
});

describe("the residual of (17)", () => {
  test("on the support is the standard deviation of V, and without mass conserved the root mean square", async () => {
    // V = x^2 / 2 over N(m, s): variance s^2 / 2 + m^2 s, mean (s + m^2) / 2.
    const [m, s] = [0.5, 0.36];
    const variance = (s * s) / 2 + m * m * s;
    for (const dynamics of ["birth-death", "gradient-descent", "pure-birth-death"] as const) {
      expect((await snapshotsOf({ dynamics }))[0].residualOnSupport).toBeCloseTo(Math.sqrt(variance), 10);
    }
    const [{ residualOnSupport }] = await snapshotsOf({ dynamics: "unbalanced" });
    expect(residualOnSupport).toBeCloseTo(Math.sqrt(variance + ((s + m * m) / 2) ** 2), 10);
  });

  test("off the support is how far V falls below its mean where no mass is", async () => {
    // Uniform on [-1, 1] under (x - 3)^2 / 2: Vbar = (9 + 1/3) / 2. Sampled in cells of 1/8, of which one has its middle 1/16 from 3.
    const uniform = { x: { type: "uniform" as const, min: -1, max: 1 } };
    const at = async (changes: Partial<ProblemInput>) =>
      (await snapshotsOf({ potential: { F: "0.5*(x-3)^2" }, initial: uniform, time: { end: 0.1, snapshots: 1 }, ...changes }))[0];
    expect((await at({})).residualOffSupport).toBeCloseTo(14 / 3 - 1 / 512, 10);
    // V is compared with 0 where mass is not conserved, and nowhere below it.
    expect((await at({ dynamics: "unbalanced" })).residualOffSupport).toBe(0);
    expect((await at({ dynamics: "unbalanced", potential: { F: "0.5*(x-3)^2 - 2" } })).residualOffSupport).toBeCloseTo(
      2 - 1 / 512,
      10,
    );
    // With the well within the support there is nothing to gain elsewhere.
    expect((await at({ potential: { F: "x^2" } })).residualOffSupport).toBe(0);
  });
});
