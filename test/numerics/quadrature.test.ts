import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussLegendre, tensorProduct } from "../../src/numerics/quadrature.ts";

const integral = (rule: { nodes: Float64Array; weights: Float64Array }, f: (x: number) => number) =>
  rule.nodes.reduce((total, x, k) => total + rule.weights[k] * f(x), 0);

describe("gaussLegendre", () => {
  it("integrates every power up to 2 points - 1 exactly, on any interval", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(79),
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (points, power, middle, half) => {
          fc.pre(power <= 2 * points - 1);
          // In the coordinate of the interval, so that the terms stay below 1: sum |w f| <= length.
          const rule = gaussLegendre(points, middle - half, middle + half);
          const found = integral(rule, (x) => ((x - middle) / half) ** power);
          const expected = power % 2 === 1 ? 0 : (2 * half) / (power + 1);
          // The weights near the ends have errors eps / (1 - x^2), which sum to 2 eps log(points^2) or so times a few; a node is
          // known to eps (|middle| + half), which relative to half moves the power by `power` times that.
          const tolerance = Number.EPSILON * 2 * half * (60 + (2 * power * (Math.abs(middle) + half)) / half);
          expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance);
        },
      ),
      { seed: 61, numRuns: 500 },
    );
  });

  it("misses the next power by exactly what the theory says", () => {
    const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
    for (const n of [1, 2, 3, 4, 5]) {
      const error = 2 / (2 * n + 1) - integral(gaussLegendre(n, -1, 1), (x) => x ** (2 * n));
      const expected = (2 ** (2 * n + 1) * factorial(n) ** 4) / ((2 * n + 1) * factorial(2 * n) ** 2);
      expect(error).toBeCloseTo(expected, 14);
    }
  });

  it("has ascending nodes inside the interval, symmetric with their positive weights, also at a thousand points", () => {
    for (const points of [1, 2, 7, 64, 1001]) {
      const { nodes, weights } = gaussLegendre(points, 0, 1);
      for (let k = 0; k < points; k++) {
        expect(weights[k]).toBeGreaterThan(0);
        expect(nodes[k]).toBeGreaterThan(k === 0 ? 0 : nodes[k - 1]);
        expect(Math.abs(nodes[k] + nodes[points - 1 - k] - 1)).toBeLessThanOrEqual(2 * Number.EPSILON);
        expect(weights[k]).toBe(weights[points - 1 - k]);
      }
      expect(nodes[points - 1]).toBeLessThan(1);
      // Every weight carries a few ulp.
      expect(Math.abs(integral({ nodes, weights }, Math.exp) - (points === 1 ? Math.exp(0.5) : Math.E - 1))).toBeLessThan(
        points === 2 ? 4.3 ** -5 : 1e-12,
      );
    }
  });
});

describe("tensorProduct", () => {
  it("integrates products as products of integrals, the last coordinate running fastest", () => {
    const rules = [gaussLegendre(3, 0, 1), gaussLegendre(4, -1, 2), gaussLegendre(2, 1, 3)];
    const { nodes, weights } = tensorProduct(rules);
    expect(weights.length).toBe(24);
    expect(nodes.map((x) => x[1])).toEqual([rules[0].nodes[0], rules[1].nodes[0], rules[2].nodes[1]]);
    const found = weights.reduce((total, w, p) => total + w * nodes[0][p] ** 4 * nodes[1][p] ** 6 * nodes[2][p] ** 3, 0);
    // (1/5) ((2^7 + 1) / 7) ((81 - 1) / 4) = 73.7..., by 24 terms of one sign.
    expect(Math.abs(found / ((1 / 5) * (129 / 7) * 20) - 1)).toBeLessThan(50 * Number.EPSILON);
  });
});
