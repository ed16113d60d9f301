import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMidpoint } from "../../src/finite-volume/midpoint.ts";

/** Integral of a polynomial of t, by its coefficients. */
const integral = (c: readonly number[], from: number, to: number) =>
  c.reduce((sum, coefficient, k) => sum + (coefficient * (to ** (k + 1) - from ** (k + 1))) / (k + 1), 0);
const value = (c: readonly number[], t: number) => c.reduce((sum, coefficient, k) => sum + coefficient * t ** k, 0);

const number = fc.double({ min: -2, max: 2, noNaN: true });
const step = fc.double({ min: 0.1, max: 1, noNaN: true });

describe("V of a step by extrapolation", () => {
  test("is the mean over the step of every parabola, for any three steps, and of every line after one", () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 3, maxLength: 3 }), step, step, step, (c, b, a, h) => {
        const midpoint = createMidpoint(1);
        const at = (t: number) => Float64Array.of(value(c, t));
        midpoint.remember(at(-a - b), b);
        const line = midpoint.extrapolate(at(-a), a)?.[0] ?? Number.NaN;
        const slope = (value(c, -a) - value(c, -a - b)) / b;
        expect(line).toBeCloseTo(value(c, -a) + (slope * a) / 2, 10);
        midpoint.remember(at(-a), a);
        expect(midpoint.extrapolate(at(0), h)?.[0]).toBeCloseTo(integral(c, 0, h) / h, 10);
      }),
      { numRuns: 200, seed: 15 },
    );
  });

  test("deviates from what V was by 5/12 (lambda h)^2 of its change where V falls like e^{-lambda t}, to that order", () => {
    const deviationOf = (h: number) => {
      const midpoint = createMidpoint(1);
      const at = (n: number) => Float64Array.of(Math.exp(-n * h));
      for (let n = 0; n < 3; n++) {
        midpoint.extrapolate(at(n), h);
        midpoint.remember(at(n), h);
      }
      return midpoint.deviation(at(3), Float64Array.of(1)) / h ** 2;
    };
    // The means over the step of the parabolas through n, n-1, n-2 and through n+1, n, n-1 are off by -3/8 and 1/24 of h^3 V'''.
    expect(deviationOf(1e-3)).toBeCloseTo(5 / 12, 2);
    expect(Math.abs(deviationOf(1e-2) - 5 / 12)).toBeGreaterThan(Math.abs(deviationOf(1e-3) - 5 / 12));
  });

  test("evaluates at the first step, and puts mu back even where that fails", () => {
    const midpoint = createMidpoint(2);
    const mu = Float64Array.of(1, 2);
    expect(midpoint.extrapolate(mu, 0.1)).toBeNull();
    expect(() =>
      midpoint.predict(mu, () => {
        mu.fill(9);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect([...mu]).toEqual([1, 2]);
  });
});
