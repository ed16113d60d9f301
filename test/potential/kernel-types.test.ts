import { describe, expect, it } from "vitest";
import { fillCentres, type Grid } from "../../src/grid/grid.ts";
import { symmetricEigenvalues } from "../../src/numerics/eigenvalues.ts";
import { compileKernel, createKernel, KERNELS, type KernelName, kernelSchema, kernelTypeOf } from "../../src/potential/kernels.ts";
import type { Kernel } from "../../src/potential/potential.ts";
import { gridOf, largest, largestDifference, randomPoints, randomValues } from "./kernels.ts";

const NAMES = Object.keys(KERNELS) as KernelName[];
/** The example of the features has an input z. */
const variables = ["x", "y", "u"];

async function exampleOn(name: KernelName, grid: Grid) {
  const inputs = variables.slice(0, grid.dimension);
  const definition = kernelSchema.parse(KERNELS[name].example(inputs));
  const compiled = await compileKernel(definition, { inputs, parameters: {} });
  return { compiled, kernel: createKernel(structuredClone(compiled), grid) };
}

/** sum_j w_j K(target_i, point_j) from the matrix of K on both together. */
function denseSum(
  kernel: Kernel,
  targets: readonly Float64Array[],
  points: readonly Float64Array[],
  weights: Float64Array,
): Float64Array {
  const [n, m] = [targets[0].length, points[0].length];
  const all = targets.map((x, a) => Float64Array.of(...x, ...points[a]));
  const gram = new Float64Array((n + m) ** 2);
  kernel.gram(gram, all, n + m);
  return Float64Array.from({ length: n }, (_, i) => weights.reduce((sum, w, j) => sum + w * gram[i * (n + m) + n + j], 0));
}

