import { expect, test } from "vitest";
import { interpolateInPlane, localInterpolation } from "../../src/numerics/local-interpolation.ts";

test("polynomials of a lower degree than the order are interpolated exactly between unequal nodes, and half a node beyond them", () => {
  const nodes = [0, 0.3, 0.5, 1.1, 1.3, 2, 2.2, 2.9, 3.1, 3.6];
  const places = Float64Array.of(-0.1, 0, 0.4, 1.2, 1.9, 3.1, 3.5, 3.7);
  const columns = [-1, -0.2, 0.1, 0.9];
  const targets = Float64Array.of(-1.1, 0, 0.05, 0.7);
  // Degree 5 and 3: of order 6 and 4.
  const f = (x: number, y: number) => x ** 5 - 2 * x ** 3 * y + y ** 3 * x ** 2 + 1;
  const rules = [
    localInterpolation(Float64Array.from(nodes), places, 6),
    localInterpolation(Float64Array.from(columns), targets, 8),
  ] as const;
  expect(rules[1].order).toBe(4);
  const out = new Float64Array(places.length * targets.length);
  interpolateInPlane(out, Float64Array.from(nodes.flatMap((x) => columns.map((y) => f(x, y)))), columns.length, rules);
  const exact = Array.from(places).flatMap((x) => Array.from(targets, (y) => f(x, y)));
  exact.forEach((value, k) => {
    expect(out[k]).toBeCloseTo(value, 9);
  });
});
