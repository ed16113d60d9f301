import { describe, expect, test } from "vitest";
import { errorOfDensities, errorOfRefinements } from "../../src/characteristics/refinement-error.ts";

describe("the error that differences of refinements tell", () => {
  /** The differences of values v_k = q^k, whose limit is 0. */
  const geometric = (q: number, count: number) => Array.from({ length: count }, (_, k) => q ** k - q ** (k + 1));

  test.each([0.02, 0.25, 0.5, 0.7, 0.9])("is at least the true one where they fall by %d, and at most a few times it", (q) => {
    const found = errorOfRefinements(geometric(q, 4), geometric(q, 4), 1e-9, false);
    expect(found.settled).toBe(false);
    // v_4 = q^4, by rounding not quite.
    expect(found.error).toBeGreaterThanOrEqual(q ** 4 * (1 - 1e-12));
    // Of order 1 at best: 0.6 / (1 - 0.6) of the last difference.
    const most = q < 0.6 ? (1.5 * (1 - q)) / q : 1;
    expect(found.error).toBeLessThanOrEqual(most * q ** 4 * (1 + 1e-12));
    expect(found.falls).toBe(q <= 0.6);
  });

  test("holds for differences that all but stop: 9.3e-4, 8.6e-4, 7.9e-4 while the error is 3e-3", () => {
    const differences = [9.3e-4, 8.6e-4, 7.9e-4];
    expect(errorOfRefinements(differences, differences, 1e-9, false).error).toBeGreaterThan(3e-3);
  });

  test("is unknown where they do not fall, or where there is one that is not small", () => {
    for (const differences of [[1e-3, 1e-3, 1e-3], [1e-4, 2e-4], [1e-3], []]) {
      expect(errorOfRefinements(differences, differences, 1e-9, false)).toEqual({ error: Infinity, settled: false, falls: false });
    }
  });

  test("is not taken from one quantity that came close by chance", () => {
    // All fall by two; this one seems to fall by a thousand.
    const { error, settled } = errorOfRefinements([1e-3, 1e-6], [2e-2, 1e-2], 1e-9, false);
    expect(error).toBeGreaterThanOrEqual(5e-4);
    expect(settled).toBe(false);
    expect(errorOfRefinements([1e-3, 0], [2e-2, 1e-2], 1e-9, false).error).toBeGreaterThanOrEqual(5e-4);
    // All fall by 0.8 only: 8e-4 now, and 0.8 / (1 - 0.8) times that to come.
    expect(errorOfRefinements([1e-3, 1e-6], [2e-2, 1.6e-2], 1e-9, false).error).toBeCloseTo(3.2e-3, 12);
  });

  test("is that of a quantity's own refinements where these have agreed, whatever another does", () => {
    const { error, settled } = errorOfRefinements([1e-5, 3e-12, 1e-15], [1e-2, 9e-3, 8e-3], 1e-10, false);
    expect(error).toBeLessThan(4e-12);
    expect(settled).toBe(true);
    // Once is not enough.
    expect(errorOfRefinements([1e-5, 1e-15], [1e-2, 9e-3], 1e-10, false).settled).toBe(false);
  });

  test("is never below the last difference", () => {
    for (const converged of [true, false]) {
      expect(errorOfRefinements([1e-12, 1e-9], [1e-12, 1e-9], 1e-8, converged).error).toBeGreaterThanOrEqual(1e-9);
      expect(errorOfRefinements([1e-3, 1e-5, 3e-8], [1e-3, 1e-5, 3e-8], 1e-9, converged).error).toBeGreaterThanOrEqual(3e-8);
    }
  });

  test("of densities that fall by q is q / (1 - q) of the last difference, at least a ninth, and the whole where they do not fall", () => {
    const distance = (mu: Float64Array, nu: Float64Array) => Math.abs(mu[0] - nu[0]);
    const errorOf = (...values: number[]) => errorOfDensities(values.map((value) => Float64Array.of(value)), distance);
    expect(errorOf(1)).toBe(Infinity);
    expect(errorOf(1, 0.1)).toBeCloseTo(0.9, 12);
    // 0.4^k: the error is 0.16.
    expect(errorOf(1, 0.4, 0.16)).toBeCloseTo(0.16, 12);
    expect(errorOf(1, 0.01, 0.0001)).toBeCloseTo(0.0099 / 9, 12);
    expect(errorOf(1, 0.8, 0.65)).toBeCloseTo(0.15, 12);
  });
}); // biome-ignore format: lists of differences
