import { expOf, expsOf } from "./exp";
import { added } from "./lanes";
import { fieldBytes, SUMS } from "./memory";

/** Bytes of a block of sums. */
const BLOCK: usize = 512 << 3;

/** min V over the cells with mu > 0; Infinity without any. */
export function leastPotential(mu: usize, V: usize): f64 {
  const bytes = fieldBytes();
  const nothing = f64x2.splat(Infinity);
  let even = nothing;
  let odd = nothing;
  let i: usize = 0;
  for (; i + 32 <= bytes; i += 32) {
    even = f64x2.pmin(even, v128.bitselect(v128.load(V + i), nothing, f64x2.gt(v128.load(mu + i), f64x2.splat(0))));
    odd = f64x2.pmin(odd, v128.bitselect(v128.load(V + i, 16), nothing, f64x2.gt(v128.load(mu + i, 16), f64x2.splat(0))));
  }
  const least = f64x2.pmin(even, odd);
  let result = min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
  for (; i < bytes; i += 8) {
    const v = load<f64>(V + i);
    if (v < result && load<f64>(mu + i) > 0) result = v;
  }
  return result;
}

/** Stores `next` and adds m and it to both sums. */
function keep(out: usize, m: f64, next: f64, sums: v128): v128 {
  store<f64>(out, next);
  return f64x2.add(sums, f64x2.replace_lane(f64x2.splat(m), 1, next));
}

function keepTwo(out: usize, m: v128, next: v128, sums: v128): v128 {
  v128.store(out, next);
  return added(sums, m, next);
}

/** out = mu e^{scale V + shift}; SUMS: the sum of mu, and of out. */
export function react(out: usize, mu: usize, V: usize, scale: f64, shift: f64): void {
  const bytes = fieldBytes();
  const scales = f64x2.splat(scale);
  const shifts = f64x2.splat(shift);
  let sums = f64x2.splat(0);
  let i: usize = 0;
  while (i < bytes) {
    const end = min(i + BLOCK, bytes);
    let ofBlock = f64x2.splat(0);
    for (; i + 16 <= end; i += 16) {
      const m = v128.load(mu + i);
      const next = f64x2.mul(m, expsOf(f64x2.add(f64x2.mul(scales, v128.load(V + i)), shifts)));
      ofBlock = keepTwo(out + i, m, next, ofBlock);
    }
    for (; i < end; i += 8) {
      const m = load<f64>(mu + i);
      ofBlock = keep(out + i, m, m * expOf(scale * load<f64>(V + i) + shift), ofBlock);
    }
    sums = f64x2.add(sums, ofBlock);
  }
  v128.store(SUMS, sums);
}

/** out = mu factor; SUMS: the sum of mu, and of out. */
export function multiply(out: usize, mu: usize, factor: usize): void {
  const bytes = fieldBytes();
  let sums = f64x2.splat(0);
  let i: usize = 0;
  while (i < bytes) {
    const end = min(i + BLOCK, bytes);
    let ofBlock = f64x2.splat(0);
    for (; i + 16 <= end; i += 16) {
      const m = v128.load(mu + i);
      ofBlock = keepTwo(out + i, m, f64x2.mul(m, v128.load(factor + i)), ofBlock);
    }
    for (; i < end; i += 8) {
      const m = load<f64>(mu + i);
      ofBlock = keep(out + i, m, m * load<f64>(factor + i), ofBlock);
    }
    sums = f64x2.add(sums, ofBlock);
  }
  v128.store(SUMS, sums);
}

/** out = out factor. */
export function scale(out: usize, factor: f64): void {
  const bytes = fieldBytes();
  const factors = f64x2.splat(factor);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(out + i, f64x2.mul(v128.load(out + i), factors));
  for (; i < bytes; i += 8) store<f64>(out + i, load<f64>(out + i) * factor);
}
