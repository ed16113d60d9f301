import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withCells } from "../../src/grid/grid.ts";
import { iterateMeanFieldMap } from "../../src/particles/mean-field-map.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { observedOrders, problemOf } from "../fixtures.ts";

const doubleWell = () => createProblem(JSON.parse(readFileSync(new URL("../../grids/double-well.json", import.meta.url), "utf8")));

test("the map of the double well reaches the numbers of DESIGN 2.5", async () => {
  const { time, observables } = iterateMeanFieldMap(await doubleWell(), 0.05).at(-1)!;
  expect(time).toBe(1);
  // Given to 8 digits; the trapezoidal rule on 512 nodes adds nothing.
  expect(Math.abs(observables.mean - -0.35479375)).toBeLessThan(2e-8);
  expect(Math.abs(observables.second - 0.7119656)).toBeLessThan(2e-8);
  expect(Math.abs(observables.wave - -0.05373168)).toBeLessThan(2e-8);
});

test("the map comes to the equation as dt -> 0, at order 1", async () => {
  const problem = await doubleWell();
  // The means of the equation itself, from the same section.
  const exact = { mean: -0.36071075, second: 0.71380974, wave: -0.05665245 };
  for (const name of Object.keys(exact) as (keyof typeof exact)[]) {
    const errors = [0.025, 0.0125, 0.00625].map((dt) =>
      Math.abs(iterateMeanFieldMap(problem, dt).at(-1)!.observables[name] - exact[name]),
    );
    // Seen with an order off by O(dt): 0.1 at most where another order would be 1 off.
    expect(Math.abs(observedOrders(errors)[1] - 1)).toBeLessThan(0.1);
  }
});

test("the map does not depend on its nodes, once they resolve a smooth start", async () => {
  const problem = await doubleWell();
  const coarse = iterateMeanFieldMap(problem, 0.05, withCells(problem.grid, [128])).at(-1)!;
  const fine = iterateMeanFieldMap(problem, 0.05).at(-1)!;
  // Nodes are 0.09 sd apart: the trapezoidal rule errs by e^{-2 (pi / 0.09)^2}; the weights have a kink where V = Vbar, h^2 of little.
  for (const name of Object.keys(fine.observables)) {
    expect(Math.abs(coarse.observables[name] - fine.observables[name])).toBeLessThan(1e-5);
  }
});

test("one step of the map is its formula", async () => {
  const problem = await problemOf({
    variables: { x: { min: -4, max: 4, cells: 64 } },
    potential: { F: "x^2/2" },
    alpha: 3,
    time: { end: 0.1, snapshots: [0.1] },
    observables: { mean: "x", one: "x - x + 1" },
  });
  const [{ observables }] = iterateMeanFieldMap(problem, 0.1);
  const nodes = Array.from({ length: 64 }, (_, i) => -4 + (i + 0.5) / 8);
  const start = nodes.map((x) => Math.exp(-0.5 * ((x - 0.5) / 0.6) ** 2));
  const total = start.reduce((sum, w) => sum + w);
  const moved = nodes.map((x) => 0.9 * x);
  const V = moved.map((x) => x ** 2 / 2);
  const mean = V.reduce((sum, v, i) => sum + (v * start[i]) / total, 0);
  const weights = start.map((w, i) => w * (V[i] > mean ? Math.exp(-0.3 * (V[i] - mean)) : 2 - Math.exp(-0.3 * (mean - V[i]))));
  const expected = weights.reduce((sum, w, i) => sum + w * moved[i], 0) / weights.reduce((sum, w) => sum + w);
  expect(observables.mean).toBeCloseTo(expected, 14);
  expect(observables.one).toBeCloseTo(1, 14);
});

test("the map is for birth-death and gradient-descent alone", async () => {
  const problem = await problemOf({ dynamics: "unbalanced" });
  expect(() => iterateMeanFieldMap(problem, 0.1)).toThrow(/^dynamics = "unbalanced"/);
});
