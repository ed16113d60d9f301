import { describe, expect, test } from "vitest";
import { createCellKernel } from "../../src/measures/cell-kernel.ts";
import { divergenceOfMasses, mergeCells, sumCells } from "../../src/measures/merged-cells.ts";
import { erf } from "../../src/numerics/erf.ts";

const W = 1 / 16;
const CENTRES = Float64Array.from({ length: 256 }, (_, i) => -8 + (i + 0.5) * W);

const below = (z: number) => 0.5 * (1 + erf(z / Math.SQRT2));

/** Masses of N(mean, sd^2) in the cells. */
const normal = (mean: number, sd: number) => CENTRES.map((x) => below((x + W / 2 - mean) / sd) - below((x - W / 2 - mean) / sd));

/** E k(X, Y) for X ~ N(m, v), Y ~ N(m', v') along one axis. */
const gaussian = (h: number, m: number, v: number, other: number, w: number) =>
  (h / Math.sqrt(h * h + v + w)) * Math.exp(-((m - other) ** 2) / (2 * (h * h + v + w)));

function squared(kernel: ReturnType<typeof createCellKernel>, masses: Float64Array): number {
  const out = new Float64Array(kernel.features);
  kernel.apply(out, masses);
  return out.reduce((sum, value) => sum + value * value, 0);
}

describe("MMD of masses on cells in a Gaussian kernel", () => {
  test.each([0.5, 1, 2])("is that of Gaussians, at a bandwidth of %s", (h) => {
    const kernel = createCellKernel([{ centres: CENTRES, bandwidth: h, period: null }]);
    const found = squared(kernel, normal(0.3, 1.2).map((p, i) => p - normal(0, 1)[i])); // biome-ignore format: one call
    const exact = gaussian(h, 0.3, 1.44, 0.3, 1.44) + gaussian(h, 0, 1, 0, 1) - 2 * gaussian(h, 0.3, 1.44, 0, 1);
    // Both are binned alike: O(w^2 / h^2), of which the first term has a factor of about 1/6.
    expect(Math.abs(found / exact - 1)).toBeLessThan((W / h) ** 2 / 4);
    // And is not nothing.
    expect(exact).toBeGreaterThan(1e-3);
  });

  test("is a product over axes, whatever their cells", () => {
    const [few, h, k] = [CENTRES.filter((_, i) => i % 8 === 4), 0.7, 1.3];
    const both = createCellKernel([
      { centres: few, bandwidth: h, period: null },
      { centres: CENTRES, bandwidth: k, period: null },
    ]);
    const [one, other] = [
      createCellKernel([{ centres: few, bandwidth: h, period: null }]),
      createCellKernel([{ centres: CENTRES, bandwidth: k, period: null }]),
    ];
    const [p, q] = [few.map((_, i) => Math.sin(i)), CENTRES.map((_, i) => Math.cos(0.1 * i))];
    const outer = Float64Array.from({ length: 32 * 256 }, (_, i) => p[Math.floor(i / 256)] * q[i % 256]);
    const expected = squared(one, p) * squared(other, q);
    expect(squared(both, outer) / expected).toBeCloseTo(1, 10);
  });

  test("goes round a periodic axis: masses at both ends are neighbours", () => {
    const kernel = createCellKernel([{ centres: CENTRES, bandwidth: 1, period: 16 }]);
    const pair = (i: number, j: number) => CENTRES.map((_, k) => (k === i ? 1 : 0) - (k === j ? 1 : 0));
    expect(squared(kernel, pair(0, 255))).toBeCloseTo(squared(kernel, pair(100, 101)), 12);
    expect(squared(kernel, pair(0, 255))).toBeLessThan(0.01);
    // k(x, x) = 1, and half a period is 8 bandwidths.
    expect(squared(kernel, pair(0, 128))).toBeCloseTo(2, 10);
  });
});

describe("KL of masses on cells", () => {
  test("is that of Gaussians, less what cells do not see", () => {
    const [m, v] = [0.3, 1.44];
    const exact = (p: number, q: number, shift: number) => 0.5 * (p / q - 1 - Math.log(p / q) + shift ** 2 / q);
    // KL of N(m, v) from N(0, 1). Binning loses about w^2 / 24 of the mean of |d/dx log(q/p)|^2 < 0.3: 5e-5.
    const found = divergenceOfMasses(normal(m, Math.sqrt(v)), normal(0, 1));
    expect(found).toBeLessThan(exact(v, 1, m));
    expect(exact(v, 1, m) - found).toBeLessThan(5e-5);
    // The other direction is another number.
    expect(divergenceOfMasses(normal(0, 1), normal(m, Math.sqrt(v)))).toBeCloseTo(exact(1, v, m), 4);
    expect(exact(1, v, m)).not.toBeCloseTo(exact(v, 1, m), 2);
  });

  test("is infinite where one has mass and the other none, and 0 between equals", () => {
    expect(divergenceOfMasses(Float64Array.of(0.5, 0.5), Float64Array.of(1, 0))).toBe(Infinity);
    expect(divergenceOfMasses(Float64Array.of(1, 0), Float64Array.of(0.5, 0.5))).toBeCloseTo(Math.log(2), 15);
    expect(divergenceOfMasses(normal(0, 1), normal(0, 1))).toBe(0);
  });

  test("neighbouring cells are merged until each holds enough, and none is lost", () => {
    const masses = normal(0, 1);
    const merged = mergeCells(masses, [256], 0.01);
    const sums = new Float64Array(merged.count);
    sumCells(sums, merged, masses);
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(0.01);
    expect(sums.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(
      [...merged.labels].every((label, i) => i === 0 || label === merged.labels[i - 1] || label === merged.labels[i - 1] + 1),
    ).toBe(true);
  });

  test("in the plane merged cells are compact: no longer than four times as wide", () => {
    const uniform = new Float64Array(64 * 64).fill(1 / 4096);
    const { labels, count } = mergeCells(uniform, [64, 64], 1 / 64);
    expect(count).toBe(64);
    for (let label = 0; label < count; label++) {
      const own = [...labels.keys()].filter((i) => labels[i] === label);
      const extent = (of: (i: number) => number) => Math.max(...own.map(of)) - Math.min(...own.map(of)) + 1;
      const sides = [extent((i) => Math.floor(i / 64)), extent((i) => i % 64)];
      expect(Math.max(...sides) / Math.min(...sides)).toBeLessThanOrEqual(4);
    }
  });
});
