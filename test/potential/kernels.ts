import { createGrid, type Grid } from "../../src/grid/grid.ts";
import type { BlockFunction } from "../../src/numerics/block-function.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createConvolutionKernel } from "../../src/potential/convolution.ts";
import type { PairKernel } from "../../src/potential/direct-sum.ts";
import { createFeaturesKernel } from "../../src/potential/features.ts";
import { createPairwiseKernel } from "../../src/potential/pairwise.ts";
import type { Kernel } from "../../src/potential/potential.ts";

/** Kernels of a displacement for the tests, each with its derivatives: [k, dk/dx_1, ..., dk/dx_d, Laplacian of k]. */
export type Shape = (displacement: readonly number[]) => number[];

/** A block function that calls `f` point by point; it writes as many outputs as it is given, the first ones of those of `f`. */
export function pointwise(slots: number, f: (x: readonly number[]) => readonly number[]): BlockFunction {
  const x = new Array<number>(slots).fill(0);
  return (outputs, outputStart, inputs, inputStart, count) => {
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < slots; a++) x[a] = inputs[a][inputStart + i];
      const values = f(x);
      for (let c = 0; c < outputs.length; c++) outputs[c][outputStart + i] = values[c];
    }
  };
}

/** [value, gradient, Laplacian] in the forms that kernels and features take, each of which insists on its number of outputs. */
export function formsOf(slots: number, dimension: number, f: (x: readonly number[]) => readonly number[]): PairKernel {
  const all = pointwise(slots, f);
  const withOutputs =
    (count: number): BlockFunction =>
    (outputs, ...rest) => {
      if (outputs.length !== count) throw new Error(`${outputs.length} outputs for a function of ${count}`);
      all(outputs, ...rest);
    };
  return {
    value: withOutputs(1),
    valueAndGradient: withOutputs(dimension + 1),
    valueGradientLaplacian: withOutputs(dimension + 2),
  };
}

/** exp(-(x^2 + x y + y^2) / scale), with z^2 added in three dimensions: even in all coordinates at once, in none alone. */
export function anisotropicGaussian(scale = 1): Shape {
  return (displacement) => {
    const [x, y = 0, z = 0] = displacement;
    const k = Math.exp(-(x * x + x * y + y * y + z * z) / scale);
    const form = [2 * x + y, x + 2 * y, 2 * z];
    const values = [k];
    let curvature = 0;
    for (let a = 0; a < displacement.length; a++) {
      const slope = -form[a] / scale;
      values.push(slope * k);
      curvature += slope * slope - 2 / scale;
    }
    values.push(curvature * k);
    return values;
  };
}

export interface Wave {
  weight: number;
  k: readonly number[];
}

/** sum_m w_m cos(k_m . displacement): of finite rank, so that all three kinds of kernel can express it. */
export function cosines(waves: readonly Wave[]): Shape {
  return (x) => {
    const d = x.length;
    const result = new Array<number>(d + 2).fill(0);
    for (const { weight, k } of waves) {
      let phase = 0;
      for (let a = 0; a < d; a++) phase += k[a] * x[a];
      const [cosine, sine] = [weight * Math.cos(phase), weight * Math.sin(phase)];
      result[0] += cosine;
      for (let a = 0; a < d; a++) {
        result[a + 1] -= k[a] * sine;
        result[d + 1] -= k[a] * k[a] * cosine;
      }
    }
    return result;
  };
}

export function convolutionOf(shape: Shape, domain: Grid): Kernel {
  return createConvolutionKernel({ ...formsOf(domain.dimension, domain.dimension, shape), domain });
}

/** The same kernel between pairs. At half a period both images count by half, as a periodic function of its jump would. */
export function pairwiseOf(shape: Shape, { dimension, axes }: Grid): Kernel {
  const images = (x: number, a: number): number[] => {
    if (!axes[a].periodic) return [x];
    const period = axes[a].max - axes[a].min;
    const wrapped = x - period * Math.round(x / period);
    return Math.abs(Math.abs(wrapped) - period / 2) < 1e-9 * period ? [period / 2, -period / 2] : [wrapped];
  };
  const free = axes.every((axis) => !axis.periodic);
  const kernel = formsOf(2 * dimension, dimension, (slots) => {
    if (free) return shape(slots.slice(0, dimension).map((x, a) => x - slots[dimension + a]));
    let all: number[][] = [[]];
    for (let a = 0; a < dimension; a++) {
      const choices = images(slots[a] - slots[dimension + a], a);
      all = all.flatMap((head) => choices.map((x) => [...head, x]));
    }
    const values = all.map(shape);
    return values[0].map((_, c) => values.reduce((total, value) => total + value[c], 0) / all.length);
  });
  return createPairwiseKernel({ dimension, ...kernel });
}

/** cos(a - b) = cos a cos b + sin a sin b: two features a wave. */
export function featuresOf(waves: readonly Wave[], dimension: number): Kernel {
  const kernel = formsOf(dimension + 2, dimension, (slots) => {
    const { k } = waves[slots[dimension]];
    const phase = k.reduce((total, ka, a) => total + ka * slots[a], 0);
    const [value, slope] = slots[dimension + 1] === 0 ? [Math.cos(phase), -Math.sin(phase)] : [Math.sin(phase), Math.cos(phase)];
    return [value, ...k.map((ka) => ka * slope), -value * k.reduce((total, ka) => total + ka * ka, 0)];
  });
  return createFeaturesKernel({
    dimension,
    ...kernel,
    inputs: [
      Float64Array.from({ length: 2 * waves.length }, (_, p) => p >> 1),
      Float64Array.from({ length: 2 * waves.length }, (_, p) => p & 1),
    ],
    weights: Float64Array.from({ length: 2 * waves.length }, (_, p) => waves[p >> 1].weight),
    linearAxis: null,
  });
}

/** [cells, periodic] for each axis; axis a spans [-1.5 - a / 4, 1.7 + a / 4]. */
export function gridOf(axes: readonly (readonly [number, boolean])[]): Grid {
  return createGrid(
    axes.map(([cells, periodic], a) => ({
      name: "xyz"[a],
      min: -1.5 - a / 4,
      max: 1.7 + a / 4,
      cells,
      boundary: periodic ? "periodic" : "no-flux",
    })),
  );
}

export function randomValues(count: number, seed: number): Float64Array {
  const stream = createStream(seed);
  return Float64Array.from({ length: count }, () => stream.uniform());
}

/** Normal points with a standard deviation of `spread`. */
export function randomPoints(dimension: number, count: number, spread: number, seed: number): Float64Array[] {
  const stream = createStream(seed);
  return Array.from({ length: dimension }, () => Float64Array.from({ length: count }, () => spread * stream.normal()));
}

export function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

export function largestDifference(a: Float64Array, b: Float64Array): number {
  return largest(a.map((value, i) => value - b[i]));
}
