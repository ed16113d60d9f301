import { describe, expect, it } from "vitest";
import type { Distribution } from "../../src/distributions/distribution.ts";
import { createJointDistribution } from "../../src/distributions/joint.ts";
import { createProductDistribution } from "../../src/distributions/product.ts";
import { InputError } from "../../src/errors.ts";
import { l1Distance, marginalMasses, mass } from "../../src/grid/density.ts";
import { createGrid, type Grid, withCells } from "../../src/grid/grid.ts";
import type { BlockFunction } from "../../src/numerics/block-function.ts";
import { createStream } from "../../src/numerics/random.ts";
import { chiSquareTail } from "../../src/numerics/tails.ts";

const grid = createGrid([
  { name: "x", min: -3, max: 3, cells: 24, boundary: "no-flux" },
  { name: "y", min: 0, max: 4, cells: 16, boundary: "periodic" },
]);

const of =
  (f: (x: number, y: number) => number): BlockFunction =>
  ([out], outputStart, [x, y], inputStart, count) => {
    for (let i = 0; i < count; i++) out[outputStart + i] = f(x[inputStart + i], y[inputStart + i]);
  };

const correlated = (x: number, y: number) => Math.exp(-(x ** 2)) * (1.2 + Math.cos((Math.PI * y) / 2 + x));

/** P-value of samples against the cell averages; samples outside the domain are not allowed here. */
function agreement(distribution: Distribution, on: Grid, samples: number): number {
  const points = [new Float64Array(samples), new Float64Array(samples)];
  distribution.sample(points, samples, createStream(31));
  const { density } = distribution.cellAverages(on);
  const counts = new Float64Array(on.size);
  for (let i = 0; i < samples; i++) {
    const [k, m] = on.axes.map((axis, a) => Math.floor((points[a][i] - axis.min) / axis.width));
    expect(k >= 0 && k < on.shape[0] && m >= 0 && m < on.shape[1]).toBe(true);
    counts[k * on.strides[0] + m]++;
  }
  let [statistic, bins, found, expected] = [0, 0, 0, 0];
  for (let i = 0; i < on.size; i++) {
    found += counts[i];
    expected += samples * density[i] * on.cellVolume;
    if (expected < 10 && i < on.size - 1) continue;
    statistic += (found - expected) ** 2 / Math.max(expected, 1e-3);
    bins++;
    found = expected = 0;
  }
  return chiSquareTail(statistic, bins - 1);
}

describe("a joint density", () => {
  it("has mass 1 on any grid, and averages that agree between grids", () => {
    const distribution = createJointDistribution(of(correlated), grid);
    const fine = distribution.cellAverages(withCells(grid, [48, 32]));
    const coarse = distribution.cellAverages(grid);
    expect(coarse.outside).toBe(0);
    expect(Math.abs(mass(grid, coarse.density) - 1)).toBeLessThan(grid.size * Number.EPSILON);
    const cell = 9 * 16 + 5;
    const parts = [18 * 32 + 10, 18 * 32 + 11, 19 * 32 + 10, 19 * 32 + 11].map((i) => fine.density[i] / 4);
    // Four Gauss points an axis: an error of order h^8, (0.25)^8 over a large factorial.
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(coarse.density[cell], 9);
  });

  it("is sampled as its cell averages say", () => {
    const p = agreement(createJointDistribution(of(correlated), grid), withCells(grid, [12, 32]), 40_000);
    expect(p).toBeGreaterThan(1e-3);
    expect(p).toBeLessThan(1 - 1e-6);
  });

  it("is what the product of distributions is, where it is a product", () => {
    const joint = createJointDistribution(
      of((x, y) => Math.exp(-0.5 * ((x - 0.2) / 0.4) ** 2) * (y > 1 && y < 3 ? 7 : 0)),
      grid,
    );
    const product = createProductDistribution(
      { x: { type: "normal", mean: 0.2, sd: 0.4 }, y: { type: "uniform", min: 1, max: 3 } },
      grid,
    );
    // Cells of 0.6 sd: four Gauss points leave a relative 1e-8 or so.
    expect(l1Distance(grid, joint.cellAverages(grid).density, product.cellAverages(grid).density)).toBeLessThan(1e-6);
  });

  it("is refused where it is negative or not finite, naming the cell, and where it has no mass", () => {
    const averages = (f: (x: number, y: number) => number) => () => createJointDistribution(of(f), grid).cellAverages(grid);
    for (const f of [(x: number) => x, (x: number) => 1 / Math.max(0, x), () => Number.NaN]) {
      expect(averages(f)).toThrow(InputError);
      expect(averages(f)).toThrow(/initial\.density.*negative or not finite in the cell at x = -2\.875, y = 0\.125.*>= 0/);
    }
    expect(averages(() => 0)).toThrow(/initial\.density.*no mass/);
    expect(() =>
      createJointDistribution(
        of(() => 0),
        grid,
      ).sample([new Float64Array(1), new Float64Array(1)], 1, createStream(1)),
    ).toThrow(/no mass/);
  });

  it("is not sampled where it has peaks that its cells do not see", () => {
    const spike = of((x) => 1 + 1e6 * Math.exp(-(((x - 0.0317) / 1e-4) ** 2)));
    const distribution = createJointDistribution(spike, withCells(grid, [4, 4]));
    const n = 200_000;
    const sample = () => distribution.sample([new Float64Array(n), new Float64Array(n)], n, createStream(3));
    expect(sample).toThrow(/varies too much within the cell at x = .*use more cells/);
  });
});

