import { BLOCK, type BlockFunction } from "../numerics/block-function.ts";
import { expBlock } from "../numerics/exp.ts";
import { pow } from "../numerics/pow.ts";
import { UNARY } from "./graph.ts";
import type { Instruction, Program } from "./program.ts";

/**
 * A program as a block function. Registers of 512 numbers stay in the L1 cache; inputs are read and outputs written in
 * place, so nothing is copied or allocated. One loop an instruction: 1 to 3 ns a point for arithmetic, 6 ns for exp.
 */
export function createEvaluator(program: Program): BlockFunction {
  const registers = Array.from({ length: program.registers }, () => new Float64Array(BLOCK));
  const steps = program.instructions.map(prepare);
  return (outputs, outputStart, inputs, inputStart, count) => {
    for (let done = 0; done < count; done += BLOCK) {
      runBlock(steps, registers, outputs, outputStart + done, inputs, inputStart + done, Math.min(BLOCK, count - done));
    }
  };
}

/** A program whose last input is the time, as a function of the others at the time that a clock shows. */
export function createTimedEvaluator(program: Program, clock: { readonly time: number }): BlockFunction {
  const evaluate = createEvaluator(program);
  const times = new Float64Array(BLOCK);
  const inputs: Float64Array[] = [];
  return (outputs, outputStart, points, inputStart, count) => {
    times.fill(clock.time);
    for (let done = 0; done < count; done += BLOCK) {
      const start = inputStart + done;
      const some = Math.min(BLOCK, count - done);
      points.forEach((x, a) => {
        inputs[a] = x.subarray(start, start + some);
      });
      inputs[points.length] = times;
      evaluate(outputs, outputStart + done, inputs, 0, some);
    }
  };
}

type Block = Float64Array;

/** out[o + i] from the operands x[p + i], y[q + i], z[r + i] and the coefficients a, b, c that the instruction has, for i < n. */
type Loop = (
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
) => void;

/** An instruction with its loop; operands and coefficients that it lacks stand for input 0 and 0. */
interface Step {
  loop: Loop;
  to: number;
  a: number;
  x: number;
  y: number;
  b: number;
  z: number;
  c: number;
}

function prepare(instruction: Instruction): Step {
  const { to, a, x, y, b, z, c } = { a: 0, x: -1, y: -1, b: 0, z: -1, c: 0, ...instruction };
  return { loop: chooseLoop(instruction), to, a, x, y, b, z, c };
}

function chooseLoop(instruction: Instruction): Loop {
  if (instruction.op === "product" && instruction.x === instruction.y) return SQUARE;
  if (instruction.op === "product-sum" && instruction.x === instruction.y) return SQUARE_SUM;
  if (instruction.op === "unary") return UNARY_LOOPS[instruction.name];
  return instruction.op === "extremum" ? EXTREMUM_LOOPS[instruction.name] : LOOPS[instruction.op];
}

/** Loops are called through the step, which keeps the compiler from pasting them all into this one, where they run up to twice slower. */
function runBlock(
  steps: readonly Step[],
  registers: readonly Block[],
  outputs: readonly Block[],
  outputStart: number,
  inputs: readonly Block[],
  inputStart: number,
  n: number,
): void {
  for (const { loop, to, a, x, y, b, z, c } of steps) {
    loop(
      to >= 0 ? registers[to] : outputs[-1 - to],
      to >= 0 ? 0 : outputStart,
      a,
      x >= 0 ? registers[x] : inputs[-1 - x],
      x >= 0 ? 0 : inputStart,
      y >= 0 ? registers[y] : inputs[-1 - y],
      y >= 0 ? 0 : inputStart,
      b,
      z >= 0 ? registers[z] : inputs[-1 - z],
      z >= 0 ? 0 : inputStart,
      c,
      n,
    );
  }
}

/**
 * Arithmetic goes four points at a time, reads before writes: a loop compiled by itself reads the address of every array anew after
 * each write, which costs more than the arithmetic.
 */
