import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { type Names, parseExpression } from "../../src/expressions/expression.ts";
import type { Program } from "../../src/expressions/program.ts";
import { BLOCK } from "../../src/numerics/block-function.ts";
import { exact, randomTree, runRounded } from "./random-expressions.ts";

const names: Names = { inputs: ["x", "y"], parameters: {} };
const expression = (text: string, inNames = names) => parseExpression(text, "potential.F", inNames);

/** All outputs of a program at points (x, y), by output. */
function run(program: Program, xs: readonly number[], ys: readonly number[]): Float64Array[] {
  const outputs = Array.from({ length: program.outputs }, () => new Float64Array(xs.length));
  createEvaluator(program)(outputs, 0, [Float64Array.from(xs), Float64Array.from(ys)], 0, xs.length);
  return outputs;
}

const xs = [0.3, 1.7, -0.8, 0.05, -2.1];
const ys = [1.1, -0.4, 0.6, -1.9, 2.3];

describe("compiled expressions", () => {
  it("agree with a direct recursive evaluation, also where subexpressions are shared", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(randomTree(true), async (tree) => {
        const [found] = run((await expression(tree.text)).value, xs, ys);
        xs.forEach((x, i) => {
          const { value, error } = tree.at(x, ys[i]);
          // Where the problem itself is ill-conditioned (a pole, a NaN, 1e6 eps lost) there is nothing to compare.
          if (!(error * Number.EPSILON < 1e-10 * Math.max(1, Math.abs(value)) && Number.isFinite(value))) return;
          compared++;
          // A relative 1e-12 where nothing cancels; folded constants and powers add a few roundings to those counted in `error`.
          const tolerance = 1e-12 * Math.abs(value) + 16 * Number.EPSILON * error + 1e-300;
          expect(Math.abs(found[i] - value), `${tree.text} at ${x}, ${ys[i]}`).toBeLessThanOrEqual(tolerance);
        });
      }),
      { seed: 301, numRuns: 1200 },
    );
    expect(compared).toBeGreaterThan(2000);
  });

  it("have derivatives that agree with central differences", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(randomTree(false), async (tree) => {
        const slopes = run((await expression(tree.text)).gradient([0, 1]), xs, ys);
        xs.forEach((x, i) => {
          for (const a of [0, 1]) {
            const difference = (h: number) => {
              const [up, down] = [h, -h].map((step) => tree.at(x + (a === 0 ? step : 0), ys[i] + (a === 1 ? step : 0)));
              return { slope: (up.value - down.value) / (2 * h), error: (Number.EPSILON * (up.error + down.error)) / (2 * h) };
            };
            const [coarse, fine] = [difference(2e-4), difference(1e-4)];
            // The error is a third of the change on halving h, plus rounding; where that is large there is nothing to compare.
            const tolerance = Math.abs(coarse.slope - fine.slope) + 4 * (coarse.error + fine.error) + 1e-11;
            if (!(tolerance < 1e-5 * Math.max(1, Math.abs(fine.slope)))) continue;
            compared++;
            expect(Math.abs(slopes[a][i] - fine.slope), `d/d${"xy"[a]} ${tree.text} at ${x}, ${ys[i]}`).toBeLessThanOrEqual(
              tolerance,
            );
          }
        });
      }),
      { seed: 302, numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(1500);
  });

  it("give the same value, gradient and Laplacian alone and together, and after a structured clone", async () => {
    await fc.assert(
      fc.asyncProperty(randomTree(true), async (tree) => {
        const e = await expression(tree.text);
        const together = e.valueGradientLaplacian([1, 0]);
        expect(run(structuredClone(together), xs, ys)).toEqual(run(together, xs, ys));
        const parts = [e.value, e.gradient([1, 0]), e.laplacian([1, 0])];
        const apart = parts.flatMap((program) => run(program, xs, ys));
        const half = run(e.valueAndGradient([1, 0]), xs, ys);
        run(together, xs, ys).forEach((found, k) => {
          xs.forEach((x, i) => {
            const at = [exact(x), exact(ys[i])];
            // The same operations, save that a factor stands before or after a product: each is off by its own rounding.
            const error = runRounded(together, at)[k].error + parts.flatMap((program) => runRounded(program, at))[k].error;
            for (const other of [apart[k], half[k] ?? apart[k]]) {
              if (!Number.isFinite(error) || !(Number.isFinite(found[i]) || Number.isFinite(other[i]))) continue;
              expect(Math.abs(found[i] - other[i]), tree.text).toBeLessThanOrEqual(4 * Number.EPSILON * error);
            }
          });
        });
      }),
      { seed: 303, numRuns: 150 },
    );
  });

  it("keep a product that two sums share, and the argument of an exponential that others share, until the last use", async () => {
    const p = Math.sin(0.3) * Math.cos(0.7);
    const u = 2 * Math.sin(0.3) + 1;
    const cases: [string, number][] = [
      ["sin(sin(x)*cos(y) + 1) + cos(sin(x)*cos(y) + 2)", Math.sin(p + 1) + Math.cos(p + 2)],
      ["exp(2*sin(x) + 1)*cos(2*sin(x) + 1)*tanh(y)", Math.exp(u) * Math.cos(u) * Math.tanh(0.7)],
      ["tanh(y)*(cos(2*sin(x) + 1)*exp(2*sin(x) + 1))", Math.exp(u) * Math.cos(u) * Math.tanh(0.7)],
    ];
    for (const [text, expected] of cases) {
      expect(run((await expression(text)).value, [0.3], [0.7])[0][0]).toBeCloseTo(expected, 13);
    }
  });

  it("fill blocks of any length at any offset, and nothing beside them", async () => {
    const e = await expression("x*exp(-y^2) + 0.5*sin(x*y)*tanh(x) - y");
    const f = (x: number, y: number) => x * Math.exp(-y * y) + 0.5 * Math.sin(x * y) * Math.tanh(x) - y;
    const evaluate = createEvaluator(e.value);
    for (const count of [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7]) {
      const inputs = [0, 1].map((a) => Float64Array.from({ length: count + 5 }, (_, i) => Math.sin(3 * i + a)));
      const out = new Float64Array(count + 11).fill(99);
      evaluate([out], 8, inputs, 5, count);
      out.forEach((value, i) => {
        if (i < 8 || i >= 8 + count) expect(value).toBe(99);
        // Six operations on values below 2.
        else expect(Math.abs(value - f(inputs[0][i - 3], inputs[1][i - 3]))).toBeLessThan(12 * Number.EPSILON);
      });
    }
  });

  it("read parameters, pi and e, and write constants and bare inputs to every point", async () => {
    const e = await parseExpression("a*pi + e^2 - a", "potential.F", { inputs: ["x", "y"], parameters: { a: -2.5 } });
    expect(run(e.value, xs, ys)[0].every((v) => Math.abs(v - (-2.5 * Math.PI + Math.E ** 2 + 2.5)) < 1e-14)).toBe(true);
    expect(Array.from(run((await expression("y")).value, xs, ys)[0])).toEqual(ys);
    expect(run((await expression("y")).gradient([0, 1]), [1], [2])).toEqual([Float64Array.of(0), Float64Array.of(1)]);
  });
});