describe("a product of distributions", () => {
  const distributions = { x: { type: "normal", mean: 0.3, sd: 0.5 }, y: { type: "normal", mean: 3.7, sd: 0.6 } } as const;

  it("has the masses of its factors as marginals, and is sampled so, across the seam of a periodic axis", () => {
    const distribution = createProductDistribution(distributions, grid);
    const { density, outside } = distribution.cellAverages(grid);
    // 5.4 standard deviations to the nearer end.
    expect(outside).toBeLessThan(1e-7);
    const alone = createProductDistribution(
      { y: distributions.y },
      createGrid([{ name: "y", min: 0, max: 4, cells: 16, boundary: "periodic" }]),
    );
    const expected = alone.cellAverages(createGrid([{ name: "y", min: 0, max: 4, cells: 16, boundary: "periodic" }])).density;
    marginalMasses(grid, density, 1).forEach((m, i) => {
      expect(m).toBeCloseTo(expected[i] / 4, 13);
    });
    const p = agreement(
      createProductDistribution({ ...distributions, x: { type: "uniform", min: -2, max: 1 } }, grid),
      grid,
      30_000,
    );
    expect(p).toBeGreaterThan(1e-3);
  });

  it("reports the mass that lies outside, and is refused where that is most of it", () => {
    const at = (mean: number) =>
      createProductDistribution({ ...distributions, x: { type: "normal", mean, sd: 1 } }, grid).cellAverages(grid);
    // P(Z > 2) + P(Z < -4) for a mean of 1.
    expect(at(1).outside).toBeCloseTo(0.0227501319481792 + 0.0000316712418331, 9);
    expect(mass(grid, at(1).density)).toBeCloseTo(1, 13);
    expect(() => at(5)).toThrow(InputError);
    expect(() => at(5)).toThrow(/initial: only 0\.0228 of its mass lies in the domain.*widen the domain/);
    expect(() => at(100)).toThrow(/no mass in the domain/);
  });

  it("has a density that is the product of the densities", () => {
    const n = 3;
    const out = new Float64Array(n);
    createProductDistribution({ ...distributions, y: { type: "uniform", min: 1, max: 3 } }, grid).density(
      out,
      [Float64Array.of(0.3, 0.8, 0), Float64Array.of(2, 2, 0.5)],
      n,
    );
    const peak = 1 / (0.5 * Math.sqrt(2 * Math.PI) * 2);
    expect(out[0]).toBeCloseTo(peak, 14);
    expect(out[1]).toBeCloseTo(peak * Math.exp(-0.5), 14);
    expect(out[2]).toBe(0);
  });

  it("needs a distribution for every variable and for nothing else", () => {
    expect(() => createProductDistribution({ x: distributions.x }, grid)).toThrow(/initial\.y: missing/);
    expect(() => createProductDistribution({ ...distributions, z: distributions.x }, grid)).toThrow(
      /initial\.z: not a variable; use x, y/,
    );
  });
});
