import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pow } from "../../src/numerics/pow.ts";

const ulp = (x: number) => 2 ** (Math.max(-1022, Math.floor(Math.log2(Math.abs(x)))) - 52);

describe("pow", () => {
  it("stays within 2 ulp of the engine's, over all bases and exponents", () => {
    // Both are within 1 ulp of the true value: the two are at most 2 ulp apart, less at a double's precision.
    const base = fc.oneof(
      fc.double(),
      fc.double({ min: 0, max: 20 }),
      fc.double({ min: 1 - 1e-7, max: 1 + 1e-7 }),
      fc.integer({ min: -20, max: 20 }),
    );
    const exponent = fc.oneof(
      fc.double(),
      fc.double({ min: -20, max: 20 }),
      fc.integer({ min: -60, max: 60 }),
      fc.double({ min: -1e12, max: 1e12 }),
    );
    fc.assert(
      fc.property(base, exponent, (x, y) => {
        const [found, expected] = [pow(x, y), x ** y];
        if (Object.is(found, expected)) return;
        expect(Math.abs(found - expected), `${x} ** ${y}`).toBeLessThanOrEqual(2 * ulp(expected));
      }),
      { seed: 501, numRuns: 20_000 },
    ); // biome-ignore format: one statement a line
  });

  it("has the special values of the language", () => {
    const special = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0.5,
      -0.5,
      1.5,
      1e300,
      -1e300,
      2 ** 53,
      2 ** 53 + 2,
      5e-324,
      Infinity,
      -Infinity,
      Number.NaN,
    ];
    for (const x of special) {
      for (const y of [0, -0, 1, -1, 2, 3, -3, 2 ** 60, 2 ** 53 - 1, 0.5, 1e300, -1e300, Infinity, -Infinity, Number.NaN]) {
        const expected = x ** y;
        const exact = !Number.isFinite(expected) || expected === 0 || Number.isInteger(expected);
        if (exact && Math.abs(expected) < 2 ** 53) expect(pow(x, y), `${x} ** ${y}`).toBe(expected);
        else if (exact && !Number.isFinite(expected)) expect(pow(x, y), `${x} ** ${y}`).toBe(expected);
      }
    }
  });

  it("turns sums of exponents into products, and is its own inverse", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }), (x, a, b) => {
        // Rounding a + b moves the logarithm by eps |a + b| |log x| / 2; three powers and a product add 1 ulp each.
        const tolerance = Number.EPSILON * (4 + Math.abs((a + b) * Math.log(x)));
        expect(Math.abs(pow(x, a) * pow(x, b) - pow(x, a + b))).toBeLessThanOrEqual(tolerance * pow(x, a + b));
      }),
      { seed: 502, numRuns: 2000 },
    ); // biome-ignore format: one statement a line
    for (let k = -1074; k < 1024; k++) expect(pow(2, k)).toBe(2 ** k);
  });
});
