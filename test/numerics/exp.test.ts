import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expBlock } from "../../src/numerics/exp.ts";

/** The spacing of doubles at |x|; 2^-1074 where x is subnormal. */
function ulp(x: number): number {
  return 2 ** (Math.max(-1022, Math.floor(Math.log2(Math.abs(x)))) - 52);
}

function worstError(x: Float64Array): number {
  const out = new Float64Array(x.length);
  expBlock(out, 0, x, 0, x.length);
  return out.reduce((worst, value, i) => Math.max(worst, Math.abs(value - Math.exp(x[i])) / ulp(Math.exp(x[i]))), 0);
}

describe("expBlock", () => {
  // fdlibm promises 1 ulp from the true value, and so does the engine: the two are at most 2 ulp apart, less at a double's precision.
  it("stays within 2 ulp of Math.exp over the whole range of normal results", () => {
    const points = 200_000;
    expect(worstError(Float64Array.from({ length: points }, (_, i) => -708 + (i * (708 + 709.78)) / points))).toBeLessThanOrEqual(
      2,
    );
  });

  it("stays within 2 ulp near 0, where the reduction does nothing, and next to the odd multiples of ln 2 / 2, where it turns over", () => {
    const near = Float64Array.from({ length: 2000 }, (_, i) => (i - 1000) * 1e-4);
    const turning = Float64Array.from({ length: 2000 }, (_, i) => (i - 1000 + 0.5) * Math.LN2 * (1 + 1e-14 * (i % 5)));
    expect(worstError(near)).toBeLessThanOrEqual(2);
    expect(worstError(turning)).toBeLessThanOrEqual(2);
  });

  it("stays within 2 ulp of Math.exp where the result is subnormal", () => {
    expect(worstError(Float64Array.from({ length: 50_000 }, (_, i) => -745.2 + (i * 37) / 50_000))).toBeLessThanOrEqual(2);
  });

  it("treats the ends of the range, infinities, zeros and NaN as Math.exp does", () => {
    const special = [709.782712893384, 709.7827128933841, 1e300, -745.14, -1e300];
    const x = Float64Array.from([...special, Infinity, -Infinity, 0, -0, Number.NaN, 5e-324]);
    const out = new Float64Array(x.length);
    expBlock(out, 0, x, 0, x.length);
    // The largest finite value is 1.8e308 to 2 ulp; all the others are exact.
    expect(Number.isFinite(out[0])).toBe(true);
    expect(Array.from(out.subarray(1))).toEqual(Array.from(x.subarray(1), Math.exp));
  });

  it("may write over its argument, touches only its range, and applies scale and shift first", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.nat(5),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (values, margin, scale, shift) => {
          const padded = Float64Array.from([...Array(margin).fill(7), ...values, 7, 7]);
          const separate = new Float64Array(values.length);
          expBlock(separate, 0, padded, margin, values.length, scale, shift);
          expBlock(padded, margin, padded, margin, values.length, scale, shift);
          expect(Array.from(padded)).toEqual([...Array(margin).fill(7), ...separate, 7, 7]);
          values.forEach((value, i) => {
            const expected = Math.exp(scale * value + shift);
            expect(Math.abs(separate[i] - expected)).toBeLessThanOrEqual(2 * ulp(expected));
          });
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  it("turns sums into products", () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), fc.double({ min: -300, max: 300, noNaN: true }), (a, b) => {
        const out = new Float64Array(3);
        expBlock(out, 0, Float64Array.of(a, b, a + b), 0, 3);
        // Rounding a + b shifts the logarithm by up to eps |a + b| / 2; each exponential adds 1 ulp.
        const relative = Number.EPSILON * (Math.abs(a + b) + 4);
        expect(Math.abs(out[0] * out[1] - out[2])).toBeLessThanOrEqual(relative * out[2]);
      }),
      { seed: 12, numRuns: 500 },
    );
  });
});
