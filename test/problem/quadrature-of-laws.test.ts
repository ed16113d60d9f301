import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { createGrid } from "../../src/grid/grid.ts";
import { createProductLaw, type InitialLaw } from "../../src/problem/initial.ts";
import { createJointLaw } from "../../src/problem/joint-law.ts";
import { BULK } from "../../src/problem/law.ts";
import type { LawDefinition } from "../../src/problem/problem-file.ts";
import { errorOf } from "../fixtures.ts";

const line = createGrid([{ name: "x", min: -4, max: 4, cells: 16, boundary: "no-flux" }]);
const circle = createGrid([{ name: "x", min: 0, max: 2 * Math.PI, cells: 16, boundary: "periodic" }]);

function mean(law: InitialLaw, phi: (x: number) => number, count: number, bulk = BULK): number {
  const { points, weights } = law.quadrature({ counts: [count], bulk });
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

describe("the quadrature of a law", () => {
  const exact: [string, LawDefinition, typeof line, (x: number) => number, number][] = [
    ["normal, second moment", { type: "normal", mean: 0.3, sd: 0.7 }, line, (x) => x * x, 0.3 ** 2 + 0.7 ** 2],
    ["normal, exponential", { type: "normal", mean: 0.3, sd: 0.7 }, line, (x) => Math.exp(x), Math.exp(0.3 + 0.245)],
    ["uniform, cosine", { type: "uniform", min: -1, max: 2 }, line, Math.cos, (Math.sin(2) + Math.sin(1)) / 3],
    ["von Mises, spread out", { type: "von-mises", mean: 1, concentration: 2 }, circle, (x) => Math.cos(x - 1), besselRatio(2)],
    ["von Mises, concentrated", { type: "von-mises", mean: 1, concentration: 200 }, circle, (x) => Math.cos(x - 1), besselRatio(200)],
  ]; // biome-ignore format: one case a line
  for (const [what, definition, grid, phi, expected] of exact) {
    test(`is exact to its cut for smooth functions on 64 nodes: ${what}`, () => {
      const law = createProductLaw({ x: definition }, grid);
      // 6e-14 of the mass lies beyond the bulk, where phi is below e^6 = 400.
      expect(Math.abs(mean(law, phi, 64) - expected)).toBeLessThan(2.5e-11);
    });
  }

  test("of a truncated normal reaches into a far tail", () => {
    const law = createProductLaw({ x: { type: "truncated-normal", mean: -3, sd: 0.4, min: 1, max: 4 } }, line);
    // E[x | x > a] = mean + sd phi(z) / Q(z) at z = 10; the ratio by its continued fraction.
    let fraction = 0;
    for (let k = 60; k >= 1; k--) fraction = k / (10 + fraction);
    expect(mean(law, (x) => x, 64)).toBeCloseTo(-3 + 0.4 * (10 + fraction), 10);
  });

  test("has weights that sum to 1, and says whether a tail is cut", () => {
    const cut = (definition: LawDefinition, grid: typeof line, bulk = BULK) => {
      const { weights, cutsTail } = createProductLaw({ x: definition }, grid).quadrature({ counts: [40], bulk });
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 13);
      return cutsTail[0];
    };
    expect(cut({ type: "normal", mean: 0, sd: 1 }, line)).toBe(true);
    expect(cut({ type: "uniform", min: 0, max: 1 }, line)).toBe(false);
    expect(cut({ type: "von-mises", mean: 1, concentration: 2 }, circle)).toBe(false);
    expect(cut({ type: "von-mises", mean: 1, concentration: 200 }, circle)).toBe(true);
    expect(cut({ type: "von-mises", mean: 1, concentration: 200 }, circle, 40)).toBe(false);
    expect(cut({ type: "truncated-normal", mean: 0, sd: 0.1, min: -3, max: 3 }, line)).toBe(true);
  });

  test("widens with the bulk: a tail that was cut comes in", () => {
    const law = createProductLaw({ x: { type: "normal", mean: 0, sd: 1 } }, line);
    // int e^{9 x} dmu = e^{81/2} is carried by x around 9.
    const expected = Math.exp(40.5);
    expect(mean(law, (x) => Math.exp(9 * x), 64) / expected).toBeLessThan(0.1);
    expect(mean(law, (x) => Math.exp(9 * x), 256, 18) / expected).toBeCloseTo(1, 9);
  });

  test("of a joint density is normalised on the domain, with the factor it was divided by", () => {
    const law = createJointLaw(([out], start, [x], from, count) => {
      for (let i = 0; i < count; i++) out[start + i] = 3 * (16 - x[from + i] ** 2);
    }, line);
    const { total } = law.quadrature({ counts: [24], bulk: BULK });
    // 3 (16 x - x^3 / 3) from -4 to 4; Gauss-Legendre is exact for polynomials.
    expect(total).toBeCloseTo(256, 10);
    expect(mean(law, (x) => x * x, 24)).toBeCloseTo(16 / 5, 12);
  });

  test("refuses a joint density that is negative at a node, or vanishes at all of them", () => {
    const constant = (value: number) =>
      createJointLaw(([out], start, _, __, count) => void out.fill(value, start, start + count), line);
    const refusal = (value: number) => errorOf(() => constant(value).quadrature({ counts: [8], bulk: BULK }));
    expect(refusal(-1)).toBeInstanceOf(InputError);
    expect(String(refusal(0))).toMatch(/no quadrature on 8 nodes.*--nodes/);
  });
});
