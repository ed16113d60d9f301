import { pow } from "../numerics/pow.ts";

/**
 * How far a number of a file may be from the one that was meant: |found - meant| <= max(relative |found|, absolute).
 *
 * Floating types round by 2^-11, 2^-24 and 2^-53 of a number. Times are often sums of steps, which round again at each: for single
 * precision 2^-16 allows for some thousand steps (0.1 added a thousand times is off by 9.5e-6 of its sum), double precision has
 * `ROUNDING`, half precision is allowed one rounding and its double. Text is as fine as its last digit.
 */
export interface Precision {
  relative: number;
  absolute: number;
}

/** Sums of double precision, relative or absolute: times that are nearer are the same. */
export const ROUNDING = 1e-9;

const EXACT: Precision = { relative: 0, absolute: 0 };
const SINGLE: Precision = { relative: 2 ** -16, absolute: 0 };
const HALF: Precision = { relative: 2 ** -10, absolute: 0 };

/** Of numbers stored as floats of so many bytes; integers and doubles are exact but for `ROUNDING`. */
export function floatPrecision(bytes: number): Precision {
  if (bytes <= 2) return HALF;
  return bytes <= 4 ? SINGLE : EXACT;
}

/** Of doubles: those that single precision would hold as well may have come from it. */
export function doublePrecision(values: Iterable<number>): Precision {
  for (const value of values) if (Math.fround(value) !== value) return EXACT;
  return SINGLE;
}

/** Of decimal text, as the finest of its numbers shows: some formats write as many digits (%.6g), others as many decimals (%.4f). */
export function textPrecision(texts: Iterable<string>): Precision {
  let digits = 1;
  let decimals = 0;
  for (const text of texts) {
    const [, whole = "", fraction = "", exponent = "0"] = /^\s*[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?\s*$/i.exec(text) ?? [];
    digits = Math.max(digits, `${whole}${fraction}`.replace(/^0+/, "").length);
    decimals = Math.max(decimals, fraction.length - Number(exponent));
  }
  return { relative: 0.5 * pow(10, 1 - digits), absolute: 0.5 * pow(10, -decimals) };
}

/** Text of few digits is not taken to mean whatever it could stand for: 0.1 is not 0.13. */
const COARSEST = 2 ** -10;

/** How far from `value` the number that was meant may be. */
export function toleranceAt(value: number, { relative, absolute }: Precision): number {
  const size = Math.abs(value);
  return Math.max(ROUNDING * Math.max(1, size), Math.min(COARSEST * size, Math.max(relative * size, absolute)));
}
