import { describe, expect, test } from "vitest";
import type { Distribution } from "../../src/distributions/distribution.ts";
import type { UnivariateDefinition } from "../../src/distributions/distributions.ts";
import { createJointDistribution } from "../../src/distributions/joint.ts";
import { createProductDistribution } from "../../src/distributions/product.ts";
import { BULK } from "../../src/distributions/univariate.ts";
import { InputError } from "../../src/errors.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { gaussLegendre } from "../../src/numerics/quadrature.ts";
import { errorOf } from "../fixtures.ts";

const line = createGrid([{ name: "x", min: -4, max: 4, cells: 16, boundary: "no-flux" }]);
const circle = createGrid([{ name: "x", min: 0, max: 2 * Math.PI, cells: 16, boundary: "periodic" }]);

function mean(distribution: Distribution, phi: (x: number) => number, count: number, bulk = BULK): number {
  const { points, weights } = distribution.quadrature({ counts: [count], bulk });
  return weights.reduce((total, weight, j) => total + weight * phi(points[0][j]), 0);
}

/** I_1(k) / I_0(k) by their series. */
function besselRatio(k: number): number {
  let [i0, i1, term] = [0, 0, 1];
  for (let m = 0; m < 400; m++) {
    i0 += term;
    i1 += (term * (k / 2)) / (m + 1);
    term *= (k / 2) ** 2 / (m + 1) ** 2;
  }
  return i1 / i0;
}

