import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAccumulator, sum } from "../../src/numerics/sum.ts";

/** Whole numbers times powers of two up to 2^40: a double holds each, and a bigint holds their exact sum. */
const term = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: 0, max: 40 }))
  .map(([whole, exponent]) => whole * 2 ** exponent);

const exactSum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + BigInt(value), 0n);
const magnitude = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + Math.abs(value), 0);

describe("sum", () => {
  it("keeps its error below 64 eps sum |x|, also where the terms cancel", () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 1500 }), fc.boolean(), (terms, cancel) => {
        const x = Float64Array.from(cancel ? [...terms, ...terms.map((value) => -value), 1] : terms);
        const error = Math.abs(Number(BigInt(sum(x)) - exactSum(x)));
        expect(error).toBeLessThanOrEqual(64 * Number.EPSILON * magnitude(x));
      }),
      { seed: 31, numRuns: 100 },
    );
  });

  it("does not lose small blocks between large ones that cancel", () => {
    // A running total of 1e16 absorbs every 1 that follows; with compensation across blocks all of them survive.
    const blocks = 1000;
    const x = new Float64Array(512 * (blocks + 2));
    x[0] = 1e16;
    for (let b = 1; b <= blocks; b++) x[512 * b + (b % 512)] = 1;
    x[512 * (blocks + 1)] = -1e16;
    expect(sum(x)).toBe(blocks);
  });

  it("has an error that does not grow with the length", () => {
    const n = 2_000_000;
    const x = new Float64Array(n).fill(0.1);
    // n times the double nearest 0.1, to half an ulp; a plain loop is off by 1e-5 of it.
    expect(Math.abs(sum(x) - n * 0.1)).toBeLessThanOrEqual(64 * Number.EPSILON * n * 0.1);
  });

  it("adds exactly the range it is given", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 1200 }),
        fc.nat(1200),
        fc.nat(1200),
        (values, i, j) => {
          const x = Float64Array.from(values);
          const [start, end] = [Math.min(i, j, x.length), Math.min(Math.max(i, j), x.length)];
          expect(sum(x, start, end)).toBe(Number(exactSum(values.slice(start, end))));
          expect(sum(x, 0, start) + sum(x, start)).toBe(sum(x));
        },
      ),
      { seed: 32, numRuns: 200 },
    );
  });
});

describe("createAccumulator", () => {
  it("keeps small terms beside large ones in either order", () => {
    const ledger = createAccumulator();
    for (const value of [1, 1e100, 1, -1e100]) ledger.add(value);
    expect(ledger.value()).toBe(2);
  });

  it("is exact to one rounding, and to the square of eps in what cancelled", () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 300 }), (terms) => {
        const ledger = createAccumulator();
        terms.forEach(ledger.add);
        const exact = exactSum(terms);
        const error = Math.abs(Number(BigInt(ledger.value()) - exact));
        const bound = Number.EPSILON * Math.abs(Number(exact)) + 300 ** 2 * Number.EPSILON ** 2 * magnitude(terms);
        expect(error).toBeLessThanOrEqual(bound);
      }),
      { seed: 33, numRuns: 200 },
    );
  });
});
