import { describe, expect, test } from "vitest";
import { sampleMoments } from "../../src/numerics/moments.ts";
import { createStream } from "../../src/numerics/random.ts";
import { createPartitionedOffspring } from "../../src/schemes/offspring.ts";
import { addSystematicNoise } from "../../src/schemes/systematic-noise.ts";

const NODES = 64;
const uniform = new Float64Array(NODES).fill(1 / NODES);
const nodeValues = (f: (x: number) => number) => Float64Array.from(uniform, (_, j) => f((j + 0.5) / NODES));

/** exp(size * shape), of mean 1 over the nodes. */
function growthOf(size: number, shape: (x: number) => number): Float64Array {
  const raw = nodeValues((x) => Math.exp(size * shape(x)));
  const mean = raw.reduce((sum, g) => sum + g / NODES, 0);
  return raw.map((g) => g / mean);
}

/** Of so many particles by default that rounding their number in each part does not count. */
function noiseOf(growth: Float64Array, influences: readonly Float64Array[], n = 1e14): Float64Array {
  const matrix = new Float64Array(influences.length ** 2);
  addSystematicNoise(matrix, uniform, growth, influences, n);
  return matrix;
}

const wave = nodeValues((x) => Math.sin(5 * x));
const ramp = nodeValues((x) => x * x);

describe("the noise of systematic resampling", () => {
  test.each([
    // A weight of 3.5 leaves several copies of one particle, one of 0.1 leaves hardly any.
    ["small", 0.01, 4096],
    ["hardly any", 0.02, 128],
    ["moderate", 0.3, 512],
    ["large", 2, 512],
  ])("is that of resampling n particles again and again, for %s excess", (_, size, n) => {
    const growth = growthOf(size, (x) => Math.cos(3 * x) + 0.4 * x);
    const matrix = noiseOf(growth, [wave, ramp], n);
    const weights = Float64Array.from({ length: n }, (__, i) => growth[i % NODES]);
    const total = weights.reduce((sum, w) => sum + w, 0);
    const offspring = new Int32Array(n);
    const draw = createPartitionedOffspring(n);
    const stream = createStream(7);
    const sums: [number, number][] = [];
    for (let r = 0; r < 2 ** 22 / n; r++) {
      draw(offspring, weights, total, stream);
      let first = 0;
      let second = 0;
      for (let i = 0; i < n; i++) {
        const off = offspring[i] - weights[i];
        first += off * wave[i % NODES];
        second += off * ramp[i % NODES];
      }
      sums.push([first / Math.sqrt(n), second / Math.sqrt(n)]);
    }
    // Polarised: the covariance is a quarter of the difference of two variances.
    const [a, b, both] = [
      [1, 0, matrix[0]],
      [0, 1, matrix[3]],
      [1, 1, matrix[0] + 2 * matrix[1] + matrix[3]],
    ].map(([p, q, expected]) => {
      const { variance, varianceError } = sampleMoments(sums.map(([x, y]) => p * x + q * y));
      return { gap: variance - expected, error: varianceError, expected };
    });
    for (const { gap, error, expected } of [a, b, both]) {
      expect(error).toBeLessThan(0.06 * expected);
      // The start and the end of a part are off by O(1/n) of it.
      expect(Math.abs(gap)).toBeLessThan(4 * error + (5 / n) * expected);
    }
    expect(matrix[1]).toBeCloseTo(matrix[2], 14);
  });

  test("does not feel a constant, in either part or in both", () => {
    const growth = growthOf(0.4, (x) => Math.cos(3 * x));
    const light = growth.map((g) => (g < 1 ? 1 : 0));
    const scale = noiseOf(growth, [wave])[0];
    const [shifted, lifted] = [wave.map((u) => u + 5), wave.map((u, j) => u + 5 * light[j])].map((u) => noiseOf(growth, [u])[0]);
    expect(Math.abs(shifted - scale)).toBeLessThan(1e-12);
    expect(Math.abs(lifted - scale)).toBeLessThan(1e-12);
    expect(noiseOf(growth, [light])[0]).toBeLessThan(1e-14);
    expect(scale).toBeGreaterThan(0.01);
  });

  test("is bilinear, and a quantity that does not depend on the distribution adds none", () => {
    const growth = growthOf(0.7, (x) => Math.cos(3 * x));
    const sum = wave.map((u, j) => 2 * u - 3 * ramp[j]);
    const [ww, wr, , rr] = noiseOf(growth, [wave, ramp]);
    const [ss, sw] = noiseOf(growth, [sum, wave]);
    expect(Math.abs(ss - (4 * ww - 12 * wr + 9 * rr))).toBeLessThan(1e-13);
    expect(Math.abs(sw - (2 * ww - 3 * wr))).toBeLessThan(1e-13);
    const matrix = Float64Array.of(1, 1, 1, 1);
    addSystematicNoise(matrix, uniform, growth, [null, wave], 1e14);
    expect([...matrix.subarray(0, 3)]).toEqual([1, 1, 1]);
    expect(matrix[3]).toBeCloseTo(1 + ww, 13);
  });

  test("is that of as many picks as there must be, each of the distribution of the rates, where weights come to 1/n", () => {
    const shape = nodeValues((x) => Math.cos(3 * x));
    const mean = shape.reduce((sum, b) => sum + b / NODES, 0);
    const rates = shape.map((b) => b - mean);
    let picks = 0;
    for (const sign of [-1, 1]) {
      const over = (f: (j: number) => number) => rates.reduce((sum, b, j) => sum + (Math.max(0, sign * b) * f(j)) / NODES, 0);
      picks += over((j) => wave[j] ** 2) - over((j) => wave[j]) ** 2 / over(() => 1);
    }
    const errors = [1e-2, 1e-3, 1e-4].map((size) => {
      const found = noiseOf(
        rates.map((b) => 1 + size * b),
        [wave],
      );
      return Math.abs(found[0] / (size * picks) - 1);
    });
    // The next term is O(b) of the first.
    expect(errors[0]).toBeLessThan(2e-2);
    expect(errors[1]).toBeLessThan(2e-3);
    expect(errors[2]).toBeLessThan(2e-4);
  });

  test("is that of uniform picks, b (1 - b) Var phi, in a part that shrinks by one b", () => {
    // Half the particles keep 1 - b offspring in the mean, half have 1 + b: Var phi of each half.
    const b = 0.3;
    const growth = nodeValues((x) => (x < 0.5 ? 1 - b : 1 + b));
    const half = NODES / 2;
    const varianceOf = (values: Float64Array) => (sampleMoments(values).variance * (half - 1)) / half;
    const expected = b * (1 - b) * 0.5 * (varianceOf(wave.subarray(0, half)) + varianceOf(wave.subarray(half)));
    expect(noiseOf(growth, [wave])[0]).toBeCloseTo(expected, 12);
  });

  test("of the number of particles that shrink is that of rounding it, { B } (1 - { B })", () => {
    const growth = growthOf(0.4, (x) => Math.cos(3 * x));
    const light = growth.map((g) => (g < 1 ? 1 : 0));
    for (const n of [64, 128, 640]) {
      const picks = growth.reduce((sum, g) => sum + (n * Math.max(0, 1 - g)) / NODES, 0);
      const fraction = picks - Math.floor(picks);
      expect(noiseOf(growth, [light], n)[0]).toBeCloseTo((fraction * (1 - fraction)) / n, 12);
    }
  });

  test("is none where every particle has one offspring", () => {
    expect([...noiseOf(new Float64Array(NODES).fill(1), [wave])]).toEqual([0]);
  });
});
