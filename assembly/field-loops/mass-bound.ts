import { BINS, fieldBytes, SUMS } from "./memory";

/** SUMS: the sum of mu. @returns the largest of `low` and the values. */
export function massAndHighest(values: usize, mu: usize, low: f64): f64 {
  const bytes = fieldBytes();
  let highest = f64x2.splat(low);
  let total: f64 = 0;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const m = v128.load(mu + i);
    highest = f64x2.pmax(highest, v128.load(values + i));
    total += f64x2.extract_lane(m, 0);
    total += f64x2.extract_lane(m, 1);
  }
  if (i < bytes) {
    highest = f64x2.pmax(highest, v128.load64_splat(values + i));
    total += load<f64>(mu + i);
  }
  store<f64>(SUMS, total);
  return max(f64x2.extract_lane(highest, 0), f64x2.extract_lane(highest, 1));
}

/** The place of the bin of a value, the one behind the last where it is above `high`. */
function binOf(value: f64, low: f64, high: f64, scale: f64): usize {
  const bin = value <= high ? min<u32>(63, u32(trunc((value - low) * scale))) : 64;
  return BINS + ((<usize>bin) << 3);
}

/** BINS: the mass of the values up to `high` in 64 bins, of width 1 / scale from `low`. */
export function massOfBins(values: usize, mu: usize, low: f64, high: f64, scale: f64): void {
  const bytes = fieldBytes();
  memory.fill(BINS, 0, 65 << 3);
  for (let i: usize = 0; i < bytes; i += 8) {
    const bin = binOf(load<f64>(values + i), low, high, scale);
    store<f64>(bin, load<f64>(bin) + load<f64>(mu + i));
  }
}

/** min of the values; Infinity where none is a number. */
export function least(values: usize): f64 {
  const bytes = fieldBytes();
  let result = f64x2.splat(Infinity);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) result = f64x2.pmin(result, v128.load(values + i));
  if (i < bytes) result = f64x2.pmin(result, v128.load64_splat(values + i));
  return min(f64x2.extract_lane(result, 0), f64x2.extract_lane(result, 1));
}