describe.each(NAMES)("the kernel %s", (name) => {
  it("is named in the problem file as in the table", () => {
    expect([...KERNELS[name].schema.shape.type.values]).toEqual([name]);
    expect(kernelSchema.parse(KERNELS[name].example(["x"])).type).toBe(name);
  });

  it.each([1, 2, 3])("in %i dimensions is symmetric and positive semi-definite in its example", async (d) => {
    const { kernel } = await exampleOn(name, gridOf(Array.from({ length: d }, () => [8, false] as const)));
    const n = 40;
    const gram = new Float64Array(n * n);
    kernel.gram(gram, randomPoints(d, n, 0.7, d), n);
    const transposed = gram.map((_, k) => gram[(k % n) * n + Math.floor(k / n)]);
    // Each entry is rounded a few times, and eigenvalues by n eps of the largest.
    expect(largestDifference(gram, transposed)).toBeLessThan(1e-13 * largest(gram));
    const eigenvalues = symmetricEigenvalues(gram, n);
    expect(eigenvalues[0]).toBeGreaterThan(-1e-13 * n * eigenvalues[n - 1]);
    expect(eigenvalues[n - 1]).toBeGreaterThan(0);
  });

  it.each([[[24]], [[9, 7]], [[5, 6, 4]]])("on %j cells is the sum over all pairs of cells", async (cells) => {
    const grid = gridOf(cells.map((count) => [count, false] as const));
    const { kernel } = await exampleOn(name, grid);
    const mu = randomValues(grid.size, 5);
    const centres = grid.axes.map(() => new Float64Array(grid.size));
    fillCentres(grid, 0, grid.size, centres);
    const expected = denseSum(
      kernel,
      centres,
      centres,
      mu.map((m) => m * grid.cellVolume),
    );
    const found = new Float64Array(grid.size);
    kernel.onGrid(grid).apply(found, mu);
    // Sums of at most 120 terms, and transforms, which round by eps log N of the largest.
    expect(largestDifference(found, expected)).toBeLessThan(1e-13 * largest(expected));
    // So is its gradient, where a grid has a way of its own.
    const sums = grid.axes.map(() => new Float64Array(grid.size));
    const weights = mu.map((m) => m * grid.cellVolume);
    kernel.atPoints(0).add(null, sums, centres, weights, grid.size);
    const gradient = grid.axes.map(() => new Float64Array(grid.size).fill(Number.NaN));
    const onGrid = kernel.gradientOnGrid?.(grid) ?? null;
    expect(onGrid === null).toBe(name === "pairwise");
    onGrid?.(gradient, mu);
    const scale = Math.max(...sums.map(largest));
    if (onGrid !== null)
      for (let a = 0; a < sums.length; a++) expect(largestDifference(gradient[a], sums[a])).toBeLessThan(1e-13 * scale);
  });

  it.each([1, 2, 3])("at points in %i dimensions is the sum over all pairs, with its gradient and Laplacian", async (d) => {
    const { kernel } = await exampleOn(name, gridOf(Array.from({ length: d }, () => [8, false] as const)));
    const points = randomPoints(d, 30, 0.6, 3);
    const targets = randomPoints(d, 12, 0.6, 4);
    const weights = randomValues(30, 6).map((w) => w / 15);
    const at = (places: readonly Float64Array[]) => denseSum(kernel, places, points, weights);
    const moved = (axis: number, h: number) => at(targets.map((x, a) => (a === axis ? x.map((v) => v + h) : x)));
    const value = at(targets);
    // Central differences: an error of h^2 / 6 of the third derivative, or h^2 / 12 of the fourth, which are below 100 of the largest value.
    const h = 1e-3;
    const ends = targets.map((_, a) => [moved(a, h), moved(a, -h)]);
    const gradient = ends.map(([ahead, behind]) => ahead.map((v, i) => (v - behind[i]) / (2 * h)));
    const laplacian = value.map((v, i) => ends.reduce((sum, [ahead, behind]) => sum + (ahead[i] - 2 * v + behind[i]) / h ** 2, 0));
    const scale = largest(value);
    for (const tolerance of [0, 1e-7]) {
      const out = {
        value: new Float64Array(12),
        gradient: targets.map(() => new Float64Array(12)),
        laplacian: new Float64Array(12),
      };
      kernel.atPoints(tolerance).addAt(out, targets, 12, points, weights, 30);
      expect(largestDifference(out.value, value)).toBeLessThan((1e-13 + 10 * tolerance) * scale);
      for (let a = 0; a < d; a++) expect(largestDifference(out.gradient[a], gradient[a])).toBeLessThan(1e-4 * scale);
      expect(largestDifference(out.laplacian, laplacian)).toBeLessThan(1e-4 * scale);
    }
  });

  it("costs more the more cells and points there are, on a grid by a power of the cells", async () => {
    const grid = gridOf([[16, false]]);
    const { compiled } = await exampleOn(name, grid);
    const { onGrid, atPoints } = kernelTypeOf(compiled).cost;
    expect(onGrid(100, 1)).toBeGreaterThan(0);
    // The estimate of further doublings takes the growth from one of them.
    expect(onGrid(400, 1) / onGrid(200, 1)).toBe(onGrid(200, 1) / onGrid(100, 1));
    expect(atPoints(compiled, 100, 1)).toBeGreaterThan(0);
    expect(atPoints(compiled, 200, 1)).toBeGreaterThanOrEqual(atPoints(compiled, 100, 1));
  });

  it("closes up on a periodic axis by itself where the table says so", async () => {
    const grid = gridOf([[16, true]]);
    const { kernel } = await exampleOn(name, grid);
    const period = grid.axes[0].max - grid.axes[0].min;
    const value = new Float64Array(2);
    const targets = [Float64Array.of(0.4, 0.4 + period)];
    kernel.atPoints(0).addAt({ value, gradient: null, laplacian: null }, targets, 2, [Float64Array.of(-1)], Float64Array.of(1), 1);
    expect(Math.abs(value[1] - value[0]) < 1e-14).toBe(KERNELS[name].wraps);
  });
});
