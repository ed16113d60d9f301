import { BLOCK } from "../numerics/block-function.ts";
import { erf } from "../numerics/erf.ts";
import { pow } from "../numerics/pow.ts";
import type { UnaryName } from "./graph.ts";
import type { Instruction, Program } from "./program.ts";

/**
 * Bounds of an expression over boxes, by interval arithmetic on its program: each instruction takes intervals to an interval that holds
 * every value it can have on them,
 *
 *   [a, b] + [c, d] = [a + c, b + d],   [a, b] [c, d] = [min, max] of ac, ad, bc, bd,   [a, b]^2 = [0 or the least square, the largest].
 *
 * Wider than the range where one variable stands in several places, by O(width) of the box, so boxes that are divided are bounded ever
 * better. (-Infinity, Infinity) where nothing is known: a pole, a power of a base that may be negative. A function that is undefined on a part of
 * its interval is bounded on the rest. Rounding is not directed: bounds hold to a few ulp. Moore, Kearfott & Cloud, Introduction to Interval Analysis (2009), chapters 2, 3 and 5.
 */
export type BoxBounds = (
  /** out[i] of the first output, shape [count] each. */
  low: Float64Array,
  high: Float64Array,
  /** from[a][i] <= to[a][i]: the boxes, shape [count] each. */
  from: readonly Float64Array[],
  to: readonly Float64Array[],
  count: number,
) => void;

interface Ends {
  low: number;
  high: number;
}

/** Cost: some 20 ns an instruction and box. */
export function createBoxBounds(program: Program): BoxBounds {
  const registers = Array.from({ length: program.registers }, () => ({
    low: new Float64Array(BLOCK),
    high: new Float64Array(BLOCK),
  }));
  const nowhere = { low: new Float64Array(BLOCK), high: new Float64Array(BLOCK) };
  const steps = program.instructions.map((instruction) => {
    const { x, y, z } = { x: null, y: null, z: null, ...instruction };
    return { instruction, operands: [x, y, z] };
  });
  const result: Ends = { low: 0, high: 0 };
  const ends: Ends[] = Array.from({ length: 3 }, () => ({ low: 0, high: 0 }));
  return (low, high, from, to, count) => {
    for (let start = 0; start < count; start += BLOCK) {
      const n = Math.min(BLOCK, count - start);
      for (const { instruction, operands } of steps) {
        const out = instruction.to >= 0 ? registers[instruction.to] : nowhere;
        const sources = operands.map((operand) => {
          if (operand === null) return null;
          return operand >= 0 ? { ...registers[operand], start: 0 } : { low: from[-1 - operand], high: to[-1 - operand], start };
        });
        for (let i = 0; i < n; i++) {
          for (let k = 0; k < 3; k++) {
            const source = sources[k];
            if (source === null) continue;
            ends[k].low = source.low[source.start + i];
            ends[k].high = source.high[source.start + i];
          }
          apply(result, instruction, ends[0], ends[1], ends[2]);
          // No point of the interval is infinite: both ends there are rounding, as of 1 / 5e-324.
          const known = result.low <= result.high && result.low < Infinity && result.high > -Infinity;
          out.low[i] = known ? result.low : Number.NEGATIVE_INFINITY;
          out.high[i] = known ? result.high : Number.POSITIVE_INFINITY;
        }
        if (instruction.to !== -1) continue;
        low.set(out.low.subarray(0, n), start);
        high.set(out.high.subarray(0, n), start);
      }
    }
  };
}

function apply(out: Ends, instruction: Instruction, x: Ends, y: Ends, z: Ends): void {
  switch (instruction.op) {
    case "fill":
      set(out, instruction.c, instruction.c);
      break;
    case "affine":
      scaleAndShift(out, x, instruction.a, instruction.c);
      break;
    case "linear":
      scaleAndShift(out, x, instruction.a, instruction.c);
      addMultiple(out, y, instruction.b);
      break;
    case "product":
    case "product-sum":
      if (instruction.x === instruction.y) square(out, x);
      else multiply(out, x, y);
      scaleAndShift(out, out, instruction.a, instruction.c);
      if (instruction.op === "product-sum") addMultiple(out, z, instruction.b);
      break;
    case "quotient":
      reciprocal(out, y);
      multiply(out, x, out);
      scaleAndShift(out, out, instruction.a, 0);
      break;
    case "reciprocal":
      reciprocal(out, y);
      scaleAndShift(out, out, instruction.a, 0);
      break;
    case "power":
      power(out, x, y);
      break;
    case "exp":
      scaleAndShift(out, x, instruction.a, instruction.c);
      set(out, Math.exp(out.low), Math.exp(out.high));
      break;
    case "unary":
      UNARY_BOUNDS[instruction.name](out, x.low, x.high);
      break;
    case "extremum":
      set(out, Math[instruction.name](x.low, y.low), Math[instruction.name](x.high, y.high));
      break;
  }
}

