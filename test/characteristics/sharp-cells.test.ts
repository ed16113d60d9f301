import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { l1Distance } from "../../src/grid/density.ts";
import { normalCdf } from "../../src/numerics/tails.ts";
import { problemOf } from "../fixtures.ts";

test("a density narrower than its cells has their masses where two points a cell do not give them", async () => {
  const axis = { min: -4, max: 4, cells: 32 };
  const normal = { type: "normal" as const, mean: 0.5, sd: 0.6 };
  const problem = await problemOf({
    variables: { x: axis, y: axis },
    potential: { F: "0.5*x^2 + 0.5*y^2" },
    initial: { x: normal, y: normal },
    dynamics: "gradient-descent",
    time: { end: 2, snapshots: [1, 2] },
  });
  const { grid } = problem;
  const traced = solveCharacteristics(problem, { tolerance: 1e-6 }).tracedDensity(1e-8);
  for (const t of [1, 2]) {
    // N(0.5 e^-t, 0.36 e^-2t) on each axis: at t = 2 of a standard deviation of a third of a cell.
    const massOf = (i: number) => {
      const [a, b] = [i, i + 1].map((k) => normalCdf((-4 + k / 4 - 0.5 * Math.exp(-t)) / (0.6 * Math.exp(-t))));
      return b - a;
    };
    const exact = Float64Array.from(
      { length: grid.size },
      (_, i) => (massOf(Math.floor(i / 32)) * massOf(i % 32)) / grid.cellVolume,
    );
    const errorOf = (enough: number | null) => {
      const averages = traced.cellAverages(grid, t);
      if (enough !== null) traced.sharpen(averages, grid, t, enough);
      return l1Distance(grid, averages, exact);
    };
    expect(errorOf(1e-4)).toBeLessThan(1e-4);
    expect(errorOf(1e-6)).toBeLessThan(1e-6);
    if (t === 2) expect(errorOf(null)).toBeGreaterThan(1e-2);
  }
});
