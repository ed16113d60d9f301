import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coarsen,
  edgeMass,
  integrate,
  l1Distance,
  marginalMasses,
  mass,
  ROUGHNESS_LIMIT,
  roughness,
} from "../../src/grid/density.ts";
import { type AxisDefinition, centres, createGrid, type Grid, withCells } from "../../src/grid/grid.ts";

const axis = (name: string, cells: number, boundary: AxisDefinition["boundary"] = "no-flux"): AxisDefinition => ({
  name,
  min: -1,
  max: 2,
  cells,
  boundary,
});

const cube = createGrid([axis("x", 12), axis("y", 8, "periodic"), axis("z", 4)]);
const densityOn = (grid: Grid) =>
  fc
    .array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: grid.size, maxLength: grid.size })
    .map((mu) => Float64Array.from(mu));
/** Sums of n terms of one sign in different orders differ by n eps of their total. */
const rounding = (grid: Grid, total: number) => grid.size * Number.EPSILON * total;

describe("mass and integrals", () => {
  it("agree: the mass is the integral of 1, and the sum of every marginal", () => {
    fc.assert(
      fc.property(densityOn(cube), (mu) => {
        const total = mass(cube, mu);
        expect(Math.abs(integrate(cube, mu, new Float64Array(cube.size).fill(1)) - total)).toBeLessThanOrEqual(
          rounding(cube, total),
        );
        for (let a = 0; a < 3; a++) {
          const marginal = marginalMasses(cube, mu, a);
          expect(marginal.length).toBe(cube.shape[a]);
          expect(Math.abs(marginal.reduce((sum, m) => sum + m, 0) - total)).toBeLessThanOrEqual(rounding(cube, total));
        }
      }),
      { seed: 111, numRuns: 50 },
    );
  });

  it("are linear in the function, over more cells than a block", () => {
    const grid = createGrid([axis("x", 3000)]);
    const x = centres(grid.axes[0]);
    const mu = x.map((value) => 1 + value ** 2);
    // Midpoint rule: int_{-1}^{2} (x + x^3) dx = 1.5 + 3.75 to h^2 / 24 times the jump of the derivative, 9.
    expect(Math.abs(integrate(grid, mu, x) - 5.25)).toBeLessThan((0.001 ** 2 / 24) * 9 * 1.01);
    expect(
      integrate(
        grid,
        mu,
        x.map((value) => -2 * value),
      ),
    ).toBeCloseTo(-2 * integrate(grid, mu, x), 12);
  });

  it("put the mass of a single cell in its own place of each marginal", () => {
    const mu = new Float64Array(cube.size);
    mu[7 * 32 + 5 * 4 + 2] = 1 / cube.cellVolume;
    expect([0, 1, 2].map((a) => marginalMasses(cube, mu, a).indexOf(1))).toEqual([7, 5, 2]);
  });
});

describe("coarsen", () => {
  it("keeps the mass and the marginals, and composes", () => {
    const middle = withCells(cube, [6, 4, 4]);
    const fine = withCells(cube, [24, 16, 8]);
    fc.assert(
      fc.property(densityOn(fine), (mu) => {
        const direct = coarsen(fine, mu, middle);
        const inSteps = coarsen(cube, coarsen(fine, mu, cube), middle);
        expect(Math.abs(mass(middle, direct) - mass(fine, mu))).toBeLessThanOrEqual(rounding(fine, mass(fine, mu)));
        expect(l1Distance(middle, direct, inSteps)).toBeLessThanOrEqual(rounding(fine, mass(fine, mu)));
      }),
      { seed: 112, numRuns: 20 },
    );
  });

  it("averages the cells that lie in a coarse cell, axis by axis", () => {
    const fine = createGrid([axis("x", 8), axis("y", 12)]);
    const coarse = withCells(fine, [4, 4]);
    const mu = Float64Array.from({ length: 96 }, (_, i) => 100 * Math.floor(i / 12) + (i % 12));
    // Rows 2i and 2i + 1, columns 3j to 3j + 2: the mean of a linear function is its value in the middle.
    const expected = Array.from({ length: 16 }, (_, k) => 100 * (2 * Math.floor(k / 4) + 0.5) + 3 * (k % 4) + 1);
    coarsen(fine, mu, coarse).forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k], 10);
    });
  });

  it("refuses a grid that is no refinement", () => {
    expect(() => coarsen(cube, new Float64Array(cube.size), withCells(cube, [5, 4, 4]))).toThrow(RangeError);
  });
});

