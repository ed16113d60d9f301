import { BITS, inTwoParts, LN2_FIXED, logOfRatio, rootOf2, toDouble } from "./fixed-point.ts";

/**
 * x^y with the same bits on every engine, within 0.53 ulp (measured): `Math.pow` and `**` are the engine's own, and differ in the last bit
 * in up to a tenth of their values between Node 22 and 24. Squares by `** 2` and whole powers of 2 are exact everywhere. For x > 0,
 *
 *   x = 2^n c (1 + r),     c the nearest 64th to x / 2^n in [sqrt(1/2), sqrt(2)),   |r| <= 0.0112
 *   log x = n ln 2 + log c + r - r^2 / 2 + r^3 (1/3 - r/4 + ...)
 *   x^y = exp(y log x),    y log x = j ln 2 / 64 + f,   |f| <= ln 2 / 128,   2^(j / 64) (1 + f + ... + f^6 / 6!)
 *
 * log x and y log x are sums of two doubles: ln 2 and log c of whole numbers below 2^-42 and a rest, so that n ln 2 + log c is exact in its first part,
 * r and r^2 with what their rounding lost (Dekker 1971). log x is off by at most 2^-67 of it, and x^y by 2^-57 of it before the last rounding.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  if (y === -1) return 1 / x;
  const size = Math.abs(x);
  if (Math.abs(y) === Infinity) return size === 1 ? Number.NaN : size > 1 === y > 0 ? Infinity : 0;
  const negative = x < 0 || Object.is(x, -0);
  if (negative && size > 0 && size < Infinity && !Number.isInteger(y)) return Number.NaN;
  const value = size === 0 || size === Infinity ? (y < 0 ? 1 / size : size) : size === 1 ? 1 : ofPositive(size, y);
  return negative && Math.abs(y % 2) === 1 ? -value : value;
}

const STEPS = 64;
/** c from 45/64 below sqrt(1/2) to 91/64 above sqrt(2). */
const FIRST_CENTRE = 45;
const CENTRES = 91 - FIRST_CENTRE + 1;
const LOG_HIGH = new Float64Array(CENTRES);
const LOG_LOW = new Float64Array(CENTRES);
for (let k = 0; k < CENTRES; k++) [LOG_HIGH[k], LOG_LOW[k]] = inTwoParts(logOfRatio(BigInt(FIRST_CENTRE + k), BigInt(STEPS)));
const [LN2_HIGH, LN2_LOW] = inTwoParts(LN2_FIXED);
const ROOTS = Array.from({ length: STEPS }, (_, j) => rootOf2(j, STEPS));
const ROOT_HIGH = Float64Array.from(ROOTS, toDouble);
const ROOT_LOW = Float64Array.from(ROOTS, (root, j) => toDouble(root - (BigInt(ROOT_HIGH[j] * 2 ** 53) << (BITS - 53n))));

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** The word with the exponent. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The first 26 bits of a number, so that products of them and of the rest are exact (Veltkamp). */
function firstHalf(value: number): number {
  const scaled = 134217729 * value;
  return scaled - (scaled - value);
}

/** x > 0, not 1, both finite. */
function ofPositive(x: number, y: number): number {
  const subnormal = x < 2 ** -1022;
  double[0] = subnormal ? x * 2 ** 54 : x;
  let n = (words[HIGH] >> 20) - 1023 - (subnormal ? 54 : 0);
  words[HIGH] = (words[HIGH] & 0xfffff) | 0x3ff00000;
  let m = double[0];
  if (m > Math.SQRT2) {
    m /= 2;
    n++;
  }
  const k = m * STEPS + ROUND - ROUND;
  const c = k / STEPS;

  const d = m - c;
  const r = d / c;
  const rFirst = firstHalf(r);
  const rRest = r - rFirst;
  const rLow = (d - rFirst * c - rRest * c) / c;
  const square = r * r;
  const squareLow = rFirst * rFirst - square + 2 * rFirst * rRest + rRest * rRest;
  const cubic = square * r * (1 / 3 - r * (1 / 4 - r * (1 / 5 - r * (1 / 6 - r * (1 / 7 - r * (1 / 8 - r * (1 / 9 - r / 10)))))));

  const whole = n * LN2_HIGH + LOG_HIGH[k - FIRST_CENTRE];
  const first = whole + r;
  const second = first - 0.5 * square;
  const low =
    whole -
    first +
    r +
    (first - second - 0.5 * square) +
    (n * LN2_LOW + LOG_LOW[k - FIRST_CENTRE]) +
    (rLow - 0.5 * squareLow - r * rLow) +
    cubic;
  const logHigh = second + low;
  const logLow = second - logHigh + low;

  const z = y * logHigh;
  // log x is at least 2^-54, so that y is not so large that its halves overflow.
  if (z > 710) return Infinity;
  if (z < -746) return 0;
  const yFirst = firstHalf(y);
  const logFirst = firstHalf(logHigh);
  const yRest = y - yFirst;
  const logRest = logHigh - logFirst;
  const zLow = yFirst * logFirst - z + yFirst * logRest + yRest * logFirst + yRest * logRest + y * logLow;

  const j = z * STEPS_PER_UNIT + ROUND - ROUND;
  // ln 2 / 64 times a whole number below 2^17 is exact in its first part, cut to 36 bits.
  const f = z - j * STEP_HIGH - j * STEP_LOW + zLow;
  const growth = f + f * f * (1 / 2 + f * (1 / 6 + f * (1 / 24 + f * (1 / 120 + f * (1 / 720)))));
  const root = ROOT_HIGH[j & (STEPS - 1)];
  const value = root + (root * growth + ROOT_LOW[j & (STEPS - 1)]);
  const e = j >> 6;
  if (e >= -1022 && e < 1024) return value * powerOf2(e);
  return e >= 1024 ? value * 2 ** 1023 * powerOf2(e - 1023) : value * powerOf2(e + 100) * 2 ** -100;
}

const STEPS_PER_UNIT = STEPS * Math.LOG2E;
/** Adding and subtracting 1.5 * 2^52 rounds a double to the nearest integer. */
const ROUND = 6755399441055744;
const STEP_HIGH = Math.round((LN2_HIGH / STEPS) * 2 ** 42) * 2 ** -42;
const STEP_LOW = LN2_HIGH / STEPS - STEP_HIGH + LN2_LOW / STEPS;

/** 2^e for -1022 <= e < 1024. */
function powerOf2(e: number): number {
  words[HIGH] = (e + 1023) << 20;
  words[1 - HIGH] = 0;
  return double[0];
}
