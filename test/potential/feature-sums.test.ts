import { describe, expect, it } from "vitest";
import mixture from "../../grids/mixture-of-gaussians.json" with { type: "json" };
import { createStream } from "../../src/numerics/random.ts";
import { createFeatureSums, createFeaturesKernel } from "../../src/potential/features.ts";
import { createPointFeatures, createTargetPotential } from "../../src/potential/point-features.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { wholeField } from "./brute-force.ts";
import {
  cases,
  cloudIn,
  counted,
  domainOf,
  expectField,
  type Features,
  featuresWith,
  fieldOf,
  line,
  meshOf,
  type Unit,
  withoutDomain,
} from "./feature-cases.ts";
import { largest, largestDifference, randomValues } from "./kernels.ts";

describe("a kernel of features at points", () => {
  it("evaluates no feature at points once its mesh is there, whatever the call", () => {
    const { definition, counter } = counted(cases["Gaussian units"]);
    const kernel = createFeaturesKernel(definition);
    // Beyond the domain, so that it has to grow.
    const [targets, points] = [cloudIn(definition, 600, 1.4, 60), cloudIn(definition, 400, 1.4, 61)];
    fieldOf(kernel.atPoints(1e-3), targets, points);
    const found = fieldOf(kernel.atPoints(), targets, points);
    expectField(definition, found, { tolerance: 1e-7, order: 6 }, targets, { points, weights: null, count: 400 }, null);
    kernel.atPoints().add(new Float64Array(400), null, points, null, 400);
    counter.evaluations = 0;
    fieldOf(kernel.atPoints(), targets, points);
    kernel.atPoints().add(new Float64Array(400), null, points, null, 400);
    expect(counter.evaluations).toBe(0);
  });

  it("is summed directly at few points, and on more than two coordinates", () => {
    const same = (features: Features, count: number) => {
      const points = cloudIn(features, count, 0.5, 62);
      const [found, direct] = [features, withoutDomain(features)].map((definition) =>
        fieldOf(createFeaturesKernel(definition).atPoints(1e-5), points, points),
      );
      return largestDifference(found.value, direct.value) === 0;
    };
    const { "Gaussian units": units, "tanh units with two inner weights": neurons } = cases;
    expect(same(units, 60)).toBe(true);
    expect(same(units, 500)).toBe(false);
    expect(same({ ...neurons, linearAxis: null }, 4000)).toBe(true);
  });

  /** c max(0, y - x), and c cos(y - x) with a kink in a single feature. */
  const kinked: Record<string, [Unit, inputs: readonly [number, number, number]]> = {
    "rectified linear units": [
      ([a, z], node) => [a * Math.max(0, z - node), Math.max(0, z - node), z > node ? a : 0, 0],
      [-2, 2, 12],
    ],
    "one kink among waves": [
      ([a, z], node) => {
        const kink = Math.abs(node) < 0.01 ? Math.abs(z - 0.7131) : 0;
        const slope = kink === 0 ? 0 : Math.sign(z - 0.7131);
        return [
          a * (Math.cos(z - node) + kink),
          Math.cos(z - node) + kink,
          a * (slope - Math.sin(z - node)),
          -a * Math.cos(z - node),
        ];
      },
      [-2, 2, 41],
    ],
  };
  for (const [name, [unit, inputs]] of Object.entries(kinked)) {
    it(`is summed directly where features have a kink: ${name}`, () => {
      const features = featuresWith(unit, domainOf(line(-1, 1), line(-3, 3)), 0, inputs);
      const points = cloudIn(features, 3000, 0.9, 63);
      const [found, direct] = [features, withoutDomain(features)].map((definition) =>
        fieldOf(createFeaturesKernel(definition).atPoints(), points, points),
      );
      expect(found).toEqual(direct);
      expect(largest(direct.value)).toBeGreaterThan(0);
    });
  }

  it("returns to its mesh after points beyond a kink outside of the domain, at which it is summed directly", () => {
    const unit: Unit = ([a, z], node) => {
      const [value, slope, curvature] = [Math.cos(z - node), -Math.sin(z - node), -Math.cos(z - node)];
      const beyond = Math.max(0, z - 7);
      return [a * (value + beyond), value + beyond, a * (slope + (z > 7 ? 1 : 0)), a * curvature];
    };
    const features = featuresWith(unit, domainOf(line(-1, 1), line(-3, 3)), 0, [-2, 2, 40]);
    const { definition, counter } = counted(features);
    const interaction = createFeaturesKernel(definition).atPoints();
    const near = cloudIn(features, 2000, 0.9, 64);
    const far = near.map((values, a) => (a === 1 ? values.map((z, i) => (i === 0 ? 9 : z)) : values));
    const first = fieldOf(interaction, near, near);
    expect(fieldOf(interaction, far, far)).toEqual(fieldOf(createPointFeatures(features, null), far, far));
    counter.evaluations = 0;
    expect(fieldOf(interaction, near, near)).toEqual(first);
    expect(counter.evaluations).toBe(0);
    // And does not seek a mesh there again: 40 features once in a table that fits.
    fieldOf(interaction, far, far);
    expect(counter.evaluations).toBe(40 * 2000);
  });
});

