import fc from "fast-check";
import { expect, test } from "vitest";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import { createBoxBounds } from "../../src/expressions/interval.ts";
import type { Program } from "../../src/expressions/program.ts";
import { sized } from "../sizes.ts";
import { randomTree } from "./random-expressions.ts";

const programOf = async (text: string) => (await parseExpression(text, "F", { inputs: ["x", "y"], parameters: {} })).value;

function boundsOf(program: Program, x: readonly [number, number], y: readonly [number, number] = [0, 0]): [number, number] {
  const [low, high] = [new Float64Array(1), new Float64Array(1)];
  createBoxBounds(program)(low, high, [Float64Array.of(x[0]), Float64Array.of(y[0])], [Float64Array.of(x[1]), Float64Array.of(y[1])], 1); // biome-ignore format: one call
  return [low[0], high[0]];
}

test("every value of an expression on a box lies within its bounds", async () => {
  let bounded = 0;
  const corner = fc.integer({ min: -2500, max: 2500 }).map((k) => k / 1000);
  const width = fc.integer({ min: 0, max: 1500 }).map((k) => k / 1000);
  await fc.assert(
    fc.asyncProperty(randomTree(true), corner, width, corner, width, async (tree, x, dx, y, dy) => {
      const program = await programOf(tree.text);
      const [low, high] = boundsOf(program, [x, x + dx], [y, y + dy]);
      if (Number.isFinite(low) && Number.isFinite(high)) bounded++;
      const n = 11;
      const points = [0, 1].map(() => new Float64Array(n * n));
      for (let k = 0; k < n * n; k++) {
        points[0][k] = x + (dx * (k % n)) / (n - 1);
        points[1][k] = y + (dy * Math.floor(k / n)) / (n - 1);
      }
      const values = new Float64Array(n * n);
      createEvaluator(program)([values], 0, points, 0, n * n);
      values.forEach((value, k) => {
        if (!Number.isFinite(value)) return;
        // Rounding is not directed: it is allowed for as in the evaluation of the tree.
        const slack = 1e-9 * Math.max(1, Math.abs(value)) + 64 * Number.EPSILON * tree.at(points[0][k], points[1][k]).error;
        if (!Number.isFinite(slack)) return;
        const where = `${tree.text} at ${points[0][k]}, ${points[1][k]}`;
        expect(value, where).toBeGreaterThanOrEqual(low - slack);
        expect(value, where).toBeLessThanOrEqual(high + slack);
      });
    }),
    { seed: 77, numRuns: sized(600, 1500) },
  );
  expect(bounded).toBeGreaterThan(sized(320, 800));
});

test.each([
  ["x^2", [-1, 2], [0, 4]],
  ["x^3", [-2, 1], [-8, 4]],
  ["cos(x)", [-1, 4], [-1, 1]],
  ["sin(x)", [0.1, 1], [Math.sin(0.1), Math.sin(1)]],
  ["exp(-(x-0.3)^2/2)", [0, 1], [Math.exp(-0.245), 1]],
  ["1/(1+x^2)", [-1, 3], [0.1, 1]],
  ["1/x", [-1, 3], [-Infinity, Infinity]],
  ["tan(x)", [1, 2], [-Infinity, Infinity]],
  ["sqrt(x)", [-1, 4], [0, 2]],
  ["max(x, 0.5)", [-1, 4], [0.5, 4]],
  ["abs(x)", [-1, 4], [0, 4]],
  ["acos(x)", [-1, 0], [Math.PI / 2, Math.PI]],
] as const)("the bounds of %s are those of its range where each variable stands once", async (text, interval, range) => {
  const found = boundsOf(await programOf(text), interval);
  found.forEach((end, k) => {
    if (Number.isFinite(range[k])) expect(end).toBeCloseTo(range[k], 12);
    else expect(end).toBe(range[k]);
  });
});

test("bounds close up as a box is divided: a peak between samples is seen from far", async () => {
  const needle = await programOf("exp(-(x-0.439)^2/(2*1e-12)) + exp(-x^2)");
  expect(boundsOf(needle, [0, 1])[1]).toBeGreaterThan(1.9);
  expect(boundsOf(needle, [0.44, 0.45])[1]).toBeCloseTo(Math.exp(-(0.44 ** 2)), 6);
});
