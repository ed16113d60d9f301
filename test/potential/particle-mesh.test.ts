import { describe, expect, it } from "vitest";
import { periods as gridPeriods } from "../../src/grid/grid.ts";
import { createDirectSum, displacementLoader } from "../../src/potential/direct-sum.ts";
import { chooseMeshSpacing } from "../../src/potential/mesh-spacing.ts";
import { createParticleMesh, MeshTooLargeError } from "../../src/potential/particle-mesh.ts";
import type { PointInteraction } from "../../src/potential/potential.ts";
import { bruteForce, displaced, meshFactor, wholeField } from "./brute-force.ts";
import {
  anisotropicGaussian,
  cosines,
  formsOf,
  gridOf,
  largest,
  largestDifference,
  pointwise,
  randomPoints,
  randomValues,
  type Shape,
} from "./kernels.ts";

type Axes = Parameters<typeof gridOf>[0];

function bothWays(
  shape: Shape,
  axes: Axes,
  tolerance = 1e-7,
  order = axes.length === 3 ? 8 : 6,
  withLaplacian = false,
): { mesh: PointInteraction; direct: PointInteraction } {
  const domain = gridOf(axes);
  const d = domain.dimension;
  const forms = formsOf(d, d, shape);
  const wraps = gridPeriods(domain);
  const kernel = withLaplacian ? forms.valueGradientLaplacian : forms.valueAndGradient;
  const widths = domain.axes.map(({ min, max }) => max - min);
  const choice = chooseMeshSpacing(kernel, withLaplacian, widths, wraps, tolerance, order);
  if (choice === null) throw new Error("the kernels of these tests are smooth");
  const direct = createDirectSum(forms, d, d, displacementLoader(wraps));
  return { mesh: createParticleMesh(kernel, withLaplacian, choice), direct };
}

function expectAgreement(
  { mesh, direct }: ReturnType<typeof bothWays>,
  points: readonly Float64Array[],
  weights: Float64Array | null,
): void {
  const n = points[0].length;
  const [found, expected] = [mesh, direct].map((interaction) => {
    const fields = [0, ...points].map(() => new Float64Array(n));
    interaction.add(fields[0], fields.slice(1), points, weights, n);
    return fields;
  });
  // 1e-7 of max|K| is the tolerance required; V is smaller than K by the spread of the particles, hence 1e-6 of V.
  expect(largestDifference(found[0], expected[0])).toBeLessThan(1e-6 * largest(expected[0]));
  const slope = Math.max(...expected.slice(1).map(largest));
  for (let c = 1; c < found.length; c++) expect(largestDifference(found[c], expected[c])).toBeLessThan(2e-6 * slope);
}

const free = [8, false] as const;
const wrapped = [8, true] as const;
const period = 3.2;

/** exp(cos(2 pi x / period) - 1 - y^2) */
const onCylinder: Shape = ([x, y]) => {
  const kx = (2 * Math.PI) / period;
  const [cosine, sine] = [Math.cos(kx * x), Math.sin(kx * x)];
  const k = Math.exp(cosine - 1 - y * y);
  return [k, -kx * sine * k, -2 * y * k, (kx * kx * (sine * sine - cosine) + 4 * y * y - 2) * k];
};

const cases: Record<string, [Shape, Axes, number]> = {
  "one dimension": [anisotropicGaussian(0.7), [free], 300],
  "a circle": [
    cosines([
      { weight: 1, k: [(2 * Math.PI) / period] },
      { weight: 0.3, k: [(6 * Math.PI) / period] },
    ]),
    [wrapped],
    300,
  ],
  "two dimensions": [anisotropicGaussian(1), [free, free], 200],
  "a cylinder": [onCylinder, [wrapped, free], 200],
  "three dimensions": [anisotropicGaussian(6), [free, free, free], 60],
};

