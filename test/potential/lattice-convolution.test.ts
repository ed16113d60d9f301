import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLatticeConvolution } from "../../src/potential/grid-convolution.ts";
import { createKernelSeries } from "../../src/potential/kernel-series.ts";
import type { Lattice, Parity } from "../../src/potential/lattice.ts";
import { createPaddedConvolution } from "../../src/potential/padded-convolution.ts";
import { createSeriesConvolution } from "../../src/potential/series-convolution.ts";
import { anisotropicGaussian, largest, largestDifference, pointwise, randomValues, type Shape } from "./kernels.ts";

const parities = (d: number): Parity[] => ["even", ...Array.from({ length: d }, (): Parity => "odd"), "even"];

/** Displacements of all pairs of places, in places. */
function places({ extent }: Lattice): number[][] {
  return extent.reduce<number[][]>((all, n) => all.flatMap((head) => Array.from({ length: n }, (_, i) => [...head, i])), [[]]);
}

/** sum_j k(x_i - x_j) f_j for every component of k, and the largest of each kind of component among the pairs. */
function denseSums(lattice: Lattice, shape: Shape, f: Float64Array): { sums: Float64Array[]; scales: number[] } {
  const d = lattice.extent.length;
  const all = places(lattice);
  const sums = parities(d).map(() => new Float64Array(f.length));
  const each = sums.map(() => 0);
  all.forEach((x, i) => {
    all.forEach((y, j) => {
      const values = shape(x.map((v, a) => (v - y[a]) * lattice.spacing[a]));
      for (let c = 0; c < sums.length; c++) {
        sums[c][i] += values[c] * f[j];
        each[c] = Math.max(each[c], Math.abs(values[c]));
      }
    });
  });
  const slope = Math.max(...each.slice(1, d + 1));
  return { sums, scales: each.map((scale, c) => (c >= 1 && c <= d ? slope : scale)) };
}

/** exp of a random form in the displacement on free axes and in its sine on those that wrap, where products of two signs would jump. */
function smoothShape(widths: readonly number[], mixed: number, periods: readonly number[]): Shape {
  return (z) => {
    const u = z.map(
      (v, a) => (periods[a] === 0 ? v : (periods[a] / (2 * Math.PI)) * Math.sin((2 * Math.PI * v) / periods[a])) / widths[a],
    );
    const du = z.map((v, a) => (periods[a] === 0 ? 1 : Math.cos((2 * Math.PI * v) / periods[a])) / widths[a]);
    const ddu = u.map((v, a) => (periods[a] === 0 ? 0 : -v * ((2 * Math.PI) / periods[a]) ** 2));
    const k = Math.exp(-u.reduce((total, v, a) => total + v * v + mixed * v * (u[a + 1] ?? 0), 0));
    const slopes = u.map((v, a) => -(2 * v + mixed * ((u[a + 1] ?? 0) + (u[a - 1] ?? 0))));
    const curvature = slopes.reduce((total, s, a) => total + (s * s - 2) * du[a] ** 2 + s * ddu[a], 0);
    return [k, ...slopes.map((s, a) => s * du[a] * k), curvature * k];
  };
}

const axis = fc.record({
  n: fc.integer({ min: 3, max: 9 }),
  wraps: fc.boolean(),
  width: fc.double({ min: 0.15, max: 4, noNaN: true }),
});

/** Dense: N products and sums. Fast: at most 4 n eps for each axis, of a sum of modes that ROUNDING allows 1e-14 of the largest entry. */
const tolerance = (lattice: Lattice, f: Float64Array) => {
  const total = f.reduce((sum, v) => sum + Math.abs(v), 0);
  const roundings = f.length + lattice.extent.reduce((sum, n) => sum + 4 * n, 0);
  return (1e-14 + roundings * Number.EPSILON) * total;
};