describe("the quadrature of a distribution", () => {
  const exact: [string, UnivariateDefinition, typeof line, (x: number) => number, number][] = [
    ["normal, second moment", { type: "normal", mean: 0.3, sd: 0.7 }, line, (x) => x * x, 0.3 ** 2 + 0.7 ** 2],
    ["normal, exponential", { type: "normal", mean: 0.3, sd: 0.7 }, line, (x) => Math.exp(x), Math.exp(0.3 + 0.245)],
    ["uniform, cosine", { type: "uniform", min: -1, max: 2 }, line, Math.cos, (Math.sin(2) + Math.sin(1)) / 3],
    ["von Mises, spread out", { type: "von-mises", mean: 1, concentration: 2 }, circle, (x) => Math.cos(x - 1), besselRatio(2)],
    ["von Mises, concentrated", { type: "von-mises", mean: 1, concentration: 200 }, circle, (x) => Math.cos(x - 1), besselRatio(200)],
  ]; // biome-ignore format: one case a line
  for (const [what, definition, grid, phi, expected] of exact) {
    test(`is exact to its cut for smooth functions on 64 nodes: ${what}`, () => {
      const distribution = createProductDistribution({ x: definition }, grid);
      // 6e-14 of the mass lies beyond the bulk, where phi is below e^6 = 400.
      expect(Math.abs(mean(distribution, phi, 64) - expected)).toBeLessThan(2.5e-11);
    });
  }

  test("of a truncated normal reaches into a far tail", () => {
    const distribution = createProductDistribution({ x: { type: "truncated-normal", mean: -3, sd: 0.4, min: 1, max: 4 } }, line);
    // E[x | x > a] = mean + sd phi(z) / Q(z) at z = 10; the ratio by its continued fraction.
    let fraction = 0;
    for (let k = 60; k >= 1; k--) fraction = k / (10 + fraction);
    expect(mean(distribution, (x) => x, 64)).toBeCloseTo(-3 + 0.4 * (10 + fraction), 10);
  });

  test("has weights that sum to 1, and says whether a tail is cut", () => {
    const cut = (definition: UnivariateDefinition, grid: typeof line, bulk = BULK) => {
      const { weights, inTail } = createProductDistribution({ x: definition }, grid).quadrature({ counts: [40], bulk });
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 13);
      return inTail[0] === 1 && inTail[39] === 1 && inTail[20] === 0;
    };
    expect(cut({ type: "normal", mean: 0, sd: 1 }, line)).toBe(true);
    expect(cut({ type: "uniform", min: 0, max: 1 }, line)).toBe(false);
    expect(cut({ type: "von-mises", mean: 1, concentration: 2 }, circle)).toBe(false);
    expect(cut({ type: "von-mises", mean: 1, concentration: 200 }, circle)).toBe(true);
    expect(cut({ type: "von-mises", mean: 1, concentration: 200 }, circle, 40)).toBe(false);
    expect(cut({ type: "truncated-normal", mean: 0, sd: 0.1, min: -3, max: 3 }, line)).toBe(true);
  });

  test("widens with the bulk: a tail that was cut comes in", () => {
    const distribution = createProductDistribution({ x: { type: "normal", mean: 0, sd: 1 } }, line);
    // int e^{9 x} dmu = e^{81/2} is carried by x around 9.
    const expected = Math.exp(40.5);
    expect(mean(distribution, (x) => Math.exp(9 * x), 64) / expected).toBeLessThan(0.1);
    expect(mean(distribution, (x) => Math.exp(9 * x), 256, 18) / expected).toBeCloseTo(1, 9);
  });

  test("of a joint density is normalised on the domain, with the factor it was divided by", () => {
    const distribution = createJointDistribution(([out], start, [x], from, count) => {
      for (let i = 0; i < count; i++) out[start + i] = 3 * (16 - x[from + i] ** 2);
    }, line);
    const { total } = distribution.quadrature({ counts: [24], bulk: BULK });
    // 3 (16 x - x^3 / 3) from -4 to 4; Gauss-Legendre is exact for polynomials.
    expect(total).toBeCloseTo(256, 10);
    expect(mean(distribution, (x) => x * x, 24)).toBeCloseTo(16 / 5, 12);
  });

  test("refuses a joint density that is negative at a node, or vanishes at all of them", () => {
    const constant = (value: number) =>
      createJointDistribution(([out], start, _, __, count) => void out.fill(value, start, start + count), line);
    const refusal = (value: number) => errorOf(() => constant(value).quadrature({ counts: [8], bulk: BULK }));
    expect(refusal(-1)).toBeInstanceOf(InputError);
    expect(String(refusal(0))).toMatch(/has no mass in the domain/);
  });

  test("of a uniform distribution integrates polynomials exactly, of degree 2 nodes - 1", () => {
    const distribution = createProductDistribution({ x: { type: "uniform", min: -1, max: 2 } }, line);
    for (const count of [4, 5, 8]) {
      for (let degree = 0; degree < 2 * count; degree++) {
        const exact = (2 ** (degree + 1) - (-1) ** (degree + 1)) / (3 * (degree + 1));
        expect(Math.abs(mean(distribution, (x) => x ** degree, count) / exact - 1)).toBeLessThan(1e-13);
      }
      expect(
        Math.abs(mean(distribution, (x) => (x - 0.5) ** (2 * count), count) * (2 * count + 1) * 1.5 ** (-2 * count) - 1),
      ).toBeGreaterThan(1e-6);
    }
  });

  test("of a truncated normal knows its moments, cut in the bulk and in either tail", () => {
    // With phi and Q = int phi over [a, b] in standard units: E z = (phi(a) - phi(b)) / Q, E z^2 = 1 + (a phi(a) - b phi(b)) / Q.
    const rule = gaussLegendre(200, 0, 1);
    for (const [m, sd, min, max] of [
      [0.2, 0.6, -0.5, 1.4],
      [0, 1, -4, 0.5],
      [3, 0.3, -1, 1],
      [-3, 0.25, 1, 4],
    ]) {
      const [a, b] = [(min - m) / sd, (max - m) / sd];
      // Relative to the largest density, which no tail underflows.
      const top = Math.min(Math.abs(a), Math.abs(b)) * (a * b > 0 ? 1 : 0);
      const phi = (z: number) => Math.exp((top - z) * (top + z) * 0.5);
      const [from, to] = a > 0 ? [a, Math.min(b, a + 8)] : b < 0 ? [Math.max(a, b - 8), b] : [a, b];
      const Q = (to - from) * rule.nodes.reduce((sum, u, q) => sum + rule.weights[q] * phi(from + (to - from) * u), 0);
      const first = (phi(a) - phi(b)) / Q;
      const second = 1 + (a * phi(a) - b * phi(b)) / Q;
      const distribution = createProductDistribution({ x: { type: "truncated-normal", mean: m, sd, min, max } }, line);
      expect(Math.abs(mean(distribution, (x) => x, 64) - (m + sd * first))).toBeLessThan(1e-11);
      expect(Math.abs(mean(distribution, (x) => x * x, 64) - (m * m + 2 * m * sd * first + sd * sd * second))).toBeLessThan(1e-10);
    }
  });

  test("of a nearly flat and of a flat von Mises distribution is that of the circle", () => {
    for (const concentration of [0, 1e-9, 0.03]) {
      const distribution = createProductDistribution({ x: { type: "von-mises", mean: 5, concentration } }, circle);
      expect(Math.abs(mean(distribution, (x) => Math.cos(x - 5), 16) - besselRatio(concentration))).toBeLessThan(1e-14);
      expect(Math.abs(mean(distribution, (x) => Math.cos(7 * x), 16))).toBeLessThan(1e-13);
    }
  });

  test("of a normal distribution on a circle wraps around it, and more than once", () => {
    // E e^{i k x} = e^{i k m - k^2 s / 2} whatever the period, for waves that have it.
    for (const sd of [0.5, 4]) {
      const distribution = createProductDistribution({ x: { type: "normal", mean: 6, sd } }, circle);
      for (const k of [1, 2, 3]) {
        expect(Math.abs(mean(distribution, (x) => Math.cos(k * (x - 6)), 128) - Math.exp((-k * k * sd * sd) / 2))).toBeLessThan(
          1e-12,
        );
      }
    }
  });

  test("converges faster than any power: digits double, or more, with the nodes", () => {
    const distributions: [UnivariateDefinition, typeof line, (x: number) => number, number][] = [
      [{ type: "normal", mean: 0, sd: 1 }, line, (x) => Math.cos(6 * x), Math.exp(-18)],
      [{ type: "uniform", min: -1, max: 1 }, line, (x) => Math.cos(12 * x), Math.sin(12) / 12],
      [{ type: "von-mises", mean: 1, concentration: 6 }, circle, (x) => Math.cos(x - 1), besselRatio(6)],
    ]; // biome-ignore format: one case a line
    for (const [definition, grid, phi, exact] of distributions) {
      const distribution = createProductDistribution({ x: definition }, grid);
      const errors = [8, 16, 32].map((count) => Math.abs(mean(distribution, phi, count) - exact));
      const [from, , to] = errors;
      expect(from).toBeGreaterThan(1e-6);
      // Order 10 would leave 1e-6 of it.
      expect(to).toBeLessThan(Math.max(1e-12, from * 1e-7));
    }
  });

  test("over several axes is the product of theirs, with the last running fastest, and the tail of each", () => {
    const plane = createGrid([{ name: "x", min: -4, max: 4, cells: 16, boundary: "no-flux" }, { name: "y", min: 0, max: 2 * Math.PI, cells: 16, boundary: "periodic" }]); // biome-ignore format: two axes
    const distributions = {
      x: { type: "normal", mean: 0.3, sd: 0.5 },
      y: { type: "von-mises", mean: 1, concentration: 3 },
    } as const;
    const { points, weights, inTail, total } = createProductDistribution(distributions, plane).quadrature({
      counts: [20, 30],
      bulk: BULK,
    });
    expect([points[0].length, points[1].length, weights.length, total]).toEqual([600, 600, 600, 1]);
    expect(new Set(points[0].subarray(0, 30)).size).toBe(1);
    expect(new Set(points[1].subarray(0, 30)).size).toBe(30);
    // The first and the last of 20 along x, whatever their place along y.
    weights.forEach((_, j) => {
      expect(inTail[j]).toBe(j < 30 || j >= 570 ? 1 : 0);
    });
    const moment = weights.reduce((sum, w, j) => sum + w * points[0][j] ** 2 * Math.cos(points[1][j] - 1), 0);
    expect(Math.abs(moment - (0.25 + 0.09) * besselRatio(3))).toBeLessThan(1e-11);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });

  test("of a joint density is the trapezoidal rule around a circle and Gauss's between ends", () => {
    const tube = createGrid([{ name: "x", min: -1, max: 2, cells: 8, boundary: "no-flux" }, { name: "y", min: 0, max: 2 * Math.PI, cells: 8, boundary: "periodic" }]); // biome-ignore format: two axes
    // (2 + x) (1.5 + cos y): int over x of (2 + x) x^j is 7.5 and 6 for j = 0, 1; cos y has the mean 1/3 of its density.
    const distribution = createJointDistribution(([out], start, [x, y], from, count) => {
      for (let i = 0; i < count; i++) out[start + i] = (2 + x[from + i]) * (1.5 + Math.cos(y[from + i]));
    }, tube);
    const { points, weights, total, inTail } = distribution.quadrature({ counts: [4, 5], bulk: BULK });
    expect(total).toBeCloseTo(7.5 * 3 * Math.PI, 12);
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 14);
    expect(weights.reduce((sum, w, j) => sum + w * points[0][j] * Math.cos(points[1][j]), 0)).toBeCloseTo(6 / 7.5 / 3, 13);
    expect(inTail.includes(1)).toBe(false);
  });

  test("agrees with the density: its weights are those of a rule times it", () => {
    const distribution = createProductDistribution({ x: { type: "truncated-normal", mean: 0, sd: 1, min: -1, max: 3 } }, line);
    const { points, weights } = distribution.quadrature({ counts: [12], bulk: BULK });
    const density = new Float64Array(12);
    distribution.density(density, points, 12);
    const { weights: plain } = gaussLegendre(12, -1, 3);
    // Of 12 nodes the sum of weights is off by 1e-9, by which they are divided.
    weights.forEach((weight, k) => {
      expect(weight / (plain[k] * density[k])).toBeCloseTo(1, 7);
    });
  });
});
