import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { solveCharacteristics } from "../../src/characteristics/solve.ts";
import { createEvaluator } from "../../src/expressions/evaluate.ts";
import { parseExpression } from "../../src/expressions/expression.ts";
import { UNARY } from "../../src/expressions/graph.ts";
import { solve } from "../../src/finite-volume/solve.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { erf } from "../../src/numerics/erf.ts";
import { expBlock } from "../../src/numerics/exp.ts";
import { pow } from "../../src/numerics/pow.ts";
import { createStream } from "../../src/numerics/random.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem } from "../../src/problem/problem.ts";
import { parseProblemText } from "../../src/problem-file/problem-file.ts";

/**
 * Digests of bits that every supported Node must make. A change of the code may change them: `npx vitest run -u` with this file writes them anew. A difference between two
 * versions of Node is a fault: of a function of the engine, which has to be replaced by ours.
 */
function digestOf(...parts: readonly Float64Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of parts) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex").slice(0, 16);
}

const COUNT = 20_000;
const stream = createStream(601);
/** Arguments about 0 and on the scale of the problems. */
const ARGUMENTS = Float64Array.from({ length: COUNT }, (_, i) => (stream.uniform() - 0.5) * [2, 20, 1400][i % 3]);

describe("functions give the same bits on every engine:", () => {
  for (const [name, f] of Object.entries({ ...UNARY, expm1: Math.expm1, log1p: Math.log1p, cbrt: Math.cbrt })) {
    it(name, () => {
      expect(digestOf(ARGUMENTS.map((x) => f(x)))).toMatchSnapshot();
    });
  }

  it("of two numbers, and in blocks", () => {
    const other = ARGUMENTS.slice().reverse();
    const block = new Float64Array(COUNT);
    expBlock(block, 0, ARGUMENTS, 0, COUNT);
    const found = {
      pow: digestOf(ARGUMENTS.map((x, i) => pow(Math.abs(x), other[i] / 7))),
      hypot: digestOf(ARGUMENTS.map((x, i) => Math.hypot(x, other[i]))),
      atan2: digestOf(ARGUMENTS.map((x, i) => Math.atan2(x, other[i]))),
      erf: digestOf(ARGUMENTS.map((x) => erf(x))),
      exp: digestOf(block),
    };
    expect(found).toMatchSnapshot();
  });
});

const load = (name: string, text = readFileSync(new URL(`../../grids/${name}.json`, import.meta.url), "utf8")) =>
  createProblem(parseProblemText(text, name), { cells: 64 });

describe("results are the same on every engine:", () => {
  it("an expression of every operation", async () => {
    const text =
      "(x^2 + 1)^1.3 * exp(-x^2/9) + x^y_1 + erf(x)/cosh(x) - log(1 + abs(x))*tanh(y_1) + sqrt(x^2 + 2)*sin(3*x)*atan(y_1)";
    const { valueGradientLaplacian } = await parseExpression(text, "F", { inputs: ["x", "y_1"], parameters: {} });
    const outputs = [0, 1, 2, 3].map(() => new Float64Array(COUNT));
    createEvaluator(valueGradientLaplacian([0, 1]))(
      outputs,
      0,
      [ARGUMENTS.map(Math.abs), ARGUMENTS.map((x) => x / 1000)],
      0,
      COUNT,
    );
    expect(digestOf(...outputs)).toMatchSnapshot();
  });

  it("solve, by both methods", async () => {
    const problem = await load("gaussian-repulsion");
    const fixed = solve(problem, {}).snapshots;
    const nodes = solveCharacteristics(problem, { tolerance: 1e-4 }).snapshots;
    expect(digestOf(...fixed.map(({ density }) => density))).toMatchSnapshot();
    expect(digestOf(...nodes.map(({ energy, dissipated, observables }) => Float64Array.of(energy, dissipated, ...Object.values(observables))))).toMatchSnapshot(); // biome-ignore format: one call
  });

  it("particles and their predicted noise", async () => {
    const problem = await load("double-well");
    const { records } = await simulate(problem, { n: 50, dt: 0.05, replicas: 2, seed: 3, workers: 1 });
    expect(digestOf(...records.map(({ table }) => table))).toMatchSnapshot();
    const { snapshots } = predictFluctuations(problem, { scheme: "algorithm-1", n: 50, dt: 0.05 });
    expect(snapshots.map(({ observables }) => Object.values(observables).map(({ nVariance }) => nVariance))).toMatchSnapshot();
  });
});

it("no power is taken by the engine, but for squares and powers of 2", () => {
  const folder = join(import.meta.dirname, "../../src");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/^(cli|explorer)\//.test(name))
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .map((line) => `${name}: ${line.trim()}`),
    )
    .filter((line) => /\w\)* \*\* |Math\.pow\(/.test(line) && !/ \*\* 2\b(?! [*]{2})/.test(line) && !/\b2\)* \*\* /.test(line));
  // Sizes in whole numbers, and the digits of a message.
  expect(
    found.filter(
      (line) =>
        !/: \*|nodes \*\* grid\.dimension|MOST_NODES \*\* |order \*\* [dk]|(?:\b3|ratio|POINTS) \*\* |10 \*\* Math/.test(line),
    ),
  ).toEqual([]);
});