describe("the particle mesh", () => {
  for (const [name, [shape, axes, n]] of Object.entries(cases)) {
    it(`agrees with the direct sum in ${name}, also while the particles spread, move away and come back`, () => {
      const both = bothWays(shape, axes);
      const start = randomPoints(axes.length, n, axes.length === 3 ? 0.25 : 0.4, 1);
      const weights = randomValues(n, 2).map((w) => (2 * w) / n);
      const stages: [number, number][] = [
        [1, 0],
        [3, 0],
        [3, 37.123],
        [0.2, -12.7],
        [1, 0],
      ];
      for (const [stage, [spread, shift]] of stages.entries()) {
        const points = start.map((x) => x.map((value) => spread * value + shift));
        expectAgreement(both, points, stage % 2 === 0 ? null : weights);
      }
    });
  }

  it("does not move with its nodes: a shift of all particles leaves the field", () => {
    const { mesh } = bothWays(anisotropicGaussian(0.7), [free]);
    const [x] = randomPoints(1, 200, 0.5, 3);
    const field = (shift: number) => {
      const value = new Float64Array(200);
      mesh.add(value, null, [x.map((v) => v + shift)], null, 200);
      return value;
    };
    const reference = field(0);
    for (const shift of [0.01, 0.0567, 5.4321])
      expect(largestDifference(field(shift), reference)).toBeLessThan(1e-6 * largest(reference));
  });

  it("finds its nodes again after points that were too far apart for any mesh", () => {
    const { mesh, direct } = bothWays(anisotropicGaussian(1), [free, free]);
    const near = randomPoints(2, 100, 0.4, 4);
    expectAgreement({ mesh, direct }, near, null);
    // Each axis alone would still fit: the product of both does not.
    const far = near.map((x) => x.map((v) => 300 * v));
    expect(() => mesh.add(new Float64Array(100), null, far, null, 100)).toThrow(MeshTooLargeError);
    expectAgreement({ mesh, direct }, near, null);
  });
});

const smooth: Record<string, [Shape, Axes]> = {
  "one dimension": [anisotropicGaussian(0.7), [free]],
  "a circle": [cases["a circle"][0], [wrapped]],
  "two dimensions": [anisotropicGaussian(1), [free, free]],
  "a cylinder": [onCylinder, [wrapped, free]],
};

describe("the particle mesh with Laplacians, at targets of their own", () => {
  const targetCount = 300;
  const accuracies = [
    [1e-7, 6],
    [1e-7, 12],
    [1e-9, 12],
    [1e-11, 12],
    [1e-13, 12],
  ];
  for (const [name, [shape, axes]] of Object.entries(smooth)) {
    const d = axes.length;
    const targets = randomPoints(d, targetCount, 0.8, 5);
    const pair = displaced(shape, gridPeriods(gridOf(axes)));
    for (const [tolerance, order] of accuracies) {
      it(`misses V, grad V and lap V by at most its tolerance of ${tolerance} at order ${order} in ${name}`, () => {
        const { mesh } = bothWays(shape, axes, tolerance, order, true);
        // One point leaves nothing to cancel, so that the error is that of K itself; 50 points have signed weights.
        for (const count of [1, 50]) {
          const points = randomPoints(d, count, 0.5, 6);
          const weights = randomValues(count, 7).map((w) => w - 0.4);
          const { sums, bounds } = bruteForce(pair, targets, targetCount, { points, weights, count });
          const found = wholeField(d, targetCount);
          mesh.addAt(found, targets, targetCount, points, weights, count);
          found.components.forEach((component, c) => {
            expect(largestDifference(component, sums[c])).toBeLessThan(tolerance * meshFactor(d, order) * bounds[c]);
          });
        }
      });
    }

    it(`covers all targets where the points are the first of them in ${name}`, () => {
      const { mesh, direct } = bothWays(shape, axes, 1e-7, 6, true);
      const [found, expected] = [mesh, direct].map((interaction) => {
        const field = wholeField(d, targetCount);
        interaction.addAt(field, targets, targetCount, targets, null, 2);
        return field.components;
      });
      found.forEach((component, c) => {
        // The largest mean of two kernels is no less than a tenth of the largest kernel.
        expect(largestDifference(component, expected[c])).toBeLessThan(1e-7 * meshFactor(d, 6) * 10 * largest(expected[c]));
      });
    });

    const wraps = gridPeriods(gridOf(axes));
    if (wraps.every((period) => period === 0)) continue;
    it(`sees the same field from targets and points that went around several times in ${name}`, () => {
      const count = 50;
      const points = randomPoints(d, count, 0.5, 8);
      const turned = (cloud: readonly Float64Array[]) =>
        cloud.map((x, a) => x.map((v, i) => v + wraps[a] * [0, 3, -1, -4, 1][i % 5]));
      // The transfer through powers on one axis, and that through basis values.
      for (const order of [6, 12]) {
        const { mesh } = bothWays(shape, axes, 1e-7, order, true);
        const [here, there] = [wholeField(d, targetCount), wholeField(d, targetCount)];
        mesh.addAt(here, targets, targetCount, points, null, count);
        mesh.addAt(there, turned(targets), targetCount, turned(points), null, count);
        here.components.forEach((component, c) => {
          // A position four periods away is rounded by 13 eps; slopes are below 100 times what they are the slopes of.
          expect(largestDifference(component, there.components[c])).toBeLessThan(
            100 * 2 * 13 * Number.EPSILON * largest(component),
          );
        });
      }
    });
  }
});

