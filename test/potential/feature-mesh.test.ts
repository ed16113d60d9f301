import { describe, expect, it } from "vitest";
import mixture from "../../grids/mixture-of-gaussians.json" with { type: "json" };
import { createGrid, type Grid } from "../../src/grid/grid.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import type { FeaturesDefinition } from "../../src/potential/feature-evaluator.ts";
import { createFeatureMesh } from "../../src/potential/feature-mesh.ts";
import { createFeatureTables, type MeshCoordinates } from "../../src/potential/feature-table.ts";
import { createFeatureSums, createFeaturesKernel } from "../../src/potential/features.ts";
import { ORDERS } from "../../src/potential/lagrange-basis.ts";
import { createPointFeatures, createTargetPotential } from "../../src/potential/point-features.ts";
import { createPointPotential } from "../../src/potential/point-potential.ts";
import type { PointInteraction } from "../../src/potential/potential.ts";
import { createProblem } from "../../src/problem/problem.ts";
import type { ProblemInput } from "../../src/problem/problem-file.ts";
import { meshFactor, type WholeField, wholeField } from "./brute-force.ts";
import { formsOf, largest, largestDifference, randomValues } from "./kernels.ts";

/** [phi, dphi/dtheta_1, ..., dphi/dtheta_d, Laplacian of phi] at theta and an input x. */
type Unit = (theta: readonly number[], x: number) => number[];

type Features = FeaturesDefinition & { domain: Grid };

/** [min, max, periodic] for each axis. */
function domainOf(axes: readonly (readonly [number, number, boolean])[]): Grid {
  return createGrid(
    axes.map(([min, max, periodic], a) => ({ name: "abc"[a], min, max, cells: 8, boundary: periodic ? "periodic" : "no-flux" })),
  );
}

function featuresWith(unit: Unit, domain: Grid, linearAxis: number | null, inputs: readonly [number, number, number]): Features {
  const { dimension } = domain;
  const { nodes, weights } = gaussLegendre(inputs[2], inputs[0], inputs[1]);
  const forms = formsOf(dimension + 1, dimension, (slots) => unit(slots.slice(0, dimension), slots[dimension]));
  return { dimension, ...forms, inputs: [nodes], weights, linearAxis, domain };
}

/** c N(x - y; s) */
const gaussian: Unit = ([c, y], x) => {
  const s = mixture.parameters.s;
  const u = (x - y) / s;
  const k = Math.exp((-u * u * s) / 2) / Math.sqrt(2 * Math.PI * s);
  return [c * k, k, c * u * k, c * (u * u - 1 / s) * k];
};

/** c tanh(w x + b) */
const neuron: Unit = ([c, w, b], x) => {
  const t = Math.tanh(w * x + b);
  const slope = 1 - t * t;
  return [c * t, t, c * x * slope, c * slope, -2 * c * (x * x + 1) * t * slope];
};

/** cos(z x) */
const wave: Unit = ([z], x) => [Math.cos(z * x), -x * Math.sin(z * x), -x * x * Math.cos(z * x)];

/** cos(y x) sin(z + x): linear in neither. */
const waves: Unit = ([y, z], x) => {
  const [cosine, sine] = [Math.cos(y * x), Math.sin(z + x)];
  return [cosine * sine, -x * Math.sin(y * x) * sine, cosine * Math.cos(z + x), -(x * x + 1) * cosine * sine];
};

/** c exp(cos(z - x)), the amplitude last. */
const bump: Unit = ([z, c], x) => {
  const [sine, cosine] = [Math.sin(z - x), Math.cos(z - x)];
  const k = Math.exp(cosine);
  return [c * k, -c * sine * k, k, c * (sine * sine - cosine) * k];
};

const { c, y } = mixture.variables;
const { x } = mixture.potential.network.inputs;
const cases: Record<string, Features> = {
  "Gaussian units": featuresWith(gaussian, domainOf([[c.min, c.max, false], [y.min, y.max, false]]), 0, [x.min, x.max, x.points]), // biome-ignore format: one row
  "tanh units with two inner weights": featuresWith(neuron, domainOf([[-1, 1, false], [-2, 2, false], [-1, 1.5, false]]), 0, [-1, 1, 10]), // biome-ignore format: one row
  "waves on a line": featuresWith(wave, domainOf([[-2, 2.5, false]]), null, [0, 3, 8]),
  "waves in the plane": featuresWith(waves, domainOf([[-2, 2.5, false], [-1, 1, false]]), null, [0, 2, 9]), // biome-ignore format: one row
  "bumps on a circle": featuresWith(bump, domainOf([[-1, 2 * Math.PI - 1, true], [0, 2, false]]), 1, [0, 2 * Math.PI, 13]), // biome-ignore format: one row
};

