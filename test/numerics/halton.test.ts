import { describe, expect, it } from "vitest";
import { halton } from "../../src/numerics/halton.ts";

describe("halton", () => {
  it("visits every multiple of 1 / b^m once among the first b^m - 1 points of the axis of base b", () => {
    [2, 3, 5, 7, 11, 13].forEach((base, axis) => {
      const count = base ** (base < 5 ? 6 : 3);
      const visited = Array.from({ length: count - 1 }, (_, i) => halton(i, axis)).sort((x, y) => x - y);
      // At most six digits are added up.
      visited.forEach((value, k) => {
        expect(Math.abs(value - (k + 1) / count)).toBeLessThan(6 * Number.EPSILON);
      });
    });
  });

  it("reflects the digits of the index at the radix point", () => {
    // 1, 2, 3, 4 in base 2 are 1, 10, 11, 100, read backwards .1, .01, .11, .001.
    expect([0, 1, 2, 3].map((i) => halton(i, 0))).toEqual([0.5, 0.25, 0.75, 0.125]);
    expect(halton(4, 1)).toBeCloseTo(2 / 3 + 1 / 9, 15);
  });

  it("spreads over the cube evenly: the mean of a product of coordinates is 1/8 to O(log(n)^3 / n)", () => {
    const n = 4000;
    let total = 0;
    for (let i = 0; i < n; i++) total += halton(i, 0) * halton(i, 1) * halton(i, 2);
    // Independent points would have a standard error of 0.0025 here.
    expect(Math.abs(total / n - 1 / 8)).toBeLessThan(0.001);
  });
});
