import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { symmetricEigenvalues } from "../../src/numerics/eigenvalues.ts";

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
