import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLeastPotential } from "../../src/finite-volume/least-potential.ts";
import { centres } from "../../src/grid/grid.ts";
import { createTrigonometricSums } from "../../src/numerics/trigonometric-sums.ts";
import { createGridPotential } from "../../src/potential/potential.ts";
import { createSeriesReader } from "../../src/potential/series-reader.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";
import { randomValues } from "./kernels.ts";

test("a series is read at the places of its lattice as it is summed there, in one to three dimensions", () => {
  const axis = fc.record({
    points: fc.integer({ min: 2, max: 9 }),
    more: fc.integer({ min: 0, max: 9 }),
    modes: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(axis, { minLength: 1, maxLength: 3 }), fc.nat(1000), (sizes, seed) => {
      const axes = sizes.map(({ points, more, modes }) => ({ points, period: points + more, modes }));
      const sums = createTrigonometricSums(axes);
      const coefficients = randomValues(sums.size, seed);
      const size = axes.reduce((product, { points }) => product * points, 1);
      const expected = new Float64Array(size);
      sums.synthesise(expected, coefficients);
      const stride = (a: number) => axes.slice(a + 1).reduce((product, { points }) => product * points, 1);
      const places = axes.map(({ points }, a) => Float64Array.from({ length: size }, (_, i) => Math.floor(i / stride(a)) % points));
      const found = new Float64Array(size);
      createSeriesReader(axes, coefficients)(found, places, size);
      // A sum of at most 11^3 numbers of size 1, with angles rounded by 5 modes times pi.
      const total = coefficients.reduce((sum, c) => sum + Math.abs(c), 0);
      for (let i = 0; i < size; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(total * 3 * 32 * Number.EPSILON);
    }),
    { seed: 71, numRuns: 100 },
  );
});

const problem = (potential: ProblemInput["potential"], cells: number, boundary: "no-flux" | "periodic" = "no-flux") =>
  problemOf({
    variables: { x: { min: -3, max: 3, cells, boundary }, y: { min: -2, max: 2, cells: 32 } },
    potential,
    initial: { x: { type: "uniform", min: -2, max: 1 }, y: { type: "normal", mean: 0.2, sd: 0.4 } },
    observables: {},
  });

describe("int K dmu between the cells is the sum over them", () => {
  const kinds: [string, ProblemInput["potential"]][] = [
    ["a convolution", { F: "cos(pi*x/3)", K: { type: "convolution", expression: "exp(-sin(pi*x/3)^2 - 2*y^2)" } }],
    [
      "features",
      {
        F: "cos(pi*x/3)",
        K: { type: "features", expression: "exp(-(y - q)^2)*cos(pi*x/3)", inputs: { q: { min: -2, max: 2, points: 9 } } },
      },
    ],
    [
      "a network, linear in y",
      { network: { unit: "y*cos(pi*x/3 + q)", inputs: { q: { min: 0, max: 3, points: 9 } }, target: "q" } },
    ],
  ];
  for (const boundary of ["no-flux", "periodic"] as const) {
    test.each(kinds)(`for %s, ${boundary}`, async (_, potential) => {
      const given = await problem(potential, 64, boundary);
      const { grid } = given;
      const mu = randomValues(grid.size, 3);
      const { between } = createGridPotential(given.potential, grid);
      if (between === undefined) throw new Error("there is one for this kernel");
      // Within the domain, up to its walls.
      const points = [randomValues(50, 1).map((v) => -3 + 6 * v), randomValues(50, 2).map((v) => -1.8 + 3.6 * v)];
      const found = new Float64Array(50);
      between.of(mu)(found, points, 50);
      const cells = [0, 1].map((a) =>
        Float64Array.from(mu, (_value, i) => centres(grid.axes[a])[Math.floor(i / grid.strides[a]) % grid.shape[a]]),
      );
      const weights = mu.map((m) => m * grid.cellVolume);
      const expected = new Float64Array(50);
      given.potential.kernel
        ?.atPoints(0)
        .addAt({ value: expected, gradient: null, laplacian: null }, points, 50, cells, weights, grid.size);
      const scale = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      // Modes sum to K within 1e-14 of its largest value at the displacements of the grid, and as nearly between them, as K is analytic.
      for (let i = 0; i < 50; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(1e-13 * scale);
    });
  }
});

test("where it is not the sum over the cells, the least potential is searched by that sum", async () => {
  // On cells of 6/64 the wave is 1 at every displacement of the grid, and lowers V by 1 half a cell from the centres.
  const given = await problem(
    { F: "(x - 0.9)^2 + y^2", K: { type: "convolution", expression: "exp(-x^2 - y^2) + 0.5*cos(64*pi*x/3)" } },
    64,
  );
  const { grid, potential } = given;
  const onGrid = createGridPotential(potential, grid);
  const mu = given.initial.cellAverages(grid).density;
  const V = new Float64Array(grid.size);
  onGrid.evaluate(V, mu);
  const { between: _, ...alone } = onGrid;
  const least = createLeastPotential(potential, grid, alone)(mu, V);
  expect(least).toBeLessThan(V.reduce((lowest, v) => Math.min(lowest, v), Infinity) - 0.9);
  // Modes that fit at the displacements of the grid miss the wave between them, and others everything.
  const smooth = { F: "x^2", K: { type: "convolution" as const, expression: "exp(-x^2 - y^2) + 0.5" } };
  const { between } = createGridPotential((await problem(smooth, 64)).potential, grid);
  if (between === undefined) throw new Error("there is one for this kernel");
  const nothing = { exact: false, of: () => (out: Float64Array) => void out.fill(0) };
  for (const wrong of [between, nothing]) {
    expect(createLeastPotential(potential, grid, { ...alone, between: wrong })(mu, V)).toBe(least);
    expect(createLeastPotential(potential, grid, { ...alone, between: { ...wrong, exact: true } })(mu, V)).not.toBe(least);
  }
});
