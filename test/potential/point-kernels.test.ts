import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { Grid } from "../../src/grid/grid.ts";
import { createDirectSum, displacementLoader } from "../../src/potential/direct-sum.ts";
import { createPairwiseKernel } from "../../src/potential/pairwise.ts";
import type { Kernel, PointInteraction } from "../../src/potential/potential.ts";
import { meshFactor, modulated, wholeField } from "./brute-force.ts";
import {
  anisotropicGaussian,
  convolutionOf,
  cosines,
  featuresOf,
  formsOf,
  gridOf,
  largest,
  largestDifference,
  pairwiseOf,
  randomPoints,
  randomValues,
  type Shape,
  type Wave,
} from "./kernels.ts";

const waves: Wave[] = [
  { weight: 1, k: [1.1, 0.3, -0.2] },
  { weight: 0.5, k: [-0.7, 2.1, 0.9] },
];
const wavesIn = (d: number) => waves.map(({ weight, k }) => ({ weight, k: k.slice(0, d) }));
const freeGrid = (d: number) => gridOf(Array.from({ length: d }, () => [8, false] as const));

interface Field {
  value: Float64Array;
  gradient: Float64Array[];
}

function fieldOf(kernel: Kernel, points: readonly Float64Array[], weights: Float64Array | null): Field {
  const count = points[0].length;
  const value = new Float64Array(count);
  const gradient = points.map(() => new Float64Array(count));
  kernel.atPoints().add(value, gradient, points, weights, count);
  return { value, gradient };
}

function expectSameField(found: Field, expected: Field, tolerance: number): void {
  expect(largestDifference(found.value, expected.value)).toBeLessThan(tolerance * largest(expected.value));
  const scale = Math.max(...expected.gradient.map(largest));
  found.gradient.forEach((component, a) => {
    expect(largestDifference(component, expected.gradient[a])).toBeLessThan(tolerance * scale);
  });
}

describe("sums over points", () => {
  for (const d of [1, 2, 3]) {
    it(`are the same as a convolution, by pairs and by features in ${d}D, weighted and not`, () => {
      const points = randomPoints(d, 150, 0.8, d);
      const kinds = (shape: Shape, grid: Grid) => [convolutionOf(shape, grid), pairwiseOf(shape, grid), featuresOf(wavesIn(d), d)];
      for (const weights of [null, randomValues(150, 9).map((w) => w / 75)]) {
        const [convolution, pairs, features] = kinds(cosines(wavesIn(d)), freeGrid(d)).map((k) => fieldOf(k, points, weights));
        // Sums of 150 terms, 150 eps; the convolution may use its mesh, which promises 1e-7 of max|K| = 1.5 before cancellation.
        expectSameField(features, pairs, 1e-12);
        expectSameField(convolution, pairs, 1e-6);
      }
    });

    it(`have the gradient of their value, and the Laplacian of their gradient, in ${d}D`, () => {
      const h = 1e-4;
      const sources = randomPoints(d, 40, 0.7, 10 + d);
      const probes = randomPoints(d, 10, 0.7, 20 + d);
      const gaussian = anisotropicGaussian(2);
      const pair = modulated(gaussian);
      const kernels: Kernel[] = [
        convolutionOf(gaussian, freeGrid(d)),
        createPairwiseKernel({ dimension: d, ...formsOf(2 * d, d, (slots) => pair(slots.slice(0, d), slots.slice(d))) }),
        featuresOf(wavesIn(d), d),
      ];
      for (const interaction of kernels.map((kernel) => kernel.atPoints(1e-11))) {
        const fieldAt = (axis: number, step: number) => {
          const field = wholeField(d, 10);
          const moved = probes.map((x, a) => (a === axis ? x.map((v) => v + step) : x));
          interaction.addAt(field, moved, 10, sources, null, 40);
          return field;
        };
        const centre = fieldAt(0, 0);
        const laplacian = new Float64Array(10);
        // h^2 / 6 times derivatives of order 3 and 4, below 20 on each axis, and the errors over h: 40 eps, and for a mesh its 1e-11.
        const tolerance = (h * h * 20) / 6 + (40 * Number.EPSILON + 1e-11 * meshFactor(d)) / h;
        for (let a = 0; a < d; a++) {
          const [forward, backward] = [fieldAt(a, h), fieldAt(a, -h)];
          const slope = (ahead: Float64Array, behind: Float64Array) => ahead.map((v, i) => (v - behind[i]) / (2 * h));
          expect(largestDifference(slope(forward.value, backward.value), centre.gradient[a])).toBeLessThan(tolerance);
          slope(forward.gradient[a], backward.gradient[a]).forEach((v, i) => {
            laplacian[i] += v;
          });
        }
        expect(largest(centre.laplacian)).toBeGreaterThan(0.1);
        expect(largestDifference(laplacian, centre.laplacian)).toBeLessThan(d * tolerance);
      }
    });

    it(`are the matrix of gram times the weights, and that matrix is symmetric, in ${d}D`, () => {
      // Few enough for the direct sum.
      const n = 20;
      const points = randomPoints(d, n, 1.2, 30 + d);
      const weights = randomValues(n, 31);
      const wrapping = gridOf(Array.from({ length: d }, (_, a) => [8, a === 0] as const));
      for (const kernel of [
        convolutionOf(anisotropicGaussian(), freeGrid(d)),
        convolutionOf(anisotropicGaussian(), wrapping),
        pairwiseOf(anisotropicGaussian(), wrapping),
        featuresOf(wavesIn(d), d),
      ]) {
        const gram = new Float64Array(n * n).fill(Number.NaN);
        kernel.gram(gram, points, n);
        const { value } = fieldOf(kernel, points, weights);
        const transposed = gram.map((_, k) => gram[(k % n) * n + Math.floor(k / n)]);
        expect(largestDifference(gram, transposed)).toBeLessThan(1e-13);
        const product = value.map((_, i) => weights.reduce((total, w, j) => total + gram[i * n + j] * w, 0));
        expect(largestDifference(value, product)).toBeLessThan(n * 1e-14);
      }
    });
  }

  it("add to what is there, leave out what is not wanted, and take 1/n for weights of null", () => {
    const points = randomPoints(2, 50, 0.6, 40);
    for (const kernel of [
      convolutionOf(anisotropicGaussian(), freeGrid(2)),
      featuresOf(wavesIn(2), 2),
      pairwiseOf(anisotropicGaussian(), freeGrid(2)),
    ]) {
      const expected = fieldOf(kernel, points, new Float64Array(50).fill(1 / 50));
      const value = new Float64Array(50).fill(3);
      kernel.atPoints().add(value, null, points, null, 50);
      expect(largest(value.map((v, i) => v - 3 - expected.value[i]))).toBeLessThan(1e-14);
      const gradient = [0, 1].map(() => new Float64Array(50).fill(-1));
      kernel.atPoints().add(null, gradient, points, null, 50);
      gradient.forEach((component, a) => {
        expect(largest(component.map((g, i) => g + 1 - expected.gradient[a][i]))).toBeLessThan(1e-14);
      });
    }
  });

  it("see a point through the seam of a periodic axis at the wrapped distance", () => {
    const ring = gridOf([[8, true]]);
    const kernel = convolutionOf(anisotropicGaussian(0.3), ring);
    // The axis is [-1.5, 1.7]: -1.4 and 1.6 are 0.2 apart.
    const { value, gradient } = fieldOf(kernel, [Float64Array.of(-1.4, 1.6)], Float64Array.of(0, 1));
    const [k, slope] = anisotropicGaussian(0.3)([0.2]);
    expect(value[0]).toBeCloseTo(k, 14);
    expect(gradient[0][0]).toBeCloseTo(slope, 14);
  });
});

