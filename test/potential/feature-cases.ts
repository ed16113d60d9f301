import { expect } from "vitest";
import mixture from "../../grids/mixture-of-gaussians.json" with { type: "json" };
import { type AxisDefinition, createGrid, type Grid } from "../../src/grid/grid.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import type { FeaturesDefinition } from "../../src/potential/feature-evaluator.ts";
import { createFeatureMesh } from "../../src/potential/feature-mesh.ts";
import { createFeatureTables, type MeshCoordinates } from "../../src/potential/feature-table.ts";
import { createPointFeatures } from "../../src/potential/point-features.ts";
import type { PointInteraction } from "../../src/potential/potential.ts";
import { meshFactor, type WholeField, wholeField } from "./brute-force.ts";
import { formsOf, largest, randomValues } from "./kernels.ts";

/** [phi, dphi/dtheta_1, ..., dphi/dtheta_d, Laplacian of phi] at theta and an input x. */
export type Unit = (theta: readonly number[], x: number) => number[];

export type Features = FeaturesDefinition & { domain: Grid };

type Ends = Pick<AxisDefinition, "min" | "max" | "boundary">;

export const line = (min: number, max: number): Ends => ({ min, max, boundary: "no-flux" });

export const circle = (min: number, max: number): Ends => ({ min, max, boundary: "periodic" });

export function domainOf(...axes: Ends[]): Grid {
  return createGrid(axes.map((ends, a) => ({ name: "abc"[a], cells: 8, ...ends })));
}

/** Features at `inputs[2]` Gaussian nodes of [inputs[0], inputs[1]]. */
export function featuresWith(
  unit: Unit,
  domain: Grid,
  linearAxis: number | null,
  inputs: readonly [number, number, number],
): Features {
  const { dimension } = domain;
  const { nodes, weights } = gaussLegendre(inputs[2], inputs[0], inputs[1]);
  const forms = formsOf(dimension + 1, dimension, (slots) => unit(slots.slice(0, dimension), slots[dimension]));
  return { dimension, ...forms, inputs: [nodes], weights, linearAxis, domain };
}

const weighted = (features: Features, factor: number): Features => ({
  ...features,
  weights: features.weights.map((w) => factor * w),
});

/** c N(x - y; s) */
export const gaussian: Unit = ([c, y], x) => {
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

/** 1000 + cos(z x): its slopes are far smaller than itself. */
const lifted: Unit = (theta, x) => wave(theta, x).map((v, k) => (k === 0 ? 1000 + v : v));

/** cos(y x) sin(3 z + x): linear in neither, and of different scales. */
const waves: Unit = ([y, z], x) => {
  const [cosine, sine] = [Math.cos(y * x), Math.sin(3 * z + x)];
  return [cosine * sine, -x * Math.sin(y * x) * sine, 3 * cosine * Math.cos(3 * z + x), -(x * x + 9) * cosine * sine];
};

/** c exp(cos(z - x)), the amplitude last. */
const bump: Unit = ([z, c], x) => {
  const [sine, cosine] = [Math.sin(z - x), Math.cos(z - x)];
  const k = Math.exp(cosine);
  return [c * k, -c * sine * k, k, c * (sine * sine - cosine) * k];
};

const { c, y } = mixture.variables;
const { x } = mixture.potential.network.inputs;
export const cases: Record<string, Features> = {
  "Gaussian units": featuresWith(gaussian, domainOf(line(c.min, c.max), line(y.min, y.max)), 0, [x.min, x.max, x.points]),
  "tanh units with two inner weights": featuresWith(neuron, domainOf(line(-1, 1), line(-2, 2), line(-1, 1.5)), 0, [-1, 1, 10]),
  "waves on a line": featuresWith(wave, domainOf(line(-2, 2.5)), null, [0, 3, 8]),
  "waves on a high level, heavily weighted": weighted(featuresWith(lifted, domainOf(line(-2, 2.5)), null, [0, 3, 8]), 1e4),
  "waves in the plane": featuresWith(waves, domainOf(line(-2, 2.5), line(-3, 3)), null, [0, 2, 9]),
  "bumps on a circle": featuresWith(bump, domainOf(circle(-1, 2 * Math.PI - 1), line(0, 2)), 1, [0, 2 * Math.PI, 13]),
};

export function coordinatesOf({ dimension, linearAxis, domain }: Features): MeshCoordinates {
  const columns = Array.from({ length: dimension }, (_, a) => a).filter((a) => a !== linearAxis);
  return { columns, axes: columns.map((a) => domain.axes[a]) };
}

/** The sums through a mesh of the given order, whatever they cost. */
export function meshOf(features: Features, tolerance: number, order: number, withLaplacian: boolean, target: Float64Array | null) {
  const coordinates = coordinatesOf(features);
  const tables = createFeatureTables(features, coordinates, tolerance, order, withLaplacian);
  const mesh = createFeatureMesh(features, coordinates, target);
  const addAt: PointInteraction["addAt"] = (field, targets, targetCount, points, ...rest) => {
    const sources = [points, rest[1]] as const;
    const table = tables.covering([sources, [targets, targetCount]], Infinity);
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
export function cloudIn({ domain }: Features, count: number, spread: number, seed: number): Float64Array[] {
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
 * Expects each component of V at target i within tolerance meshFactor |c_i| |D psi| (|psi| sum_j |w_j c_j| + |f|) of its sum over
 * all features, D = 1, grad or lap, c = 1 where phi is linear in no axis, and |c_i| left out of dV/dc.
 *
 * K - P_1 ... P_2k K = sum_i P_1 ... P_i (K - P_{i+1} K) with the interpolations of both factors along all axes; by Cauchy and
 * Schwarz a term is at most a power of the Lebesgue constant times tolerance / (2 k) |D psi| |psi|. F has |f| for one of the
 * factors.
 */
export function expectField(
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

/** Counts the evaluations of features, each at one point. */
export function counted(features: Features) {
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

export function fieldOf(interaction: PointInteraction, targets: Float64Array[], points: Float64Array[]): WholeField {
  const field = wholeField(points.length, targets[0].length);
  interaction.addAt(field, targets, targets[0].length, points, null, points[0].length);
  return field;
}

export function withoutDomain({ domain: _, ...definition }: Features): FeaturesDefinition {
  return definition;
}
