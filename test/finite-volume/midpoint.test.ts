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
  test("is the mean over the step of every parabola, for any three steps after the first", () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 3, maxLength: 3 }), step, step, step, (c, b, a, h) => {
        const at = (t: number) => Float64Array.of(value(c, t));
        const midpoint = createMidpoint(1);
        midpoint.start(Float64Array.of(1), at(0), (_, middle) => middle.set(at(b / 2)));
        midpoint.finish(at(0), b);
        // 1e-10: cancellation in differences of steps of at least 0.1.
        expect(midpoint.extrapolate(at(b), a)?.[0]).toBeCloseTo(integral(c, b, b + a) / a, 9);
        midpoint.finish(at(b), a);
        expect(midpoint.extrapolate(at(b + a), h)?.[0]).toBeCloseTo(integral(c, b + a, b + a + h) / h, 9);
        midpoint.finish(at(b + a), h);
        expect(midpoint.deviation(at(b + a + h), Float64Array.of(1))).toBeLessThan(1e-6);
      }),
      { numRuns: 200, seed: 15 },
    );
  });

  test("deviates from what V was by 5/12 (lambda h)^2 of its change where V falls like e^{-lambda t}, to that order", () => {
    const deviationOf = (h: number) => {
      const midpoint = createMidpoint(1);
      const at = (n: number) => Float64Array.of(Math.exp(-n * h));
      midpoint.start(Float64Array.of(1), at(0), (_, middle) => middle.set(at(0.5)));
      midpoint.finish(at(0), h);
      for (let n = 1; n < 4; n++) {
        midpoint.extrapolate(at(n), h);
        midpoint.finish(at(n), h);
      }
      return midpoint.deviation(at(4), Float64Array.of(1)) / h ** 2;
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
      midpoint.start(mu, mu.slice(), () => {
        mu.fill(9);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect([...mu]).toEqual([1, 2]);
  });
});
