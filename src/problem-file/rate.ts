import { InputError } from "../errors.ts";
import { createEvaluator } from "../expressions/evaluate.ts";
import type { Program } from "../expressions/program.ts";
import { gaussLegendre } from "../numerics/quadrature.ts";

/** The rate of birth and death alpha(t) >= 0, in 1/time, on [0, end]: constant or a function of time, and 0 from a time on if it is switched off. */
export interface Rate {
  /** alpha where it is the same at all times, otherwise null. */
  constant: number | null;
  /** When it is switched off, if that happens before the end: alpha jumps there. */
  jump: number | null;
  /** alpha(t), at a jump that after it. */
  at(t: number): number;
  /** alpha on an interval that no jump divides, also at its ends. */
  on(from: number, to: number): (t: number) => number;
  /** int alpha dt, a product where alpha is constant, otherwise by Gauss-Legendre with five points on panels of at most 1/256 of the run. */
  integral(from: number, to: number): number;
  /** Steps, of two of these panels, by which an adaptive method misses no change of an alpha that varies; Infinity where it does not, but for its jump. */
  longestStep: number;
  /** The largest alpha on an interval; of 65 points where it varies. */
  largest(from: number, to: number): number;
}

/** A rate as plain data, for worker threads. */
export interface CompiledRate {
  /** alpha, or its program in the one input t. */
  value: number | Program;
  until: number;
  end: number;
  /** As it stands in the file, and the field it stands in. */
  text: string;
  field: string;
}

/** @throws InputError where alpha changes in time. */
export function requireConstant({ constant }: Pick<Rate, "constant">, what: string): number {
  if (constant !== null) return constant;
  throw new InputError("alpha", undefined, `changes in time, but ${what} need a constant rate`, "give a number");
}

/** The intervals from one time to another, which may be the earlier, that no jump divides. */
export function smoothPieces({ jump }: Pick<Rate, "jump">, from: number, to: number): [from: number, to: number][] {
  if (jump === null || !(Math.min(from, to) < jump && jump < Math.max(from, to))) return [[from, to]];
  return [
    [from, jump],
    [jump, to],
  ];
}

const RULE = gaussLegendre(5, 0, 1);
/** Panels of a run: what changes in time is checked on them, so that steps of two miss none of its changes. */
export const PANELS = 256;
export const longestOnPanels = (end: number): number => (2 * end) / PANELS;
const LOOKS = 64;
/** Times at which a rate is tested before it is used. */
const TESTED = 4096;

export function createRate({ value, until, end, text, field }: CompiledRate): Rate {
  const jump = 0 < until && until < end ? until : null;
  const during = typeof value === "number" ? () => value : evaluatorOf(value, text, field);

  const overPiece = (from: number, to: number): number => {
    if (!(from < to)) return 0;
    if (typeof value === "number") return value * (to - from);
    const panels = Math.ceil(((to - from) / end) * PANELS);
    const width = (to - from) / panels;
    let total = 0;
    for (let p = 0; p < panels; p++) {
      for (let q = 0; q < RULE.nodes.length; q++) total += RULE.weights[q] * during(from + (p + RULE.nodes[q]) * width);
    }
    return total * width;
  };

  return {
    constant: until === 0 ? 0 : typeof value === "number" && (jump === null || value === 0) ? value : null,
    jump,
    at: (t) => ((jump === null && until > 0) || t < until ? during(t) : 0),
    on: (from, to) => (0.5 * (from + to) < until ? during : () => 0),
    longestStep: typeof value === "number" ? Infinity : longestOnPanels(end),
    integral: (from, to) => overPiece(from, Math.min(to, until)),
    largest(from, to) {
      const last = Math.min(to, until);
      if (!(from < last)) return 0;
      if (typeof value === "number") return value;
      let most = 0;
      for (let k = 0; k <= LOOKS; k++) most = Math.max(most, during(from + ((last - from) * k) / LOOKS));
      return most;
    },
  };
}

/** @throws InputError at a time where the rate is negative or not a number. */
function evaluatorOf(program: Program, text: string, field: string): (t: number) => number {
  const evaluate = createEvaluator(program);
  const time = [new Float64Array(1)];
  const result = [new Float64Array(1)];
  return (t) => {
    time[0][0] = t;
    evaluate(result, 0, time, 0, 1);
    const alpha = result[0][0];
    if (alpha >= 0 && alpha < Infinity) return alpha;
    throw new InputError(
      field,
      text,
      `${alpha < 0 ? `turns negative: ${alpha}` : `is ${alpha}`} at t = ${t}`,
      "give a rate that is finite and >= 0 throughout the run, e.g. max(..., 0)",
    );
  };
}

/** Share of the whole integral by which a panel may differ from its halves: what steps in time can resolve. */
const ROUGH = 1e-4;

/**
 * @throws InputError where the rate is negative or not finite at one of 4097 times of the run, or changes so fast that a panel of its
 * integral does not resolve it.
 */
export function checkRate(rate: Rate, { until, end, text, field }: CompiledRate): void {
  if (rate.constant !== null) return;
  const last = Math.min(until, end);
  const alpha = rate.on(0, last);
  for (let k = 0; k <= TESTED; k++) alpha((last * k) / TESTED);
  const whole = rate.integral(0, last);
  const width = last / PANELS;
  for (let k = 0; k < PANELS; k++) {
    const [from, middle, to] = [k, k + 0.5, k + 1].map((x) => x * width);
    const halves = rate.integral(from, middle) + rate.integral(middle, to);
    if (Math.abs(rate.integral(from, to) - halves) <= ROUGH * whole) continue;
    throw new InputError(field, text, `changes too fast near t = ${middle}`, "smooth it, or shorten the run");
  }
}
