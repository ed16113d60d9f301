import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { evaluateAtCentres } from "../../src/grid/grid.ts";
import type { BlockFunction } from "../../src/numerics/block-function.ts";
import { wrapDisplacement } from "../../src/potential/direct-sum.ts";
import type { FeaturesDefinition } from "../../src/potential/feature-evaluator.ts";
import { createFeaturesKernel } from "../../src/potential/features.ts";
import { createTargetPotential } from "../../src/potential/point-features.ts";
import { createGridPotential, type Potential } from "../../src/potential/potential.ts";
import {
  anisotropicGaussian,
  convolutionOf,
  formsOf,
  gridOf,
  largest,
  largestDifference,
  pointwise,
  randomValues,
} from "./kernels.ts";

const grid = gridOf([
  [10, false],
  [8, true],
]);
const potential: Potential = {
  dimension: 2,
  external: pointwise(2, ([x, y]) => [x * x + Math.cos(y)]),
  externalGradient: pointwise(2, ([x, y]) => [2 * x, -Math.sin(y)]),
  externalLaplacian: pointwise(2, ([, y]) => [2 - Math.cos(y)]),
  kernel: convolutionOf(anisotropicGaussian(), grid),
  constant: 0.25,
};

describe("createGridPotential", () => {
  it("is F where there is no kernel, and F + int K dmu where there is", () => {
    const mu = randomValues(grid.size, 1);
    const F = evaluateAtCentres(grid, potential.external);
    const V = new Float64Array(grid.size).fill(Number.NaN);
    const alone = createGridPotential({ ...potential, kernel: null }, grid);
    alone.evaluate(V, mu);
    expect(V).toEqual(F);
    expect([alone.interacting, alone.constant]).toEqual([false, 0.25]);
    const interaction = new Float64Array(grid.size);
    potential.kernel?.onGrid(grid).apply(interaction, mu);
    const whole = createGridPotential(potential, grid);
    whole.evaluate(V, mu);
    expect(whole.interacting).toBe(true);
    expect(largest(interaction)).toBeGreaterThan(0.1);
    expect(
      largestDifference(
        V,
        F.map((value, i) => value + interaction[i]),
      ),
    ).toBeLessThan(8 * Number.EPSILON * largest(V));
  });

  it("is affine in mu", () => {
    const evaluate = (mu: Float64Array) => {
      const V = new Float64Array(grid.size);
      createGridPotential(potential, grid).evaluate(V, mu);
      return V;
    };
    const [mu, nu] = [randomValues(grid.size, 2), randomValues(grid.size, 3)];
    const mixed = evaluate(mu.map((m, i) => 0.3 * m + 0.7 * nu[i]));
    const [a, b] = [evaluate(mu), evaluate(nu)];
    expect(
      largestDifference(
        mixed,
        a.map((v, i) => 0.3 * v + 0.7 * b[i]),
      ),
    ).toBeLessThan(1e-13 * largest(mixed));
  });

  it("refuses an F that is not finite, naming the first such cell", () => {
    const external = pointwise(2, ([x, y]) => [x > 0 && y > 0 ? Number.NaN : x]);
    const make = () => createGridPotential({ ...potential, external }, grid);
    expect(make).toThrow(InputError);
    // Cells are 0.32 and 0.4625 wide, from -1.5 and -1.75: x = 0.26 and y = 0.33125 are the first centres above 0.
    expect(make).toThrow(/potential\.F = NaN: not finite at x = 0\.26, y = 0\.33125/);
  });
});