describe("convolution on a lattice", () => {
  it("is the dense sum for random smooth kernels and their derivatives, sizes and boundaries", () => {
    fc.assert(
      fc.property(
        fc.array(axis, { minLength: 1, maxLength: 3 }),
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        fc.nat(1000),
        (axes, mixed, seed) => {
          const spacing = axes.map(({ n }) => 3 / n);
          const lattice = { extent: axes.map(({ n }) => n), spacing, periods: axes.map(({ wraps }) => (wraps ? 3 : 0)) };
          const d = axes.length;
          const widths = axes.map(({ width }) => width);
          const shape = smoothShape(widths, mixed, lattice.periods);
          const f = randomValues(
            lattice.extent.reduce((product, n) => product * n, 1),
            seed,
          ).map((v) => v - 0.3);
          const { sums, scales } = denseSums(lattice, shape, f);
          const found = sums.map((sum) => sum.map(() => Number.NaN));
          createLatticeConvolution(lattice, pointwise(d, shape), parities(d)).apply(found, f);
          sums.forEach((sum, c) => {
            // A displacement is rounded by eps of the period, and slopes at places where they vanish by as much of the curvature.
            const slopes = widths.reduce((sum, width) => sum + 2 / width, 0);
            const scale = Math.max(scales[c], [1, slopes, slopes * slopes][c === 0 ? 0 : c <= d ? 1 : 2]);
            expect(largestDifference(found[c], sum)).toBeLessThan(scale * tolerance(lattice, f));
          });
        },
      ),
      { seed: 41, numRuns: 60 },
    );
  });

  // A seam of period 2 n h lies where exp(-0.75 z^2 / scale) has decayed to rounding, or the period is twice as long.
  const cases: [string, number[], number, number][] = [
    ["a line", [57], 0.3, 1],
    ["a line with a kernel that has not decayed", [57], 1.5, 2],
    ["a plane", [20, 17], 1.5, 2],
    ["space", [8, 16, 8], 0.3, 1],
  ];
  for (const [name, extent, scale, stretch] of cases) {
    it(`by a series is within its tolerance, and by padded transforms within rounding, in ${name}`, () => {
      const d = extent.length;
      const lattice: Lattice = { extent, spacing: extent.map((n) => 4 / n), periods: extent.map(() => 0) };
      const kernel = pointwise(d, anisotropicGaussian(scale));
      const f = randomValues(
        extent.reduce((product, n) => product * n, 1),
        5,
      ).map((v) => v - 0.3);
      const total = f.reduce((sum, v) => sum + Math.abs(v), 0);
      const { sums, scales } = denseSums(lattice, anisotropicGaussian(scale), f);
      const found = sums.map((sum) => sum.map(() => Number.NaN));
      for (const share of [1e-15, 1e-9, 1e-5]) {
        const series = createKernelSeries(lattice, kernel, parities(d), share, stretch, () => true);
        if (series === null) throw new Error("this kernel is smooth");
        createSeriesConvolution(lattice, series).apply(found, f);
        sums.forEach((sum, c) => {
          expect(largestDifference(found[c], sum)).toBeLessThan(scales[c] * (share * total + tolerance(lattice, f)));
        });
      }
      createPaddedConvolution(lattice, kernel, parities(d)).apply(found, f);
      sums.forEach((sum, c) => {
        expect(largestDifference(found[c], sum)).toBeLessThan(scales[c] * tolerance(lattice, f));
      });
    });
  }

  it("takes the modes of a Gaussian's known spectrum, and fewer for a larger tolerance", () => {
    const lattice = { extent: [300], spacing: [0.02], periods: [0] };
    const modesAt = (share: number) =>
      createKernelSeries(lattice, pointwise(1, anisotropicGaussian(0.5)), ["even"], share, 1, () => true)?.modes[0] ?? Number.NaN;
    for (const share of [1e-4, 1e-8, 1e-12]) {
      // exp(-z^2 / 0.5) has modes of exp(-k^2 / 8), k = 2 pi m / 12; their tail sums to about erfc(k / sqrt 8).
      const m = (12 / (2 * Math.PI)) * Math.sqrt(8 * Math.log(1 / share));
      expect(modesAt(share)).toBeLessThanOrEqual(m + 1);
      expect(modesAt(share)).toBeGreaterThan(0.8 * m);
    }
  });

  it("refuses a series for a kernel with a kink, and one with a spike between the samples", () => {
    const lattice = { extent: [500], spacing: [0.01], periods: [0] };
    const kink = pointwise(1, ([x]) => [Math.exp(-Math.abs(x))]);
    expect(createKernelSeries(lattice, kink, ["even"], 1e-15, 1, () => true)).toBeNull();
    // 500 cells of 0.01 are 64 samples of 0.156, enough for the Gaussian and none of them within 0.07 of 1.33.
    const spike = pointwise(1, ([x]) => [Math.exp(-x * x) + Math.exp(-(((Math.abs(x) - 1.33) / 0.008) ** 2))]);
    const charge = new Float64Array(500);
    charge[0] = 1;
    const field = new Float64Array(500);
    createLatticeConvolution(lattice, spike, ["even"]).apply([field], charge);
    expect(Math.abs(field[133] - (1 + Math.exp(-1.33 * 1.33)))).toBeLessThan(1e-13);
    expect(largest(field)).toBeLessThan(1 + Math.exp(-1.33 * 1.33) + 1e-13);
  });
});

describe("without WebAssembly", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("a smooth kernel is convolved by padded transforms", async () => {
    const lattice: Lattice = { extent: [64], spacing: [0.1], periods: [0] };
    const kernel = pointwise(1, ([x]) => [Math.exp(-x * x)]);
    const f = randomValues(64, 7);
    const [bySeries, byTransforms, found] = [0, 1, 2].map(() => new Float64Array(64));
    createLatticeConvolution(lattice, kernel, ["even"]).apply([bySeries], f);
    createPaddedConvolution(lattice, kernel, ["even"]).apply([byTransforms], f);
    expect(bySeries).not.toEqual(byTransforms);
    vi.resetModules();
    vi.stubGlobal("WebAssembly", undefined);
    const { createLatticeConvolution: create } = await import("../../src/potential/grid-convolution.ts");
    create(lattice, kernel, ["even"]).apply([found], f);
    expect(found).toEqual(byTransforms);
  });
});