const LOOPS: Record<Exclude<Instruction["op"], "unary" | "extremum">, Loop> = {
  fill(out, o, _a, _x, _p, _y, _q, _b, _z, _r, c, n) {
    out.fill(c, o, o + n);
  },
  affine(out, o, a, x, p, _y, _q, _b, _z, _r, c, n) {
    let i = 0;
    for (; i + 3 < n; i += 4) {
      const x0 = x[p + i];
      const x1 = x[p + i + 1];
      const x2 = x[p + i + 2];
      const x3 = x[p + i + 3];
      out[o + i] = a * x0 + c;
      out[o + i + 1] = a * x1 + c;
      out[o + i + 2] = a * x2 + c;
      out[o + i + 3] = a * x3 + c;
    }
    for (; i < n; i++) out[o + i] = a * x[p + i] + c;
  },
  linear(out, o, a, x, p, y, q, b, _z, _r, c, n) {
    let i = 0;
    for (; i + 3 < n; i += 4) {
      const v0 = a * x[p + i] + b * y[q + i] + c;
      const v1 = a * x[p + i + 1] + b * y[q + i + 1] + c;
      const v2 = a * x[p + i + 2] + b * y[q + i + 2] + c;
      const v3 = a * x[p + i + 3] + b * y[q + i + 3] + c;
      out[o + i] = v0;
      out[o + i + 1] = v1;
      out[o + i + 2] = v2;
      out[o + i + 3] = v3;
    }
    for (; i < n; i++) out[o + i] = a * x[p + i] + b * y[q + i] + c;
  },
  product(out, o, a, x, p, y, q, _b, _z, _r, c, n) {
    let i = 0;
    for (; i + 3 < n; i += 4) {
      const v0 = a * x[p + i] * y[q + i] + c;
      const v1 = a * x[p + i + 1] * y[q + i + 1] + c;
      const v2 = a * x[p + i + 2] * y[q + i + 2] + c;
      const v3 = a * x[p + i + 3] * y[q + i + 3] + c;
      out[o + i] = v0;
      out[o + i + 1] = v1;
      out[o + i + 2] = v2;
      out[o + i + 3] = v3;
    }
    for (; i < n; i++) out[o + i] = a * x[p + i] * y[q + i] + c;
  },
  "product-sum"(out, o, a, x, p, y, q, b, z, r, c, n) {
    let i = 0;
    for (; i + 3 < n; i += 4) {
      const v0 = a * x[p + i] * y[q + i] + b * z[r + i] + c;
      const v1 = a * x[p + i + 1] * y[q + i + 1] + b * z[r + i + 1] + c;
      const v2 = a * x[p + i + 2] * y[q + i + 2] + b * z[r + i + 2] + c;
      const v3 = a * x[p + i + 3] * y[q + i + 3] + b * z[r + i + 3] + c;
      out[o + i] = v0;
      out[o + i + 1] = v1;
      out[o + i + 2] = v2;
      out[o + i + 3] = v3;
    }
    for (; i < n; i++) out[o + i] = a * x[p + i] * y[q + i] + b * z[r + i] + c;
  },
  quotient(out, o, a, x, p, y, q, _b, _z, _r, _c, n) {
    for (let i = 0; i < n; i++) out[o + i] = (a * x[p + i]) / y[q + i];
  },
  reciprocal(out, o, a, _x, _p, y, q, _b, _z, _r, _c, n) {
    for (let i = 0; i < n; i++) out[o + i] = a / y[q + i];
  },
  power(out, o, _a, x, p, y, q, _b, _z, _r, _c, n) {
    for (let i = 0; i < n; i++) out[o + i] = pow(x[p + i], y[q + i]);
  },
  exp(out, o, a, x, p, _y, _q, _b, _z, _r, c, n) {
    expBlock(out, o, x, p, n, a, c);
  },
};

/** Squares are common enough to be spared the second read, which costs as much as the arithmetic. */
const SQUARE: Loop = (out, o, a, x, p, _y, _q, _b, _z, _r, c, n) => {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const x0 = x[p + i];
    const x1 = x[p + i + 1];
    const x2 = x[p + i + 2];
    const x3 = x[p + i + 3];
    out[o + i] = a * x0 * x0 + c;
    out[o + i + 1] = a * x1 * x1 + c;
    out[o + i + 2] = a * x2 * x2 + c;
    out[o + i + 3] = a * x3 * x3 + c;
  }
  for (; i < n; i++) out[o + i] = a * x[p + i] * x[p + i] + c;
};

const SQUARE_SUM: Loop = (out, o, a, x, p, _y, _q, b, z, r, c, n) => {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const x0 = x[p + i];
    const x1 = x[p + i + 1];
    const x2 = x[p + i + 2];
    const x3 = x[p + i + 3];
    const v0 = a * x0 * x0 + b * z[r + i] + c;
    const v1 = a * x1 * x1 + b * z[r + i + 1] + c;
    const v2 = a * x2 * x2 + b * z[r + i + 2] + c;
    const v3 = a * x3 * x3 + b * z[r + i + 3] + c;
    out[o + i] = v0;
    out[o + i + 1] = v1;
    out[o + i + 2] = v2;
    out[o + i + 3] = v3;
  }
  for (; i < n; i++) out[o + i] = a * x[p + i] * x[p + i] + b * z[r + i] + c;
};

const EXTREMUM_LOOPS: Record<"min" | "max", Loop> = {
  min(out, o, _a, x, p, y, q, _b, _z, _r, _c, n) {
    for (let i = 0; i < n; i++) out[o + i] = Math.min(x[p + i], y[q + i]);
  },
  max(out, o, _a, x, p, y, q, _b, _z, _r, _c, n) {
    for (let i = 0; i < n; i++) out[o + i] = Math.max(x[p + i], y[q + i]);
  },
};

/** One closure a function, so that each loop calls a single known target. */
const UNARY_LOOPS = Object.fromEntries(
  Object.entries(UNARY).map(([name, f]): [string, Loop] => [
    name,
    (out, o, _a, x, p, _y, _q, _b, _z, _r, _c, n) => {
      for (let i = 0; i < n; i++) out[o + i] = f(x[p + i]);
    },
  ]),
) as Record<keyof typeof UNARY, Loop>;