describe("edgeMass", () => {
  it("counts 2% of the width at both ends of no-flux axes, and nothing on periodic ones", () => {
    const mu = Float64Array.from({ length: 200 }, () => 1 / 3);
    expect(edgeMass(createGrid([axis("x", 200)]), mu)).toBeCloseTo(0.04, 12);
    expect(edgeMass(createGrid([axis("x", 200, "periodic")]), mu)).toBe(0);
    // At least one cell: 2 of 12 in x, 2 of 4 in z.
    expect(edgeMass(cube, new Float64Array(cube.size).fill(1 / 27))).toBeCloseTo(0.5, 12);
  });

  it("sees mass at either end, and in the last of several axes", () => {
    const grid = createGrid([axis("x", 100), axis("y", 100)]);
    for (const cell of [0, 99, 9999, 50 * 100, 50 * 100 + 99, 98 * 100 + 50]) {
      const mu = new Float64Array(grid.size);
      mu[cell] = 1 / grid.cellVolume;
      expect(edgeMass(grid, mu)).toBeCloseTo(1, 12);
    }
    const inside = new Float64Array(grid.size);
    inside[50 * 100 + 2] = 1 / grid.cellVolume;
    expect(edgeMass(grid, inside)).toBe(0);
  });
});

describe("roughness", () => {
  const gaussian = (cells: number, at: number, s: number) =>
    Float64Array.from({ length: cells }, (_, i) => Math.exp(-0.5 * ((i - at) / s) ** 2));

  it("is 4 / sqrt(2 pi e) = 0.968 over s^2 for a Gaussian of s cells, in any place", () => {
    const limit = 4 / Math.sqrt(2 * Math.PI * Math.E);
    const grid = createGrid([axis("x", 400)]);
    for (const s of [5, 10, 20]) {
      for (const at of [200, 200.3, 171.5]) {
        // The steepest difference misses the steepest slope by a relative O(1/s^2), with a coefficient below 1/2.
        expect(Math.abs((roughness(grid, gaussian(400, at, s)) * s ** 2) / limit - 1)).toBeLessThan(0.5 / s ** 2);
      }
    }
    expect(roughness(grid, gaussian(400, 200, 3))).toBeCloseTo(ROUGHNESS_LIMIT, 2);
  });

  it("is the largest over the axes and wraps on periodic ones", () => {
    const ring = createGrid([axis("x", 64, "periodic")]);
    const across = Float64Array.from({ length: 64 }, (_, i) => gaussian(64, 32, 5)[(i + 32) % 64]);
    expect(roughness(ring, across)).toBeCloseTo(roughness(ring, gaussian(64, 32, 5)), 12);
    const plane = createGrid([axis("x", 64), axis("y", 48)]);
    const [gx, gy] = [gaussian(64, 30, 6), gaussian(48, 25, 4)];
    const product = Float64Array.from({ length: plane.size }, (_, k) => gx[Math.floor(k / 48)] * gy[k % 48]);
    // Along y the product has the roughness of its factor.
    expect(roughness(plane, product)).toBeCloseTo(roughness(createGrid([axis("y", 48)]), gy), 12);
  });

  it("is 4 p for a share p of mass in single cells, whatever the total mass", () => {
    const grid = createGrid([axis("x", 1000)]);
    const mu = new Float64Array(1000).fill(0.7);
    for (let i = 100; i < 900; i += 100) mu[i] += 0.7 * 125 * 0.25;
    // 8 peaks hold 250 of 1250 parts.
    expect(roughness(grid, mu)).toBeCloseTo(4 * 0.2, 12);
    expect(
      roughness(
        grid,
        mu.map((value) => 3 * value),
      ),
    ).toBeCloseTo(0.8, 12);
  });
});

describe("l1Distance", () => {
  it("is a metric, and at most the sum of the masses", () => {
    const grid = createGrid([axis("x", 5), axis("y", 4)]);
    const density = densityOn(grid);
    fc.assert(
      fc.property(density, density, density, (a, b, c) => {
        const slack = rounding(grid, mass(grid, a) + mass(grid, b) + mass(grid, c));
        expect(l1Distance(grid, a, a)).toBe(0);
        expect(l1Distance(grid, a, b)).toBe(l1Distance(grid, b, a));
        expect(l1Distance(grid, a, c)).toBeLessThanOrEqual(l1Distance(grid, a, b) + l1Distance(grid, b, c) + slack);
        expect(l1Distance(grid, a, b)).toBeLessThanOrEqual(mass(grid, a) + mass(grid, b) + slack);
        expect(l1Distance(grid, a, b)).toBeGreaterThanOrEqual(Math.abs(mass(grid, a) - mass(grid, b)) - slack);
      }),
      { seed: 113, numRuns: 100 },
    );
  });

  it("is twice the mass that has to move where the masses agree", () => {
    const grid = createGrid([axis("x", 30)]);
    const mu = new Float64Array(30).fill(1 / 3);
    const nu = mu.slice();
    nu[3] = 0;
    nu[20] *= 2;
    expect(l1Distance(grid, mu, nu)).toBeCloseTo(2 / 30, 14);
  });
});