describe("the choice between direct sum and mesh", () => {
  /** exp(-|x|), whose Laplacian at 0 is left out. */
  const cusp: Shape = ([x]) => [Math.exp(-Math.abs(x)), -Math.sign(x) * Math.exp(-Math.abs(x)), Math.exp(-Math.abs(x))];

  it("keeps a mesh within the required tolerance, and does no more for the usual one of 1e-7", () => {
    const [x] = randomPoints(1, 1000, 0.5, 54);
    const [y] = randomPoints(1, 50, 0.5, 55);
    const gaussian = anisotropicGaussian(1);
    const direct = createDirectSum(formsOf(1, 1, gaussian), 1, 1, displacementLoader([0]));
    const fieldBy = (interaction: PointInteraction) => {
      const field = wholeField(1, 50);
      interaction.addAt(field, [y], 50, [x], null, 1000);
      return field.components;
    };
    const exact = fieldBy(direct);
    // max|k|, max|k'| and max|k''| of exp(-x^2).
    const scales = [1, Math.sqrt(2 / Math.E), 2];
    const errorsAt = (tolerance?: number) => {
      const found = fieldBy(convolutionOf(gaussian, freeGrid(1)).atPoints(tolerance));
      return found.map((component, c) => largestDifference(component, exact[c]) / scales[c]);
    };
    for (const tolerance of [1e-6, 1e-8, 1e-10, 1e-12]) {
      expect(Math.max(...errorsAt(tolerance))).toBeLessThan(tolerance * meshFactor(1));
    }
    expect(errorsAt()).toEqual(errorsAt(1e-7));
    expect(Math.max(...errorsAt())).toBeGreaterThan(1e-10);
  });

  it("sums a kernel with a kink directly, and refuses it for many particles with a remedy", () => {
    const kernel = convolutionOf(cusp, freeGrid(1));
    const [few] = randomPoints(1, 100, 1, 50);
    expectSameField(fieldOf(kernel, [few], null), fieldOf(pairwiseOf(cusp, freeGrid(1)), [few], null), 1e-13);
    const many = randomPoints(1, 20001, 1, 51);
    expect(() => fieldOf(kernel, many, null)).toThrow(InputError);
    expect(() => fieldOf(kernel, many, null)).toThrow(/potential\.K.*not smooth enough.*n = 20001.*n <= 20000, a smoother K/);
    // At few targets it is not too many.
    const field = wholeField(1, 1);
    kernel.atPoints().addAt(field, [Float64Array.of(9)], 1, many, null, 20001);
    const mean = many[0].reduce((total, x) => total + Math.exp(x - 9), 0) / 20001;
    // Sums of 20001 positive terms.
    for (const [c, expected] of [mean, -mean, mean].entries()) {
      expect(Math.abs(field.components[c][0] - expected)).toBeLessThan(20001 * Number.EPSILON * mean);
    }
  });

  it("falls back to the direct sum where particles have spread beyond any mesh, and refuses that for many", () => {
    const kernel = convolutionOf(anisotropicGaussian(), freeGrid(1));
    const [points] = randomPoints(1, 200, 1, 52);
    points[7] = 1e9;
    expectSameField(
      fieldOf(kernel, [points], null),
      fieldOf(pairwiseOf(anisotropicGaussian(), freeGrid(1)), [points], null),
      1e-12,
    );
    const many = randomPoints(1, 20001, 1, 53);
    many[0][0] = -1e9;
    expect(() => fieldOf(kernel, many, null)).toThrow(/spread too far.*confining F/);
  });
});
