import fc from "fast-check";
import { expect, test } from "vitest";
import { lowestValue, residualOffSupport } from "../../src/diagnostics/optimality.ts";
import { createGrid, fillCentres, type Grid } from "../../src/grid/grid.ts";

function gridOf(dimension: number, boundary: "no-flux" | "periodic" = "no-flux"): Grid {
  return createGrid(["x", "y", "z"].slice(0, dimension).map((name) => ({ name, min: -2, max: 2, cells: 12, boundary })));
}

function lowest(grid: Grid, f: (x: readonly number[]) => number): number {
  const evaluate = (out: Float64Array, points: readonly Float64Array[], count: number) => {
    for (let i = 0; i < count; i++) out[i] = f(points.map((x) => x[i]));
  };
  const centres = grid.axes.map(() => new Float64Array(grid.size));
  fillCentres(grid, 0, grid.size, centres);
  const values = new Float64Array(grid.size);
  evaluate(values, centres, grid.size);
  return lowestValue(grid, evaluate, values);
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