describe("a network that fits a target", () => {
  const definition: FeaturesDefinition = {
    dimension: 2,
    ...formsOf(3, 2, ([c, z, x]) => {
      const wave = Math.tanh(z - x);
      const slope = 1 - wave * wave;
      return [c * wave, wave, c * slope, -2 * c * wave * slope];
    }),
    inputs: [Float64Array.of(-1, 0, 0.5, 2)],
    weights: Float64Array.of(0.2, 0.3, 0.4, 0.1),
    linearAxis: 0,
  };
  const target = Float64Array.of(0.5, -1, 0.3, 0.7);

  it("has an energy that is half the mean square of the residual", () => {
    const mu = randomValues(grid.size, 4);
    const { external } = createTargetPotential(definition, target);
    const F = evaluateAtCentres(grid, external);
    const interaction = new Float64Array(grid.size);
    createFeaturesKernel(definition).onGrid(grid).apply(interaction, mu);
    const energy = mu.reduce((total, m, i) => total + grid.cellVolume * m * (F[i] + 0.5 * interaction[i]), 0);
    const residual = Array.from(target, (f, p) => {
      const features = evaluateAtCentres(grid, (outputs, at, [c, z], from, count) => {
        for (let i = 0; i < count; i++) outputs[0][at + i] = c[from + i] * Math.tanh(z[from + i] - definition.inputs[0][p]);
      });
      return f - grid.cellVolume * features.reduce((total, value, i) => total + value * mu[i], 0);
    });
    const half = (values: readonly number[]) => 0.5 * values.reduce((total, r, p) => total + definition.weights[p] * r * r, 0);
    expect(half(residual)).toBeCloseTo(energy + half([...target]), 12);
  });

  it("has an F with the gradient of its value and the Laplacian of that gradient, at more points than a block", () => {
    const { external, externalGradient, externalLaplacian } = createTargetPotential(definition, target);
    const n = 700;
    const [c, z] = [randomValues(n, 5), randomValues(n, 6)];
    const evaluate = (f: BlockFunction, outputs: number, dc: number, dz: number) => {
      const out = Array.from({ length: outputs }, () => new Float64Array(n).fill(9));
      f(out, 0, [c.map((v) => v + dc), z.map((v) => v + dz)], 0, n);
      return out;
    };
    const gradient = evaluate(externalGradient, 2, 0, 0);
    const [laplacian] = evaluate(externalLaplacian, 1, 0, 0);
    const h = 1e-4;
    const sum = new Float64Array(n);
    for (const [a, step] of [
      [h, 0],
      [0, h],
    ].entries()) {
      const [ahead, behind] = [1, -1].map((sign) => ({
        value: evaluate(external, 1, sign * step[0], sign * step[1])[0],
        slope: evaluate(externalGradient, 2, sign * step[0], sign * step[1])[a],
      }));
      const slope = ahead.value.map((v, i) => (v - behind.value[i]) / (2 * h));
      ahead.slope.forEach((v, i) => {
        sum[i] += (v - behind.slope[i]) / (2 * h);
      });
      // h^2 / 6 times a third derivative of at most 2, and eps / h.
      expect(largestDifference(slope, gradient[a])).toBeLessThan((h * h) / 3 + (4 * Number.EPSILON) / h);
    }
    expect(largest(laplacian)).toBeGreaterThan(0.1);
    // A fourth derivative of at most 4 (of tanh, times sum w |f| < 0.6), on the axis of z alone: F is linear in c.
    expect(largestDifference(sum, laplacian)).toBeLessThan((h * h * 4) / 6 + (8 * Number.EPSILON) / h);
    // A block may stand anywhere in its arrays.
    const part = new Float64Array(5).fill(9);
    externalLaplacian([part], 1, [c, z], 600, 3);
    expect([...part]).toEqual([9, ...laplacian.subarray(600, 603), 9]);
  });
});

describe("wrapDisplacement", () => {
  it("finds the image nearest 0, and leaves axes without a period alone", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0.5, max: 7, noNaN: true }), (x, period) => {
        const wrapped = wrapDisplacement(x, period);
        expect(Math.abs(wrapped)).toBeLessThanOrEqual((period / 2) * (1 + 1e-12) + 1e-14);
        const turns = (x - wrapped) / period;
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12);
        expect(wrapDisplacement(x, 0)).toBe(x);
      }),
      { seed: 202, numRuns: 300 },
    );
  });
});