function coordinatesOf({ dimension, linearAxis, domain }: Features): MeshCoordinates {
  const columns = Array.from({ length: dimension }, (_, a) => a).filter((a) => a !== linearAxis);
  return { columns, axes: columns.map((a) => domain.axes[a]) };
}

/** The sums through a mesh of the given order, whatever they cost. */
function meshOf(features: Features, tolerance: number, order: number, withLaplacian: boolean, target: Float64Array | null) {
  const coordinates = coordinatesOf(features);
  const tables = createFeatureTables(features, coordinates, tolerance, order, withLaplacian);
  const mesh = createFeatureMesh(features, coordinates, target);
  const addAt: PointInteraction["addAt"] = (field, targets, targetCount, points, ...rest) => {
    const table = tables([[points, rest[1]], [targets, targetCount]], Infinity); // biome-ignore format: one row
    if (table === null) throw new Error("no mesh");
    mesh(table, field, targets, targetCount, points, ...rest);
  };
  return { addAt, tables };
}

interface Cloud {
  points: readonly Float64Array[];
  weights: Float64Array | null;
  count: number;
}

/** Uniform in a box `spread` times as wide as the domain. */
function cloudIn({ domain }: Features, count: number, spread: number, seed: number): Float64Array[] {
  return domain.axes.map(({ min, max }, a) =>
    randomValues(count, 10 * seed + a).map((v) => (min + max) / 2 + spread * (v - 0.5) * (max - min)),
  );
}

/** |psi|, |grad psi| and |lap psi| at their largest on some points, in the norm of the weights w_p. */
function normsOf({ dimension, linearAxis, inputs, weights, valueGradientLaplacian }: Features, clouds: readonly Float64Array[][]) {
  const largestSquares = [0, 0, 0];
  for (const cloud of clouds) {
    const count = cloud[0].length;
    const theta = cloud.map((values, a) => (a === linearAxis ? values.slice().fill(1) : values));
    const squares = [0, 1, 2].map(() => new Float64Array(count));
    const { components } = wholeField(dimension, count);
    for (let p = 0; p < weights.length; p++) {
      valueGradientLaplacian(components, 0, [...theta, new Float64Array(count).fill(inputs[0][p])], 0, count);
      components.forEach((component, k) => {
        if (k - 1 === linearAxis) return;
        const sum = squares[k === 0 ? 0 : k <= dimension ? 1 : 2];
        for (let i = 0; i < count; i++) sum[i] += weights[p] * component[i] ** 2;
      });
    }
    squares.forEach((sum, g) => {
      largestSquares[g] = Math.max(largestSquares[g], largest(sum));
    });
  }
  return largestSquares.map(Math.sqrt);
}

/**
 * Expects each component of V at target i within tolerance meshFactor |c_i| |D psi| (|psi| sum_j |w_j c_j| + |f|) of its sum over all
 * features, D = 1, grad or lap, c = 1 where phi is linear in no axis, and |c_i| left out of dV/dc.
 *
 * K - P_1 ... P_2k K = sum_i P_1 ... P_i (K - P_{i+1} K) with the interpolations of both factors along all axes; a term is at most a
 * power of the Lebesgue constant times tolerance / (2 k) |D psi| |psi| by Cauchy and Schwarz. F has one factor, with |f| for the other.
 */
