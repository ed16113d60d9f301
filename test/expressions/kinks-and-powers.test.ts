import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import type { Program } from "../../src/expressions/program.ts";

const expression = (text: string) => parseExpression(text, "potential.F", { inputs: ["x", "y"], parameters: {} });

/** All outputs of a program at points (x, y), by output. */
function run(program: Program, xs: readonly number[], ys: readonly number[]): Float64Array[] {
  const outputs = Array.from({ length: program.outputs }, () => new Float64Array(xs.length));
  createEvaluator(program)(outputs, 0, [Float64Array.from(xs), Float64Array.from(ys)], 0, xs.length);
  return outputs;
}

async function derivativesAt(text: string, x: number, y = 0): Promise<number[]> {
  return run((await expression(text)).gradient([0, 1]), [x], [y]).map(([slope]) => slope);
}

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

describe("second derivatives at kinks", () => {
  const cases: [string, number, number][] = [
    ["relu(x)", 0, 0],
    ["relu(x)", 2, 0],
    ["abs(x)", 0, 0],
    ["abs(x)", -1, 0],
    ["max(x, 1.5)", 1.5, 0],
    ["max(x, 2*x)", 0, 0],
    ["min(x, x^2)", 0, 1],
    ["min(x, x^2)", 0.5, 2],
    ["min(x, x^2)", 1, 1],
    ["relu(x)^3", 0, 0],
    ["relu(x)^2", 2, 2],
    ["x*abs(x)", 0, 0],
    ["abs(x)^2", 0, 2],
    ["abs(-3*x)^2", 0, 18],
    ["abs(x)*abs(x)", 0, 2],
    ["abs(x)^3", 0, 0],
    ["abs(x)^3", -2, 12],
    ["abs(x)^4", 0, 0],
    ["exp(-abs(x))", 0, 0],
    ["exp(-abs(x))", -1, Math.exp(-1)],
  ];
  for (const [text, x, expected] of cases) {
    it(`the Laplacian of ${text} at ${x} is ${expected}`, async () => {
      expect(run((await expression(text)).laplacian([0]), [x], [0])[0][0]).toBeCloseTo(expected, 14);
    });
  }

  it("are 0 on both sides of and along the kink of max(x, y), where the gradient is the mean of both sides", async () => {
    const outputs = run((await expression("max(x, y)")).valueGradientLaplacian([0, 1]), [0.7, 0.7, -3], [0.7, 0.2, -2]);
    expect(outputs.map((values) => Array.from(values))).toEqual([
      [0.7, 0.7, -2],
      [0.5, 1, 0],
      [0.5, 0, 1],
      [0, 0, 0],
    ]);
  });
});

describe("derivatives of powers", () => {
  const cases: [string, number, number[]][] = [
    ["x^1.5", 0, [0, 0]],
    ["x^2.5", 0, [0, 0]],
    ["sqrt(x)", 0, [Infinity, 0]],
    ["x^0.5", 4, [0.25, 0]],
    ["x^40", 0, [0, 0]],
    ["x^40", -1, [-40, 0]],
    ["abs(x)^3", 0, [0, 0]],
    ["abs(x)^1.5", 0, [0, 0]],
    ["2^x", 0, [Math.LN2, 0]],
    ["e^(2*x)", 0, [2, 0]],
    ["0^x", 2, [0, 0]],
    ["x^(-2.5)", 1, [-2.5, 0]],
    ["1/x^3", -1, [-3, 0]],
    ["x^(2 + 0*y)", 0, [0, 0]],
  ];
  for (const [text, x, slopes] of cases) {
    it(`the gradient of ${text} at x = ${x} is ${slopes}`, async () => {
      (await derivativesAt(text, x, 3)).forEach((slope, k) => {
        expect(slope).toBeCloseTo(slopes[k], 14);
      });
    });
  }

  it("are finite at 0 where the exponent is another input, and take no logarithm where it is not differentiated", async () => {
    const slope = (await expression("x^y")).gradient([0]);
    expect(run(slope, [0, 0, 3], [1, 2, 3])[0]).toEqual(Float64Array.of(1, 0, 27));
    for (const text of ["x^y", "x^3.7", "x^(-2.5)", "(x^2 + 1e-3)^1.5"]) {
      const { instructions } = (await expression(text)).laplacian([0]);
      expect(instructions.filter((step) => step.op === "unary" && step.name === "log")).toEqual([]);
    }
  });
});
