import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { symmetricEigenvalues, symmetricInverse } from "../../src/numerics/eigenvalues.ts";
import { largestDifference } from "../fixtures.ts";

describe("symmetricEigenvalues", () => {
  it("recovers the eigenvalues of a reflected diagonal matrix, in ascending order", () => {
    const entry = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 12 }), (pairs) => {
        const n = pairs.length;
        const squares = pairs.reduce((total, [, v]) => total + v * v, 0);
        fc.pre(squares > 1e-3);
        // H = 1 - 2 v v' / v'v is orthogonal, so H D H has the diagonal of D as its spectrum.
        const reflection = (i: number, j: number) => (i === j ? 1 : 0) - (2 * pairs[i][1] * pairs[j][1]) / squares;
        const matrix = Float64Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return pairs.reduce((total, [value], k) => total + reflection(i, k) * value * reflection(k, j), 0);
        });
        const expected = pairs.map(([value]) => value).sort((x, y) => x - y);
        // Weyl: an eigenvalue moves by no more than the error of the matrix, about 4 n eps |D| here, and the solver's of the same size.
        symmetricEigenvalues(matrix, n).forEach((value, k) => {
          expect(Math.abs(value - expected[k])).toBeLessThan(20 * n * Number.EPSILON * 10);
        });
      }),
      { seed: 71, numRuns: 200 },
    );
  });

  it("gives the second difference its cosines", () => {
    const n = 16;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    symmetricEigenvalues(matrix, n).forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12);
    });
  });
});

describe("symmetricInverse", () => {
  const product = (a: Float64Array, b: Float64Array, n: number) =>
    Float64Array.from({ length: n * n }, (_, at) => {
      let total = 0;
      for (let k = 0; k < n; k++) total += a[Math.floor(at / n) * n + k] * b[k * n + (at % n)];
      return total;
    });

  /** G G' for G of shape [n, rank], whose entries come from `entries`. */
  const gram = (entries: readonly number[], n: number, rank: number) =>
    Float64Array.from({ length: n * n }, (_, at) => {
      let total = 0;
      for (let k = 0; k < rank; k++) total += entries[Math.floor(at / n) * rank + k] * entries[(at % n) * rank + k];
      return total;
    });

  const close = (a: Float64Array, b: Float64Array, tolerance: number) => expect(largestDifference(a, b)).toBeLessThan(tolerance);

  it("satisfies the conditions of Moore and Penrose at any rank: A B A = A, B A B = B, A B and B A symmetric", () => {
    const entry = fc.integer({ min: -64, max: 64 }).map((k) => k / 64);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n }))),
        fc.array(entry, { minLength: 36, maxLength: 36 }),
        ([n, rank], entries) => {
          const A = gram(entries, n, rank);
          const spectrum = symmetricEigenvalues(A, n);
          // Well conditioned on its range: the inverse then has entries below 1e3 / max.
          fc.pre(spectrum[n - 1] > 0.1 && spectrum[n - rank] > 1e-3 * spectrum[n - 1]);
          const { inverse: B, rank: found } = symmetricInverse(A, n, 1e-9);
          expect(found).toBe(rank);
          const AB = product(A, B, n);
          // Rounding: n eps |A| |B| cond, below 1e-16 times 1e2 1e4 1e3 at the worst.
          close(product(AB, A, n), A, 1e-9);
          close(product(B, AB, n), B, 1e-6);
          close(AB, product(B, A, n), 1e-9);
        },
      ),
      { seed: 72, numRuns: 300 },
    );
  });

  it("inverts a regular matrix, with the logarithm of its determinant", () => {
    // [[4, 2], [2, 3]]: determinant 8.
    const { inverse, rank, logDeterminant } = symmetricInverse(Float64Array.of(4, 2, 2, 3), 2, 1e-9);
    close(inverse, Float64Array.of(3 / 8, -1 / 4, -1 / 4, 1 / 2), 1e-14);
    expect(rank).toBe(2);
    expect(logDeterminant).toBeCloseTo(Math.log(8), 14);
  });

  it("leaves out directions below the floor, in the determinant too", () => {
    const matrix = Float64Array.of(2, 0, 0, 0, 0.5, 0, 0, 0, 1e-6);
    const cut = symmetricInverse(matrix, 3, 1e-4);
    close(cut.inverse, Float64Array.of(0.5, 0, 0, 0, 2, 0, 0, 0, 0), 1e-15);
    expect(cut).toMatchObject({ rank: 2, logDeterminant: expect.closeTo(0, 14) });
    const whole = symmetricInverse(matrix, 3, 1e-8);
    expect(whole).toMatchObject({ rank: 3, logDeterminant: expect.closeTo(Math.log(1e-6), 12) });
    // A repeated observable: correlations of 1.
    const twice = symmetricInverse(Float64Array.of(1, 1, 1, 1), 2, 1e-9);
    close(twice.inverse, new Float64Array(4).fill(0.25), 1e-14);
    expect(twice.rank).toBe(1);
  });
});