describe("programs of value, gradient and Laplacian", () => {
  const exponentials = (program: Program) => program.instructions.filter(({ op }) => op === "exp").length;

  it("evaluate an exponential once", async () => {
    const e = await expression("0.5*exp(-(x^2 + x*y + y^2)/0.8)");
    const program = e.valueGradientLaplacian([0, 1]);
    expect(exponentials(program)).toBe(1);
    // 3 for the exponent, exp, 2 for its gradient, 2 for e grad, 3 for the Laplacian, 3 for values that are also written out.
    expect(program.instructions.length).toBeLessThanOrEqual(14);
    expect(exponentials(e.laplacian([0, 1]))).toBe(1);
    const [value, byX, byY, laplacian] = run(program, [0.4], [-0.3]).map(([v]) => v);
    const [u, v] = [-(0.8 - 0.3) / 0.8, -(0.4 - 0.6) / 0.8];
    const f = 0.5 * Math.exp(-(0.16 - 0.12 + 0.09) / 0.8);
    const expected = [f, f * u, f * v, f * (u * u + v * v - 5)];
    [value, byX, byY, laplacian].forEach((found, k) => {
      expect(found).toBeCloseTo(expected[k], 14);
    });
  });

  it("are a few instructions for a polynomial: (0.25 (x^2 - 1)^2)'' = 3 x^2 - 1", async () => {
    const e = await expression("0.25*(x^2-1)^2");
    expect(e.laplacian([0]).instructions).toEqual([{ op: "product", to: -1, a: 3, x: -1, y: -1, c: -1 }]);
    expect(e.valueGradientLaplacian([0]).instructions.length).toBeLessThanOrEqual(5);
  });

  it("sum over the required inputs: none, one, or several", async () => {
    const e = await expression("x^3*y^2");
    const laplacians = [[], [0], [1], [0, 1]].map((by) => run(e.laplacian(by), [2], [3])[0][0]);
    expect(laplacians).toEqual([0, 6 * 2 * 9, 2 * 8, 6 * 2 * 9 + 2 * 8]);
  });
});

describe("isLinearIn", () => {
  const cases: [string, boolean, boolean][] = [
    ["x*exp(-y^2)", true, false],
    ["2*x*y", true, true],
    ["x*relu(y)/3", true, false],
    ["x + 1", false, false],
    ["x*y + y", false, true],
    ["x^2*y", false, true],
    ["sin(x)*y", false, true],
    ["relu(x*y)", false, false],
    ["abs(x)", false, false],
    ["exp(y)", false, false],
  ];
  for (const [text, inX, inY] of cases) {
    it(`of ${text} is ${inX} for x and ${inY} for y`, async () => {
      const e = await expression(text);
      expect([e.isLinearIn(0), e.isLinearIn(1)]).toEqual([inX, inY]);
    });
  }
});
