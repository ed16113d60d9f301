import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK } from "../../src/numerics/block-function.ts";
import { createEvaluator } from "../../src/problem/evaluate.ts";
import { type Names, parseExpression } from "../../src/problem/expression.ts";
import type { Program } from "../../src/problem/program.ts";
import { randomTree } from "./random-expressions.ts";

const names: Names = { inputs: ["x", "y"], parameters: {} };
const expression = (text: string, inNames = names) => parseExpression(text, "potential.F", inNames);

/** All outputs of a program at points (x, y), by output. */
function run(program: Program, xs: readonly number[], ys: readonly number[]): Float64Array[] {
  const outputs = Array.from({ length: program.outputs }, () => new Float64Array(xs.length));
  createEvaluator(program)(outputs, 0, [Float64Array.from(xs), Float64Array.from(ys)], 0, xs.length);
  return outputs;
}

async function derivativesAt(text: string, x: number, y = 0): Promise<number[]> {
  return run((await expression(text)).gradient([0, 1]), [x], [y]).map(([slope]) => slope);
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
            if (!(tolerance < 1e-4 * Math.max(1, Math.abs(fine.slope)))) continue;
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

  it("give the same value alone and before their gradient, and the same after a structured clone", async () => {
    await fc.assert(
      fc.asyncProperty(randomTree(true), async (tree) => {
        const e = await expression(tree.text);
        const together = run(structuredClone(e.valueAndGradient([1, 0])), xs, ys);
        expect(together).toEqual([...run(e.value, xs, ys), ...run(e.gradient([1, 0]), xs, ys)]);
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
    expect(await derivativesAt("y", 1, 2)).toEqual([0, 1]);
  });
});

describe("derivatives at kinks", () => {
  const cases: [string, number, number][] = [
    ["abs(x)", -2, -1],
    ["abs(x)", 0, 0],
    ["abs(-3*x)", 0, 0],
    ["abs(-3*x)", 2, 3],
    ["relu(x)", -1, 0],
    ["relu(x)", 0, 0.5],
    ["relu(x)", 3, 1],
    ["relu(2*x)^2", 0, 0],
    ["relu(2*x)^2", 1.5, 12],
    ["max(x, 2*x)", 1, 2],
    ["max(x, 2*x)", -1, 1],
    ["max(x, 2*x)", 0, 1.5],
    ["min(x, x^2)", 0.5, 1],
    ["min(x, x^2)", 0, 0.5],
    ["min(x, x^2)", -1, 1],
  ];
  for (const [text, x, slope] of cases) {
    it(`${text} has the slope ${slope} at ${x}, the mean of both sides at a kink`, async () => {
      expect((await derivativesAt(text, x))[0]).toBeCloseTo(slope, 14);
    });
  }
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