describe("V of a network at points", () => {
  const features = cases["Gaussian units"];
  const target = randomValues(features.weights.length, 70).map((v) => v - 0.5);

  it("is F + sum_j w_j K in one sum, directly and through a mesh, and F where there are no points", () => {
    const targets = cloudIn(features, 90, 0.6, 71);
    const points = cloudIn(features, 60, 0.6, 72);
    const weights = randomValues(60, 73).map((w) => w - 0.4);
    for (const count of [60, 0]) {
      const { external, externalGradient, externalLaplacian } = createTargetPotential(features, target);
      const exact = wholeField(2, 90);
      external([exact.value], 0, targets, 0, 90);
      externalGradient(exact.gradient, 0, targets, 0, 90);
      externalLaplacian([exact.laplacian], 0, targets, 0, 90);
      createPointFeatures(features, null).addAt(exact, targets, 90, points, weights, count);
      const direct = wholeField(2, 90);
      createPointFeatures(features, target).addAt(direct, targets, 90, points, weights, count);
      exact.components.forEach((component, comp) => {
        // Sums of 60 points and 80 features of terms below 60 times the result.
        expect(largestDifference(direct.components[comp], component)).toBeLessThan(60 * 140 * Number.EPSILON * largest(component));
      });
      for (const [tolerance, order] of [
        [1e-7, 6],
        [1e-11, 12],
      ]) {
        const found = wholeField(2, 90);
        meshOf(features, tolerance, order, true, target).addAt(found, targets, 90, points, weights, count);
        expectField(features, found, { tolerance, order }, targets, { points, weights, count }, target);
      }
    }
  });

  it("costs F nothing: no feature is evaluated at points, neither for V nor for the energy", () => {
    const { definition, counter } = counted(features);
    const sums = createFeatureSums(definition, target);
    const potential = createPointPotential({
      dimension: 2,
      ...createTargetPotential(definition, target),
      kernel: createFeaturesKernel(definition),
      atPoints: sums,
      constant: 1,
    });
    const points = cloudIn(features, 800, 0.9, 74);
    const [V, scratch] = [new Float64Array(800), new Float64Array(800)];
    potential.value(V, points, null, 800);
    counter.evaluations = 0;
    potential.value(V, points, null, 800);
    const energy = potential.energy(V, scratch, points, null, 800);
    expect(counter.evaluations).toBe(0);
    const F = new Float64Array(800);
    createTargetPotential(features, target).external([F], 0, points, 0, 800);
    createPointFeatures(features, target).addAt(
      { value: V.fill(0), gradient: null, laplacian: null },
      points,
      800,
      points,
      null,
      800,
    );
    const expected = V.reduce((total, v, i) => total + (v + F[i]) / 1600, 1);
    const size = V.reduce((total, v, i) => total + (Math.abs(v) + Math.abs(F[i])) / 1600, 1);
    expect(Math.abs(energy - expected)).toBeLessThan(1e-6 * size);
    expect(energy).not.toBe(expected);
  });

  it("is that of the problem file, at particles and elsewhere", async () => {
    const { potential, initial } = await createProblem(mixture as unknown as ProblemInput);
    const n = 500;
    const points = [0, 1].map(() => new Float64Array(n));
    initial.sample(points, n, createStream(75));
    const targets = cloudIn(features, 300, 0.9, 76);
    const f = Float64Array.from(features.inputs[0], (z) => {
      const normal = (mean: number, variance: number) =>
        Math.exp(-((z - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
      return (normal(-2, 0.5) - 2 * normal(0, 1) + normal(2, 0.5)) / 3;
    });
    // F alone is that of the mesh: it knows the tolerance.
    const [coarse, fine] = [1e-3, 1e-9].map((tolerance) => {
      const value = new Float64Array(300);
      const field = { value, gradient: null, laplacian: null };
      createPointPotential(potential, tolerance).field(field, targets, 300, points, null, 0);
      return value;
    });
    expect(largestDifference(coarse, fine)).toBeGreaterThan(1e-8);
    const found = wholeField(2, 300, 9);
    createPointPotential(potential, 1e-9).field(found, targets, 300, points, null, n);
    expectField(features, found, { tolerance: 1e-9, order: 6 }, targets, { points, weights: null, count: n }, f);
    const own = wholeField(2, n, 9);
    const V = createPointPotential(potential);
    V.value(own.value, points, null, n);
    V.gradient(own.gradient, points, null, n);
    V.field({ value: null, gradient: null, laplacian: own.laplacian }, points, n, points, null, n);
    expectField(features, own, { tolerance: 1e-7, order: 6 }, points, { points, weights: null, count: n }, f);
  });
});
