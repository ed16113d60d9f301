import { expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { l1Distance, mass } from "../../src/grid/density.ts";
import { normalCdf } from "../../src/numerics/tails.ts";
import { problemOf } from "../fixtures.ts";

const CELLS = 32;

/** The quadratic well in the plane, whose mu_t is N(0.53 e^-t, (0.6 e^-t)^2) on each axis. */
const well = () => {
  const axis = { min: -4, max: 4, cells: CELLS };
  const normal = { type: "normal" as const, mean: 0.53, sd: 0.6 };
  return problemOf({
    variables: { x: axis, y: axis },
    potential: { F: "0.5*x^2 + 0.5*y^2" },
    initial: { x: normal, y: normal },
    dynamics: "gradient-descent",
    time: { end: 8, snapshots: [1, 2, 4, 8] },
  });
};

test("labels mapped forwards bring all mass to its cells, however narrow it is: where one cell holds it all, and where four share it", async () => {
  const problem = await well();
  const { grid } = problem;
  const traced = solveCharacteristics(problem, { tolerance: 1e-4 }).tracedDensity(1e-6, 1, true);
  expect(traced.conserves).toBe(true);
  for (const t of [1, 2, 4, 8]) {
    const massOf = (i: number) => {
      const [a, b] = [i, i + 1].map((k) => normalCdf((-4 + k / 4 - 0.53 * Math.exp(-t)) / (0.6 * Math.exp(-t))));
      return b - a;
    };
    const exact = Float64Array.from(
      { length: grid.size },
      (_, i) => (massOf(Math.floor(i / CELLS)) * massOf(i % CELLS)) / grid.cellVolume,
    );
    const averages = traced.cellAverages(grid, t);
    expect(mass(grid, averages)).toBeCloseTo(1, 9);
    // 256 labels over 12 standard deviations: a label of 0.05 of them that an edge cuts is even to h / 4 of its mass rho h at most, on each side of an edge, so that
    // the edges through a peak, one an axis, cost at most 2 rho h^2 / 8 x 2 = 5e-4.
    expect(l1Distance(grid, averages, exact)).toBeLessThan(5e-4);
  }
});

test("a distribution that goes around a period more than once is traced back", async () => {
  const axis = { min: -1, max: 1, cells: 8, boundary: "periodic" as const };
  const conserves = async (sd: number) => {
    const normal = { type: "normal" as const, mean: 0, sd };
    const problem = await problemOf({
      variables: { x: axis, y: axis },
      potential: { F: "cos(pi*x) + cos(pi*y)" },
      initial: { x: normal, y: normal },
      time: { end: 0.1, snapshots: 1 },
    });
    return solveCharacteristics(problem, { tolerance: 1e-3 }).tracedDensity(1e-4, 1, true).conserves;
  };
  expect(await conserves(0.1)).toBe(true);
  expect(await conserves(0.5)).toBe(false);
});