describe("chooseMeshSpacing", () => {
  it("finds no mesh for a kink, and a finer mesh for a narrower kernel or a smaller error", () => {
    const choose = (shape: Shape, tolerance: number, order = 6) =>
      chooseMeshSpacing(pointwise(1, shape), false, [4], [0], tolerance, order);
    expect(choose(([x]) => [Math.exp(-Math.abs(x)), -Math.sign(x) * Math.exp(-Math.abs(x)), 0], 1e-7)).toBeNull();
    const spacing = (scale: number, tolerance: number, order?: number) =>
      choose(anisotropicGaussian(scale), tolerance, order)?.spacing[0] ?? Number.NaN;
    // Half the width of the Gaussian is half the spacing; the ladder has steps of 2^(1/8).
    const ratio = spacing(1, 1e-7) / spacing(0.25, 1e-7);
    expect(ratio).toBeGreaterThan(2 / 2 ** (1 / 4));
    expect(ratio).toBeLessThan(2 * 2 ** (1 / 4));
    // Order p: 2^p times the error at twice the spacing.
    for (const [order, tolerance] of [
      [6, 1e-9],
      [8, 1e-10],
      [12, 2e-12],
    ]) {
      expect(choose(anisotropicGaussian(1), tolerance, order)?.order).toBe(order);
      const steps = Math.log2(spacing(1, 2 ** order * tolerance, order) / spacing(1, tolerance, order));
      expect(Math.abs(steps - 1)).toBeLessThanOrEqual(0.25);
    }
  });

  it("takes a finer mesh for the Laplacian, whose kernel is narrower, and none where that alone has a kink", () => {
    const choose = (shape: Shape, withLaplacian: boolean) =>
      chooseMeshSpacing(pointwise(1, shape), withLaplacian, [4], [0], 1e-7, 6)?.spacing[0] ?? null;
    const [without, including] = [false, true].map((withLaplacian) => choose(anisotropicGaussian(1), withLaplacian) ?? Number.NaN);
    expect(including).toBeLessThan(without);
    // The output is ignored unless requested.
    const kinked: Shape = (x) => [...anisotropicGaussian(1)(x).slice(0, 2), Math.exp(-Math.abs(x[0]))];
    expect(choose(kinked, false)).toBe(without);
    expect(choose(kinked, true)).toBeNull();
  });
});
