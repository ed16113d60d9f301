import { added } from "./lanes";
import { fieldBytes, SUMS } from "./memory";

/** out = V + ofFirst (V - last) - ofSecond (last - beforeLast). */
export function extrapolate(out: usize, V: usize, last: usize, beforeLast: usize, ofFirst: f64, ofSecond: f64): void {
  const bytes = fieldBytes();
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const v = v128.load(V + i);
    const l = v128.load(last + i);
    const first = f64x2.mul(f64x2.splat(ofFirst), f64x2.sub(v, l));
    const second = f64x2.mul(f64x2.splat(ofSecond), f64x2.sub(l, v128.load(beforeLast + i)));
    v128.store(out + i, f64x2.sub(f64x2.add(v, first), second));
  }
  for (; i < bytes; i += 8) {
    const v = load<f64>(V + i);
    const l = load<f64>(last + i);
    store<f64>(out + i, v + ofFirst * (v - l) - ofSecond * (l - load<f64>(beforeLast + i)));
  }
}

/** The sums of Midpoint.deviation, a and b the last two steps: SUMS: off, change, total. */
export function deviation(ofStep: usize, V: usize, last: usize, beforeLast: usize, mu: usize, a: f64, b: f64): void {
  const bytes = fieldBytes();
  const curved = (a * a) / 6;
  let sums = f64x2.splat(0);
  let total: f64 = 0;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const v = v128.load(V + i);
    const l = v128.load(last + i);
    const m = v128.load(mu + i);
    const before = f64x2.div(f64x2.sub(l, v128.load(beforeLast + i)), f64x2.splat(b));
    const ahead = f64x2.sub(v, l);
    const second = f64x2.div(f64x2.sub(f64x2.div(ahead, f64x2.splat(a)), before), f64x2.splat(a + b));
    const straight = f64x2.add(l, f64x2.mul(ahead, f64x2.splat(0.5)));
    const off = f64x2.sub(v128.load(ofStep + i), f64x2.sub(straight, f64x2.mul(f64x2.splat(curved), second)));
    sums = added(sums, f64x2.mul(f64x2.mul(m, off), off), f64x2.mul(f64x2.mul(m, ahead), ahead));
    const square = f64x2.mul(f64x2.mul(m, v), v);
    total += f64x2.extract_lane(square, 0);
    total += f64x2.extract_lane(square, 1);
  }
  for (; i < bytes; i += 8) {
    const v = load<f64>(V + i);
    const l = load<f64>(last + i);
    const m = load<f64>(mu + i);
    const before = (l - load<f64>(beforeLast + i)) / b;
    const ahead = v - l;
    const off = load<f64>(ofStep + i) - (l + ahead / 2 - curved * ((ahead / a - before) / (a + b)));
    sums = f64x2.add(sums, f64x2.replace_lane(f64x2.splat(m * off * off), 1, m * ahead * ahead));
    total += m * v * v;
  }
  v128.store(SUMS, sums);
  store<f64>(SUMS, total, 16);
}
