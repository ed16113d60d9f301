import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { expBlock } from "../numerics/exp.ts";
import { UNARY } from "./expression-graph.ts";
import type { Program } from "./program.ts";

/**
 * A program as a block function. Registers of 512 numbers stay in the first-level cache; inputs are read and outputs written in
 * place, so nothing is copied or allocated. One loop an instruction: 0.6 to 0.9 ns a point for arithmetic, 6 ns for exp.
 */
export function createEvaluator(program: Program): BlockFunction {
  const registers = Array.from({ length: program.registers }, () => new Float64Array(BLOCK));
  return (outputs, outputStart, inputs, inputStart, count) => {
    for (let done = 0; done < count; done += BLOCK) {
      runBlock(program, registers, outputs, outputStart + done, inputs, inputStart + done, Math.min(BLOCK, count - done));
    }
  };
}

function runBlock(
  program: Program,
  registers: readonly Float64Array[],
  outputs: readonly Float64Array[],
  outputStart: number,
  inputs: readonly Float64Array[],
  inputStart: number,
  n: number,
): void {
  const array = (operand: number) => (operand >= 0 ? registers[operand] : inputs[-1 - operand]);
  const start = (operand: number) => (operand >= 0 ? 0 : inputStart);
  for (const step of program.instructions) {
    const out = step.to >= 0 ? registers[step.to] : outputs[-1 - step.to];
    const o = step.to >= 0 ? 0 : outputStart;
    switch (step.op) {
      case "fill":
        out.fill(step.c, o, o + n);
        break;
      case "affine":
        affine(out, o, step.a, array(step.x), start(step.x), step.c, n);
        break;
      case "linear":
        linear(out, o, step.a, array(step.x), start(step.x), step.b, array(step.y), start(step.y), step.c, n);
        break;
      case "product":
        product(out, o, step.a, array(step.x), start(step.x), array(step.y), start(step.y), step.c, n);
        break;
      case "product-sum":
        productSum(
          out, o, step.a, array(step.x), start(step.x), array(step.y), start(step.y),
          step.b, array(step.z), start(step.z), step.c, n,
        ); // biome-ignore format: operands by pairs
        break;
      case "quotient":
        quotient(out, o, step.a, array(step.x), start(step.x), array(step.y), start(step.y), n);
        break;
      case "reciprocal":
        reciprocal(out, o, step.a, array(step.y), start(step.y), n);
        break;
      case "power":
        power(out, o, array(step.x), start(step.x), array(step.y), start(step.y), n);
        break;
      case "exp":
        expBlock(out, o, array(step.x), start(step.x), n, step.a, step.c);
        break;
      case "unary":
        unaryLoops[step.name](out, o, array(step.x), start(step.x), n);
        break;
      case "extremum":
        extremum(out, o, step.name === "max", array(step.x), start(step.x), array(step.y), start(step.y), n);
        break;
    }
  }
}

type Block = Float64Array;

function affine(out: Block, o: number, a: number, x: Block, p: number, c: number, n: number): void {
  for (let i = 0; i < n; i++) out[o + i] = a * x[p + i] + c;
}

function linear(out: Block, o: number, a: number, x: Block, p: number, b: number, y: Block, q: number, c: number, n: number): void {
  // biome-ignore format: operands by pairs
  for (let i = 0; i < n; i++) out[o + i] = a * x[p + i] + b * y[q + i] + c;
}

function product(out: Block, o: number, a: number, x: Block, p: number, y: Block, q: number, c: number, n: number): void {
  for (let i = 0; i < n; i++) out[o + i] = a * x[p + i] * y[q + i] + c;
}

function productSum(
  out: Block,
  o: number,
  a: number,
  x: Block,
  p: number,
  y: Block,
  q: number,
  b: number,
  z: Block,
  r: number,
  c: number,
  n: number,
): void {
  // biome-ignore format: operands by pairs
  for (let i = 0; i < n; i++) out[o + i] = a * x[p + i] * y[q + i] + b * z[r + i] + c;
}

function quotient(out: Block, o: number, a: number, x: Block, p: number, y: Block, q: number, n: number): void {
  for (let i = 0; i < n; i++) out[o + i] = (a * x[p + i]) / y[q + i];
}

function reciprocal(out: Block, o: number, a: number, y: Block, q: number, n: number): void {
  for (let i = 0; i < n; i++) out[o + i] = a / y[q + i];
}

function power(out: Block, o: number, x: Block, p: number, y: Block, q: number, n: number): void {
  for (let i = 0; i < n; i++) out[o + i] = x[p + i] ** y[q + i];
}

function extremum(out: Block, o: number, largest: boolean, x: Block, p: number, y: Block, q: number, n: number): void {
  if (largest) for (let i = 0; i < n; i++) out[o + i] = Math.max(x[p + i], y[q + i]);
  else for (let i = 0; i < n; i++) out[o + i] = Math.min(x[p + i], y[q + i]);
}

type UnaryLoop = (out: Block, o: number, x: Block, p: number, n: number) => void;

/** One closure a function, so that each loop calls a single known target. */
const unaryLoops = Object.fromEntries(
  Object.entries(UNARY).map(([name, f]): [string, UnaryLoop] => [
    name,
    (out, o, x, p, n) => {
      for (let i = 0; i < n; i++) out[o + i] = f(x[p + i]);
    },
  ]),
) as Record<keyof typeof UNARY, UnaryLoop>;