function set(out: Ends, low: number, high: number): void {
  out.low = low;
  out.high = high;
}

/** 0 times an end that is infinite is 0: no point of the interval is infinite. */
const times = (a: number, b: number) => (a === 0 || b === 0 ? 0 : a * b);

function scaleAndShift(out: Ends, { low, high }: Ends, a: number, c: number): void {
  const [p, q] = [times(a, low) + c, times(a, high) + c];
  set(out, Math.min(p, q), Math.max(p, q));
}

function addMultiple(out: Ends, { low, high }: Ends, b: number): void {
  const [p, q] = [times(b, low), times(b, high)];
  set(out, out.low + Math.min(p, q), out.high + Math.max(p, q));
}

function square(out: Ends, { low, high }: Ends): void {
  const [p, q] = [low * low, high * high];
  set(out, low <= 0 && high >= 0 ? 0 : Math.min(p, q), Math.max(p, q));
}

function multiply(out: Ends, x: Ends, y: Ends): void {
  const [a, b, c, d] = [times(x.low, y.low), times(x.low, y.high), times(x.high, y.low), times(x.high, y.high)];
  set(out, Math.min(a, b, c, d), Math.max(a, b, c, d));
}

function reciprocal(out: Ends, { low, high }: Ends): void {
  if (low < 0 && high > 0) set(out, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  else set(out, high === 0 ? Number.NEGATIVE_INFINITY : 1 / high, low === 0 ? Number.POSITIVE_INFINITY : 1 / low);
}

/** x^y for x >= 0 is monotone in x and in y, so its extremes are at corners; nothing is known where x may be negative. */
function power(out: Ends, x: Ends, y: Ends): void {
  const [a, b, c, d] = [pow(x.low, y.low), pow(x.low, y.high), pow(x.high, y.low), pow(x.high, y.high)];
  if (x.low >= 0) set(out, Math.min(a, b, c, d), Math.max(a, b, c, d));
  else set(out, Number.NaN, Number.NaN);
}

type UnaryBounds = (out: Ends, low: number, high: number) => void;

const rising =
  (f: (x: number) => number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): UnaryBounds =>
  (out, low, high) => {
    if (high < least || low > most) set(out, Number.NaN, Number.NaN);
    else set(out, f(Math.max(low, least)), f(Math.min(high, most)));
  };

/** An even function that rises from its minimum at 0. */
const even =
  (f: (x: number) => number): UnaryBounds =>
  (out, low, high) =>
    set(out, low <= 0 && high >= 0 ? f(0) : Math.min(f(low), f(high)), Math.max(f(low), f(high)));

/** Of period 2 pi, with its maximum 1 at `top` and its minimum -1 half a period on. */
const wave =
  (f: (x: number) => number, top: number): UnaryBounds =>
  (out, low, high) => {
    const holds = (x: number) => Math.floor((high - x) / (2 * Math.PI)) >= Math.ceil((low - x) / (2 * Math.PI));
    if (!Number.isFinite(high - low)) set(out, -1, 1);
    else set(out, holds(top + Math.PI) ? -1 : Math.min(f(low), f(high)), holds(top) ? 1 : Math.max(f(low), f(high)));
  };

const UNARY_BOUNDS: Record<UnaryName, UnaryBounds> = {
  exp: rising(Math.exp),
  log: rising(Math.log, 0),
  log10: rising(Math.log10, 0),
  sqrt: rising(Math.sqrt, 0),
  abs: even(Math.abs),
  sign: rising(Math.sign),
  sin: wave(Math.sin, Math.PI / 2),
  cos: wave(Math.cos, 0),
  tan: (out, low, high) => {
    const branch = (x: number) => Math.floor(x / Math.PI + 0.5);
    if (branch(low) === branch(high)) set(out, Math.tan(low), Math.tan(high));
    else set(out, Number.NaN, Number.NaN);
  },
  asin: rising(Math.asin, -1, 1),
  acos: (out, low, high) => {
    rising((x) => -Math.acos(x), -1, 1)(out, low, high);
    set(out, -out.high, -out.low);
  },
  atan: rising(Math.atan),
  sinh: rising(Math.sinh),
  cosh: even(Math.cosh),
  tanh: rising(Math.tanh),
  asinh: rising(Math.asinh),
  erf: rising(erf),
};
