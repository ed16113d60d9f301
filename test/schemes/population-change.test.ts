import { describe, expect, test } from "vitest";
import { expectedChange, expectedSkellam } from "../../src/schemes/population-change.ts";

/** lambda e^{-lambda} (I0 + I1)(lambda) by its power series, all of whose terms are positive. */
function bySeries(lambda: number): number {
  let total = 0;
  // (lambda/2)^{2k} / k!^2 and (lambda/2)^{2k+1} / (k! (k+1)!), each from the one before.
  let term = lambda * Math.exp(-lambda);
  for (let k = 0; k < 40 + 2 * lambda; k++) {
    const odd = (term * lambda) / 2 / (k + 1);
    total += term + odd;
    term = (odd * lambda) / 2 / (k + 1);
  }
  return total;
}

/** E|D| where each of count[j] particles is born (sign -1) or dies (sign 1) with probability p[j], by convolution of their distributions. */
function byConvolution(count: readonly number[], p: readonly number[], sign: readonly number[]): number {
  const n = count.reduce((sum, m) => sum + m, 0);
  let shares = new Float64Array(2 * n + 1);
  shares[n] = 1;
  count.forEach((m, j) => {
    for (let i = 0; i < m; i++) shares = shares.map((mass, d) => (1 - p[j]) * mass + p[j] * (shares[d + sign[j]] ?? 0));
  });
  return shares.reduce((sum, mass, d) => sum + Math.abs(d - n) * mass, 0);
}

const chancesOf = (p: readonly number[], sign: readonly number[]) => Float64Array.from(p, (q, j) => sign[j] * q);

describe("the mean change of a population with Poisson births and deaths", () => {
  test.each([1e-6, 1e-3, 0.1, 1, 3, 10, 40, 100, 300])(
    "is lambda e^{-lambda} (I0 + I1) at lambda = %d, by its series",
    (lambda) => {
      expect(Math.abs(expectedSkellam(lambda) / bySeries(lambda) - 1)).toBeLessThan(1e-12);
    },
  );

  test.each([300, 1e3, 1e5, 1e9])("comes to sqrt(2 lambda / pi) (1 - 1 / (8 lambda)) at lambda = %d", (lambda) => {
    // The next term is -3 / (128 lambda^2).
    const ratio = expectedSkellam(lambda) / Math.sqrt((2 * lambda) / Math.PI);
    expect(Math.abs(ratio - (1 - 1 / (8 * lambda)))).toBeLessThan(1.1 * (3 / (128 * lambda ** 2)) + 1e-12);
  });

  test("is 0 without events", () => {
    expect(expectedSkellam(0)).toBe(0);
  });
});

describe("the mean change of a population in a step of Algorithm 1", () => {
  test.each([
    // particles, probabilities in multiples of the largest / 128, signs (1: death, -1: birth)
    [[1], [0.3], [1]],
    [[1], [0.9], [-1]],
    [
      [1, 1],
      [0.5, 0.5],
      [1, -1],
    ],
    [
      [3, 5],
      [0.9, 0.225],
      [1, -1],
    ],
    [
      [7, 4, 9],
      [0.64, 0.32, 0.005],
      [1, -1, -1],
    ],
    [
      [40, 60],
      [0.125, 0.0625],
      [-1, 1],
    ],
    [
      [150, 50, 100],
      [0.016, 0.008, 0.004],
      [1, -1, -1],
    ],
    [
      [30, 30],
      [0.5, 0.25],
      [1, 1],
    ],
  ])("is that of the exact distribution of %j particles with probabilities %j and signs %j", (count, p, sign) => {
    const n = count.reduce((sum, m) => sum + m, 0);
    const weights = Float64Array.from(count, (m) => m / n);
    // Such probabilities are kept as they are, so that only the integral errs.
    expect(Math.abs(expectedChange(weights, chancesOf(p, sign), n) / byConvolution(count, p, sign) - 1)).toBeLessThan(1e-9);
  });

  test.each([
    [
      [3, 2, 6, 4],
      [0.9, 0.71, 0.33, 0.05],
      [1, -1, -1, 1],
    ],
    [
      [10, 20, 30],
      [0.1234, 0.0567, 0.0011],
      [-1, 1, 1],
    ],
    [
      [60, 70, 50, 20],
      [0.81, 0.37, 0.53, 0.113],
      [-1, 1, -1, 1],
    ],
  ])("is that of %j particles with any probabilities %j to the width of a bin", (count, p, sign) => {
    const n = count.reduce((sum, m) => sum + m, 0);
    const weights = Float64Array.from(count, (m) => m / n);
    const expected = byConvolution(count, p, sign);
    // Shared between the ends of a bin of width h, sum p^2 is off by h^2 / 4 a particle at most, and E|D| by half the same share of it.
    const h = Math.max(...p) / 128;
    const variance = count.reduce((sum, m, j) => sum + m * p[j] * (1 - p[j]), 0);
    const error = (n * h * h) / (8 * variance);
    expect(error).toBeLessThan(1e-4);
    expect(Math.abs(expectedChange(weights, chancesOf(p, sign), n) / expected - 1)).toBeLessThan(error);
  });

  test("comes to that of Poisson births and deaths where probabilities are tiny", () => {
    const weights = Float64Array.of(0.5, 0.5);
    for (const [x, n] of [[1e-4, 1e3], [1e-5, 1e6], [1e-6, 1e9]]) {
      // The variance x (1 - x) falls short of that of a Poisson number.
      const ratio = expectedChange(weights, Float64Array.of(x, -x), n) / expectedSkellam(n * x);
      expect(Math.abs(ratio - 1)).toBeLessThan(2 * x + 1e-10);
      expect(ratio).toBeLessThan(1);
    } // biome-ignore format: a list of pairs
  });

  test("is the mean itself where all die or none is born in many, and 0 where nothing happens", () => {
    expect(expectedChange(Float64Array.of(1), Float64Array.of(0.5), 1e6) / (1e6 * 0.5)).toBeCloseTo(1, 10);
    expect(expectedChange(Float64Array.of(0.5, 0.5), Float64Array.of(0, 0), 1000)).toBe(0);
    // A node without mass counts for nothing, however large its chance.
    expect(expectedChange(Float64Array.of(1, 0), Float64Array.of(0.5, -0.9), 10)).toBe(
      expectedChange(Float64Array.of(1), Float64Array.of(0.5), 10),
    );
  });
});