function expectField(
  features: Features,
  found: WholeField,
  { tolerance, order }: { tolerance: number; order: number },
  targets: Float64Array[],
  { points, weights, count }: Cloud,
  target: Float64Array | null,
): void {
  const targetCount = targets[0].length;
  const { dimension, linearAxis } = features;
  const exact = wholeField(dimension, targetCount);
  createPointFeatures(features, target).addAt(exact, targets, targetCount, points, weights, count);
  const samples = cloudIn(features, 200, 1, 50);
  const norms = normsOf(features, [samples, targets, points.map((values) => values.slice(0, count))]);
  const amplitude = (cloud: readonly Float64Array[], i: number) => (linearAxis === null ? 1 : Math.abs(cloud[linearAxis][i]));
  let source = 0;
  for (let j = 0; j < count; j++) source += Math.abs(weights === null ? 1 / count : weights[j]) * amplitude(points, j);
  const f = target === null ? 0 : Math.sqrt(target.reduce((total, v, p) => total + features.weights[p] * v * v, 0));
  const k = dimension - (linearAxis === null ? 0 : 1);
  const bound = tolerance * meshFactor(k, order) * (norms[0] * source + f);
  found.components.forEach((component, comp) => {
    const isSlope = comp - 1 === linearAxis;
    const norm = norms[comp === 0 || isSlope ? 0 : comp <= dimension ? 1 : 2];
    const misses = component.map((v, i) => Math.abs(v - exact.components[comp][i]) / (isSlope ? 1 : amplitude(targets, i)));
    expect(largest(misses)).toBeLessThan(bound * norm);
  });
}

describe("features through a mesh", () => {
  for (const [name, features] of Object.entries(cases)) {
    const { dimension } = features;
    const { columns, axes } = coordinatesOf(features);
    for (const tolerance of [1e-7, 1e-9, 1e-11]) {
      it(`miss V, its gradient and its Laplacian by at most ${tolerance}, for ${name}`, () => {
        for (const order of ORDERS[columns.length - 1]) {
          // A fine mesh of low order on two axes takes seconds to fill.
          if (columns.length === 2 && order === 6 && tolerance < 1e-7) continue;
          const { addAt } = meshOf(features, tolerance, order, true, null);
          // Inside the domain, then beyond it, so that the mesh grows, and inside once more; one point leaves nothing to cancel.
          for (const [stage, [spread, count]] of (
            [
              [0.5, 40],
              [1.3, 40],
              [0.4, 1],
            ] as const
          ).entries()) {
            // biome-ignore format: one row
            const targets = cloudIn(features, 120, 1.1 * spread, 10 + stage);
            const points = cloudIn(features, count, spread, 20 + stage);
            const outside = targets[columns[0]].some((v) => v < axes[0].min || v > axes[0].max);
            if (!axes[0].periodic) expect(outside).toBe(stage === 1);
            for (const weights of [null, randomValues(count, 30).map((w) => w - 0.4)]) {
              const found = wholeField(dimension, 120);
              addAt(found, targets, 120, points, weights, count);
              expectField(features, found, { tolerance, order }, targets, { points, weights, count }, null);
            }
          }
        }
      });
    }

    it(`are what is asked for, added to what is there, for ${name}`, () => {
      const targets = cloudIn(features, 50, 0.9, 11);
      const points = cloudIn(features, 20, 0.9, 12);
      for (const withLaplacian of [true, false]) {
        const { addAt } = meshOf(features, 1e-7, 12, withLaplacian, null);
        const all = wholeField(dimension, 50, 9);
        const whole = withLaplacian ? all : { ...all, laplacian: null };
        addAt(whole, targets, 50, points, null, 20);
        for (let mask = 0; mask < (withLaplacian ? 8 : 4); mask++) {
          const field = wholeField(dimension, 50, 9);
          const wanted = {
            value: mask & 1 ? field.value : null,
            gradient: mask & 2 ? field.gradient : null,
            laplacian: mask & 4 ? field.laplacian : null,
          };
          addAt(wanted, targets, 50, points, null, 20);
          field.components.forEach((component, comp) => {
            const isWanted = comp === 0 ? mask & 1 : comp <= dimension ? mask & 2 : mask & 4;
            // The same numbers, in another order of the same sums.
            const expected = isWanted ? all.components[comp] : component.slice().fill(9);
            expect(largestDifference(component, expected)).toBeLessThanOrEqual(
              isWanted ? 100 * Number.EPSILON * largest(expected) : 0,
            );
          });
        }
      }
    });
  }

  it("see the same field from targets and points that went around a circle several times", () => {
    const features = cases["bumps on a circle"];
    const targets = cloudIn(features, 60, 0.9, 13);
    const points = cloudIn(features, 30, 0.9, 14);
    const turned = (cloud: Float64Array[]) => cloud.map((v, a) => (a === 0 ? v.map((z, i) => z + 2 * Math.PI * [0, 3, -1, -4, 1][i % 5]) : v)); // biome-ignore format: one row
    for (const order of ORDERS[0]) {
      const { addAt } = meshOf(features, 1e-9, order, true, null);
      const [here, there] = [wholeField(2, 60), wholeField(2, 60)];
      addAt(here, targets, 60, points, null, 30);
      addAt(there, turned(targets), 60, turned(points), null, 30);
      here.components.forEach((component, comp) => {
        // Four turns away a place has 32 eps; derivatives are below 10 times what they are derivatives of.
        expect(largestDifference(component, there.components[comp])).toBeLessThan(
          10 * 2 * 32 * Number.EPSILON * largest(component),
        );
      });
    }
  });

  it("have finer meshes for smaller errors and for the Laplacian, and of order p half the spacing for 2^-p of the error", () => {
    const features = cases["Gaussian units"];
    const nodes = (tolerance: number, order: number, withLaplacian = false) =>
      meshOf(features, tolerance, order, withLaplacian, null).tables([], Infinity)?.nodes ?? Number.NaN;
    for (const order of [6, 12]) {
      const tolerance = order === 6 ? 1e-7 : 1e-11;
      expect(nodes(tolerance, order, true)).toBeGreaterThan(nodes(tolerance, order));
      // Nodes beyond the ends: order + 1 at most. The last step of the search overshoots by at most sqrt(2) at either tolerance.
      const ratio = (nodes(tolerance, order) - order) / (nodes(2 ** order * tolerance, order) - order);
      expect(ratio).toBeGreaterThan(2 / 1.5);
      expect(ratio).toBeLessThan(2 * 1.5);
    }
  });
});

