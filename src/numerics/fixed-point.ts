/** Tables of exp and pow in whole numbers, in units of 2^-128: the engine's own logarithms and powers differ in their last bit from version to version. */
export const BITS = 128n;
/** ln 2. */
export const LN2_FIXED = 0xb17217f7d1cf79abc9e3b39803f2f6afn;
/** The nearest double. */
export const toDouble = (fixed: bigint): number => Number(fixed) * 2 ** -Number(BITS);

/** 2^(j / steps). */
export function rootOf2(j: number, steps: number): bigint {
  let total = 0n;
  let term = 1n << BITS;
  for (let n = 1n; term > 0n; n++) {
    total += term;
    term = ((term * LN2_FIXED * BigInt(j)) / (BigInt(steps) * n)) >> BITS;
  }
  return total;
}

/** log(a / b) = 2 (s + s^3 / 3 + ...), s = (a - b) / (a + b). */
export function logOfRatio(a: bigint, b: bigint): bigint {
  const s = ((a - b) << BITS) / (a + b);
  const square = (s * s) >> BITS;
  let total = 0n;
  let odd = s;
  // A negative one is rounded down: it ends at -1.
  for (let n = 1n; odd !== 0n && odd !== -1n; n += 2n) {
    total += odd / n;
    odd = (odd * square) >> BITS;
  }
  return 2n * total;
}

/** A multiple of 2^-42, and a double for the rest. */
export function inTwoParts(fixed: bigint): [number, number] {
  const unit = BITS - 42n;
  const first = (fixed + (1n << (unit - 1n))) >> unit;
  return [Number(first) * 2 ** -42, toDouble(fixed - (first << unit))];
}
