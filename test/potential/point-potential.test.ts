import { describe, expect, it } from "vitest";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import type { Kernel, Potential } from "../../src/potential/potential.ts";
import { bruteForce, displaced, meshFactor, type WholeField, wholeField } from "./brute-force.ts";
import {
  anisotropicGaussian,
  convolutionOf,
  cosines,
  featuresOf,
  gridOf,
  largestDifference,
  pairwiseOf,
  pointwise,
  randomPoints,
  randomValues,
} from "./kernels.ts";

const grid = gridOf([
  [8, false],
  [8, false],
]);
const waves = [{ weight: 0.8, k: [1.1, -0.4] }];
const [gaussian, wave] = [displaced(anisotropicGaussian(), [0, 0]), displaced(cosines(waves), [0, 0])];
/** Each with its error relative to sum |w| max|K|: 50 terms, or those of a mesh. */
const kernels = {
  "a convolution": {
    kernel: convolutionOf(anisotropicGaussian(), grid),
    pair: gaussian,
    error: 1e-7 * meshFactor(2),
  },
  pairs: { kernel: pairwiseOf(anisotropicGaussian(), grid), pair: gaussian, error: 100 * Number.EPSILON },
  features: { kernel: featuresOf(waves, 2), pair: wave, error: 100 * Number.EPSILON },
};

/** F = x^3 + x cos y */
const F = ([x, y]: readonly number[]) => [
  x ** 3 + x * Math.cos(y),
  3 * x * x + Math.cos(y),
  -x * Math.sin(y),
  6 * x - x * Math.cos(y),
];

function potentialOf(kernel: Kernel | null): Potential {
  return {
    dimension: 2,
    external: pointwise(2, (x) => F(x).slice(0, 1)),
    externalGradient: pointwise(2, (x) => F(x).slice(1, 3)),
    externalLaplacian: pointwise(2, (x) => F(x).slice(3)),
    kernel,
    constant: 0.25,
  };
}

const [count, targetCount] = [50, 30];
const points = randomPoints(2, count, 0.7, 1);
const targets = randomPoints(2, targetCount, 0.9, 2);
const signed = randomValues(count, 3).map((w) => w - 0.3);

/** [component][i] of F. */
function externalAt(theta: readonly Float64Array[]): Float64Array[] {
  const out = [0, 1, 2, 3].map(() => new Float64Array(theta[0].length));
  pointwise(2, F)(out, 0, theta, 0, theta[0].length);
  return out;
}

describe("V of weighted points", () => {
  for (const [name, { kernel, pair, error }] of Object.entries(kernels)) {
    it(`is F + sum_j w_j K(., theta_j) with its derivatives, at targets and at its own points, with ${name}`, () => {
      const potential = createPointPotential(potentialOf(kernel));
      for (const weights of [signed, null]) {
        for (const [places, n] of [
          [targets, targetCount],
          [points, count],
        ] as const) {
          const { sums, bounds } = bruteForce(pair, places, n, { points, weights, count });
          const found = wholeField(2, n, 9);
          potential.field(found, places, n, points, weights, count);
          const expectField = (components: readonly Float64Array[]) => {
            for (const [c, component] of components.entries()) {
              const expected = externalAt(places)[c].map((v, i) => v + sums[c][i]);
              // F is below 50.
              expect(largestDifference(component, expected)).toBeLessThan(error * bounds[c] + 50 * Number.EPSILON);
            }
          };
          expectField(found.components);
          const held = wholeField(2, n, 9);
          potential.holding(points, weights, count)(held, places, n);
          expectField(held.components);
          if (places !== points) continue;
          const own = wholeField(2, n, 9);
          potential.value(own.value, points, weights, count);
          potential.gradient(own.gradient, points, weights, count);
          expectField([own.value, ...own.gradient]);
        }
      }
    });
  }

  it("leaves alone what is not wanted, and is F where there is no kernel", () => {
    const F = externalAt(targets);
    for (const kernel of [null, kernels.pairs.kernel]) {
      const potential = createPointPotential(potentialOf(kernel));
      const all = wholeField(2, targetCount, 9);
      potential.field(all, targets, targetCount, points, null, count);
      if (kernel === null) expect(all.components).toEqual(F);
      const untouched = wholeField(2, targetCount, 9);
      const only: Record<string, (field: WholeField) => Parameters<typeof potential.field>[0]> = {
        value: ({ value }) => ({ value, gradient: null, laplacian: null }),
        gradient: ({ gradient }) => ({ value: null, gradient, laplacian: null }),
        laplacian: ({ laplacian }) => ({ value: null, gradient: null, laplacian }),
      };
      for (const [name, select] of Object.entries(only)) {
        const field = wholeField(2, targetCount, 9);
        potential.field(select(field), targets, targetCount, points, null, count);
        expect(field.value).toEqual((name === "value" ? all : untouched).value);
        expect(field.gradient).toEqual((name === "gradient" ? all : untouched).gradient);
        expect(field.laplacian).toEqual((name === "laplacian" ? all : untouched).laplacian);
      }
    }
  });

  it("has the energy int F dmu + 1/2 int int K dmu dmu + constant", () => {
    const { kernel, pair } = kernels.pairs;
    const potential = createPointPotential(potentialOf(kernel));
    for (const weights of [signed, null]) {
      const [V, scratch] = [new Float64Array(count), new Float64Array(count)];
      potential.value(V, points, weights, count);
      const { sums } = bruteForce(pair, points, count, { points, weights, count });
      const [outside] = externalAt(points);
      const expected = sums[0].reduce((total, v, i) => total + (weights?.[i] ?? 1 / count) * (outside[i] + 0.5 * v), 0.25);
      // Sums of 50 terms below 10.
      expect(Math.abs(potential.energy(V, scratch, points, weights, count) - expected)).toBeLessThan(500 * Number.EPSILON);
    }
  });

  it("takes its kernel at the required tolerance", () => {
    const line = gridOf([[8, false]]);
    const [x] = randomPoints(1, 400, 0.7, 4);
    const zero = pointwise(1, () => [0]);
    const V = (kernel: Kernel, tolerance?: number) => {
      const external = { external: zero, externalGradient: zero, externalLaplacian: zero };
      const out = new Float64Array(400);
      createPointPotential({ dimension: 1, ...external, kernel, constant: 0 }, tolerance).value(out, [x], null, 400);
      return out;
    };
    const [fast, exact] = [convolutionOf, pairwiseOf].map((kind) => kind(anisotropicGaussian(), line));
    const error = (tolerance?: number) => largestDifference(V(fast, tolerance), V(exact));
    // max|K| = 1 and the weights sum to 1.
    expect(error(1e-11)).toBeLessThan(1e-11 * meshFactor(1));
    expect(error()).toBeLessThan(1e-7 * meshFactor(1));
    expect(error()).toBeGreaterThan(1e-11 * meshFactor(1));
  });
});