/** Counts the evaluations of features, each at one point. */
function counted(features: Features) {
  const counter = { evaluations: 0 };
  const counting =
    (f: FeaturesDefinition["value"]): FeaturesDefinition["value"] =>
    (outputs, outputStart, inputs, inputStart, count) => {
      counter.evaluations += count;
      f(outputs, outputStart, inputs, inputStart, count);
    };
  const { value, valueAndGradient, valueGradientLaplacian } = features;
  const definition: Features = {
    ...features,
    value: counting(value),
    valueAndGradient: counting(valueAndGradient),
    valueGradientLaplacian: counting(valueGradientLaplacian),
  };
  return { definition, counter };
}

function fieldOf(interaction: PointInteraction, targets: Float64Array[], points: Float64Array[]): WholeField {
  const field = wholeField(points.length, targets[0].length);
  interaction.addAt(field, targets, targets[0].length, points, null, points[0].length);
  return field;
}

function withoutDomain({ domain: _, ...definition }: Features): FeaturesDefinition {
  return definition;
}

describe("a kernel of features at points", () => {
  it("evaluates no feature at points once its mesh is there, whatever it is asked for", () => {
    const { definition, counter } = counted(cases["Gaussian units"]);
    const kernel = createFeaturesKernel(definition);
    const [targets, points] = [cloudIn(definition, 600, 0.9, 60), cloudIn(definition, 400, 0.9, 61)];
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
      const features = featuresWith(unit, domainOf([[-1, 1, false], [-3, 3, false]]), 0, inputs); // biome-ignore format: one row
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
    const features = featuresWith(unit, domainOf([[-1, 1, false], [-3, 3, false]]), 0, [-2, 2, 40]); // biome-ignore format: one row
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
        // biome-ignore format: one row
        const found = wholeField(2, 90);
        meshOf(features, tolerance, order, true, target).addAt(found, targets, 90, points, weights, count);
        expectField(features, found, { tolerance, order }, targets, { points, weights, count }, target);
      }
    }
  });

  it("costs F nothing: no feature is evaluated at points, neither for V nor for the energy", () => {
    const { definition, counter } = counted(features);
    const sums = createFeatureSums(definition, target);
    const potential = createPointPotential({ dimension: 2, ...createTargetPotential(definition, target), kernel: createFeaturesKernel(definition), atPoints: sums, constant: 1 }); // biome-ignore format: one row
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
    const stream = (await import("../../src/numerics/random.ts")).createStream(75);
    initial.sample(points, n, stream);
    const targets = cloudIn(features, 300, 0.9, 76);
    const f = Float64Array.from(features.inputs[0], (z) => {
      const normal = (mean: number, variance: number) => Math.exp(-((z - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance); // biome-ignore format: one row
      return (normal(-2, 0.5) - 2 * normal(0, 1) + normal(2, 0.5)) / 3;
    });
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
