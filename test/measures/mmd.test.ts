import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mmd } from "../../src/measures/mmd.ts";
import type { PointMeasure } from "../../src/measures/point-measure.ts";
import { createFeaturesKernel } from "../../src/potential/features.ts";
import type { Kernel } from "../../src/potential/potential.ts";
import {
  anisotropicGaussian,
  convolutionOf,
  cosines,
  featuresOf,
  gridOf,
  pairwiseOf,
  pointwise,
  randomPoints,
  randomValues,
  type Wave,
} from "../potential/kernels.ts";
import { image, pairMean, pointMeasure, shares } from "./measures.ts";

const waves: Wave[] = [
  { weight: 1, k: [1.1, 0.3, -0.2] },
  { weight: 0.5, k: [-0.7, 2.1, 0.9] },
];
const wavesIn = (d: number) => waves.map(({ weight, k }) => ({ weight, k: k.slice(0, d) }));
const freeGrid = (d: number) => gridOf(Array.from({ length: d }, () => [8, false] as const));

/** Rounding of a square: eps of max|K|, below 2, for each of at most 24 points. */
const ROUNDING = 24 * 4 * Number.EPSILON;
/** The tolerance required of a particle mesh: squares are then right to 4 of it, times max|K|. */
const MESH_TOLERANCE = 1e-10;
const TINY_SQUARE = 8 * MESH_TOLERANCE + ROUNDING;
const TINY = Math.sqrt(TINY_SQUARE);

/** The same kernel, which plans its sums at points once and not at each call. */
function planned(kernel: Kernel): Kernel {
  const interaction = kernel.atPoints(MESH_TOLERANCE);
  return { ...kernel, atPoints: () => interaction };
}

/** sum_ij s_i s_j K(z_i, z_j) with the matrix of the kernel. */
function byMatrix(kernel: Kernel, a: PointMeasure, b: PointMeasure): number {
  const signed = [...shares(a), ...shares(b).map((share) => -share)];
  const n = signed.length;
  const points = a.points.map((x, axis) => Float64Array.of(...x.subarray(0, a.count), ...b.points[axis].subarray(0, b.count)));
  const gram = new Float64Array(n * n);
  kernel.gram(gram, points, n);
  return signed.reduce((sum, s, i) => sum + signed.reduce((row, t, j) => row + s * t * gram[i * n + j], 0), 0);
}

