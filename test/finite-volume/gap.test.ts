import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createLeastPotential } from "../../src/finite-volume/least-potential.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { fillCentres } from "../../src/grid/grid.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { measureEnergy } from "../../src/potential/energy.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";

const place = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const names = ["x", "y", "z"];

describe("the gap of the finite volumes is an upper bound of E - E*", () => {
  test("without K, where it is all of it, on eight cells an axis of one to three dimensions", async () => {
    for (const dimension of [1, 2, 3]) {
      const axes = names.slice(0, dimension);
      await fc.assert(
        fc.asyncProperty(fc.tuple(place, place, place), async (minimum) => {
          const F = axes.map((name, a) => `${a + 1}*(${name} - (${minimum[a]}))^2`).join(" + ");
          const problem = await problemOf({
            variables: Object.fromEntries(axes.map((name) => [name, { min: -2, max: 2, cells: 8 }])),
            potential: { F },
            initial: Object.fromEntries(axes.map((name) => [name, { type: "normal" as const, mean: 0.2, sd: 0.7 }])),
            observables: {},
            time: { end: 2, snapshots: 2 },
            alpha: 4,
          });
          for (const { energy, gap } of solve(problem).snapshots) {
            // min F = 0 is found to rounding of F there; E is of order 1.
            expect(Math.abs((gap ?? Number.NaN) - energy)).toBeLessThan(1e-13);
          }
        }),
        { seed: 41, numRuns: 5 },
      );
    }
  });

  test("with K = c x x', where the minimiser is a point between the cells, however long it runs", async () => {
    const [k, b, c] = [0.8, 0.9, 0.7];
    const problem = await problemOf({
      variables: { x: { min: -3, max: 3, cells: 16 } },
      potential: { F: `${k / 2}*x^2 - ${b}*x`, K: { type: "pairwise", expression: `${c}*x*x_prime` } },
      alpha: 3,
      time: { end: 30, snapshots: [0, 1, 30] },
    });
    for (const { energy, gap } of solve(problem).snapshots) {
      expect(gap).toBeGreaterThanOrEqual(energy + (b * b) / (2 * (k + c)) - 1e-14);
    }
    // At the end the mass sits in one cell, where the minimum over centres would leave a gap of 0.
    expect(solve(problem).snapshots[2].gap).toBeGreaterThan(1e-3);
  });

  test("where F has its minimum in a dip between two centres that neither of them sees", async () => {
    // A tenth of a cell wide and deeper than the well: the samples, a 32nd of a cell apart, see it.
    const dip = (x: number) => x * x - 9 * Math.exp(-(((x - 1.27) / 0.025) ** 2));
    const problem = await problemOf({
      variables: { x: { min: -4, max: 4, cells: 32 } },
      potential: { F: "x^2 - 9*exp(-((x - 1.27)/0.025)^2)" },
      time: { end: 0.1, snapshots: [0, 0.1] },
      alpha: 1,
    });
    const least = Math.min(...Array.from({ length: 20_001 }, (_, i) => dip(1.17 + 1e-5 * i)));
    for (const { energy, gap } of solve(problem).snapshots) {
      // The scan is at most 0.5e-5 from the minimum, where F'' = 2.9e4: 4e-7.
      expect(Math.abs((gap ?? Number.NaN) - (energy - least))).toBeLessThan(4e-7);
    }
  });

  const kinds: [string, ProblemInput["potential"], "no-flux" | "periodic"][] = [
    ["convolution", { F: "cos(x)", K: { type: "convolution", expression: "exp(-x^2/0.3)" } }, "no-flux"],
    ["convolution", { F: "cos(x)", K: { type: "convolution", expression: "cos(x) + 0.5*cos(3*x)" } }, "periodic"],
    ["pairwise", { F: "cos(2*x)", K: { type: "pairwise", expression: "sin(x)*sin(x_prime) + 0.3*cos(x-x_prime)" } }, "periodic"],
  ];
  test.each(kinds)(
    "since E, V and Vbar are those of points at the centres, for K of type %s",
    async (_kind, potential, boundary) => {
      // An odd count of cells: none is half a period from another.
      const problem = await problemOf({
        variables: { x: { min: -Math.PI, max: Math.PI, cells: 27, boundary } },
        potential,
        initial: { x: { type: "uniform", min: -2, max: 1 } },
        observables: {},
      });
      const { grid } = problem;
      const onGrid = createGridPotential(problem.potential, grid);
      const mu = problem.initial.cellAverages(grid).density;
      const V = new Float64Array(grid.size);
      onGrid.evaluate(V, mu);
      const state = measureEnergy(grid, onGrid, mu, V);
      const atPoints = createPointPotential(problem.potential, 1e-12);
      const centres = grid.axes.map(() => new Float64Array(grid.size));
      fillCentres(grid, 0, grid.size, centres);
      const weights = mu.map((m) => m * grid.cellVolume);
      const atCentres = new Float64Array(grid.size);
      atPoints.value(atCentres, centres, weights, grid.size);
      for (let i = 0; i < grid.size; i++) expect(Math.abs(atCentres[i] - V[i])).toBeLessThan(1e-13);
      const energy = atPoints.energy(atCentres, new Float64Array(grid.size), centres, weights, grid.size);
      expect(Math.abs(energy - state.energy)).toBeLessThan(1e-13);
      // A scan is at most h / 4000 = 5.8e-5 from the minimum, and with V'' <= 10 at most 1.7e-8 above it.
      const least = createLeastPotential(problem.potential, grid, onGrid)(mu, V);
      const scan = Float64Array.from({ length: 27 * 2000 }, (_, i) => -Math.PI + ((i + 0.5) * 2 * Math.PI) / (27 * 2000));
      const values = new Float64Array(scan.length);
      atPoints.field({ value: values, gradient: null, laplacian: null }, [scan], scan.length, centres, weights, grid.size);
      const scanned = values.reduce((lowest, value) => Math.min(lowest, value), Infinity);
      expect(least).toBeLessThanOrEqual(scanned + 1e-9);
      expect(least).toBeGreaterThan(scanned - 2e-8);
    },
  );

  test("at needles of F between the points that each method looks at, for characteristics and particles as well", async () => {
    for (const at of [0.3217, -2.0001, 1.4999]) {
      // 512 cells of 0.0117 at the most, with samples every 1/32 of one: 0.00037 apart, in needles of width 0.002.
      const problem = await problemOf({
        variables: { x: { min: -3, max: 3, cells: 128 } },
        potential: { F: `0.5*x^2 - 30*exp(-((x-(${at}))/0.002)^2)` },
        initial: { x: { type: "uniform", min: 0.5, max: 0.7 } },
        time: { end: 0.01, snapshots: [0] },
        alpha: 1,
      });
      // With d = x - at and w = 0.002: at^2/2 + at d + d^2/2 - 30 (1 - d^2/w^2 + ..) is least at d = -at w^2/60, up to factors of 1 + O(w^2/60).
      const least = 0.5 * at ** 2 - 30 - (at * 0.002) ** 2 / 120;
      const gaps = [solve(problem).snapshots[0], solveCharacteristics(problem, { nodes: 32, tolerance: 1e-3 }).snapshots[0]].map(
        ({ energy, gap }) => (gap ?? Number.NaN) - energy,
      );
      const particles = (await simulate(problem, { n: 20, dt: 0.01, workers: 1 })).snapshots[0];
      // Without K, Vbar = E: the gap is E - min F. The parabola of -30 exp(-d^2 / 4e-6) is found to rounding of 30.
      for (const found of [...gaps, particles.gap! - particles.energy]) expect(Math.abs(found + least)).toBeLessThan(1e-10);
    }
  });
});