describe("the maximum mean discrepancy", () => {
  for (const d of [1, 2, 3]) {
    const kernels: [string, Kernel][] = [
      ["convolution", convolutionOf(anisotropicGaussian(), freeGrid(d))],
      ["periodic convolution", convolutionOf(anisotropicGaussian(0.1), gridOf(Array.from({ length: d }, () => [8, true])))],
      ["features", featuresOf(wavesIn(d), d)],
      ["pairwise", pairwiseOf(anisotropicGaussian(), freeGrid(d))],
    ];
    for (const [name, unplanned] of kernels) {
      const kernel = planned(unplanned);
      it(`is the root of the signed sum over the matrix of K, for a ${name} kernel in ${d}D, and a metric`, () => {
        fc.assert(
          fc.property(pointMeasure(d), pointMeasure(d), pointMeasure(d), (a, b, c) => {
            expect(Math.abs(mmd(kernel, a, b) ** 2 - Math.max(0, byMatrix(kernel, a, b)))).toBeLessThan(TINY_SQUARE);
            expect(mmd(kernel, a, a)).toBeLessThan(TINY);
            expect(Math.abs(mmd(kernel, a, b) - mmd(kernel, b, a))).toBeLessThan(TINY);
            expect(mmd(kernel, a, c)).toBeLessThanOrEqual(mmd(kernel, a, b) + mmd(kernel, b, c) + TINY);
          }),
          { seed: 480 + d, numRuns: 20 },
        );
      });
    }

    it(`is the difference of the Fourier coefficients where K is a sum of cosines, in ${d}D`, () => {
      const convolution = planned(convolutionOf(cosines(wavesIn(d)), freeGrid(d)));
      fc.assert(
        fc.property(pointMeasure(d), pointMeasure(d), (a, b) => {
          const one: PointMeasure = { points: a.points.map(() => Float64Array.of(0)), weights: null, count: 1 };
          const square = wavesIn(d).reduce((sum, { weight, k }) => {
            const phase = (x: number[]) => k.reduce((total, ka, axis) => total + ka * x[axis], 0);
            const [cosine, sine] = [Math.cos, Math.sin].map(
              (f) => pairMean(a, one, (x) => f(phase(x))) - pairMean(b, one, (x) => f(phase(x))),
            );
            return sum + weight * (cosine ** 2 + sine ** 2);
          }, 0);
          // Phases up to 40 are rounded to 40 eps.
          expect(Math.abs(mmd(featuresOf(wavesIn(d), d), a, b) ** 2 - square)).toBeLessThan(40 * ROUNDING);
          expect(Math.abs(mmd(convolution, a, b) ** 2 - square)).toBeLessThan(40 * ROUNDING + TINY_SQUARE);
        }),
        { seed: 484 + d, numRuns: 20 },
      );
    });
  }

  it("is the distance of the means for the linear kernel x . x'", () => {
    // phi = theta_p, one feature for each axis; derivatives are not requested.
    const phi = pointwise(4, (slots) => [slots[slots[3]]]);
    const linear = createFeaturesKernel({
      dimension: 3,
      value: phi,
      valueAndGradient: phi,
      valueGradientLaplacian: phi,
      inputs: [Float64Array.of(0, 1, 2)],
      weights: Float64Array.of(1, 1, 1),
      linearAxis: null,
    });
    fc.assert(
      fc.property(pointMeasure(3), pointMeasure(3), (a, b) => {
        const mean = (distribution: PointMeasure, axis: number) =>
          shares(distribution).reduce((sum, share, i) => sum + share * distribution.points[axis][i], 0);
        const expected = Math.hypot(...[0, 1, 2].map((axis) => mean(a, axis) - mean(b, axis)));
        // Positions up to 8 in size, K up to 3 * 64.
        expect(Math.abs(mmd(linear, a, b) ** 2 - expected ** 2)).toBeLessThan(100 * ROUNDING);
      }),
      { seed: 488, numRuns: 100 },
    );
  });

  it("keeps the tolerance of the particle mesh, and tightens with it", () => {
    const distribution = (seed: number, shift: number): PointMeasure => ({
      points: randomPoints(1, 400, 0.5, seed).map((x) => x.map((value) => value + shift)),
      weights: randomValues(400, seed + 1),
      count: 400,
    });
    const [a, b] = [distribution(1, 0), distribution(3, 0.05)];
    const kernel = convolutionOf(anisotropicGaussian(), freeGrid(1));
    const square = mmd(pairwiseOf(anisotropicGaussian(), freeGrid(1)), a, b) ** 2;
    // 4 tolerances of max|K| = 1.
    expect(Math.abs(mmd(kernel, a, b) ** 2 - square)).toBeLessThan(4e-7);
    expect(Math.abs(mmd(kernel, a, b, 1e-10) ** 2 - square)).toBeLessThan(4e-10);
    expect(mmd(kernel, a, a)).toBeLessThan(2 * Math.sqrt(1e-7));
    const tolerances: (number | undefined)[] = [];
    const listening: Kernel = {
      ...kernel,
      atPoints(tolerance) {
        tolerances.push(tolerance);
        return kernel.atPoints(tolerance);
      },
    };
    mmd(listening, a, b);
    mmd(listening, a, b, 1e-9);
    expect(tolerances).toEqual([undefined, 1e-9]);
  });

  it("does not see a move by a period of the kernel, and no other", () => {
    const ring = convolutionOf(anisotropicGaussian(0.3), gridOf([[8, true]]));
    const line = convolutionOf(anisotropicGaussian(0.3), freeGrid(1));
    // The axis is [-1.5, 1.7].
    const here: PointMeasure = { points: [Float64Array.of(-1.2, 0.3)], weights: Float64Array.of(1, 2), count: 2 };
    const round = image(here, ([x]) => [x + 3.2]);
    expect(mmd(ring, here, round)).toBeLessThan(1e-7);
    expect(mmd(line, here, round)).toBeGreaterThan(0.5);
  });
});
