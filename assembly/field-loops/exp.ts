import { ROOTS } from "./memory";

/** Math.exp of the engine. */
declare function expOutside(x: f64): f64;

const NORMAL: f64 = 708;
const ROUND: f64 = 6755399441055744;
const STEPS_PER_UNIT: f64 = 64 * Math.LOG2E;
const STEP_HIGH: f64 = 0.6931471803691238 / 64;
const STEP_LOW: f64 = 1.9082149292705877e-10 / 64;
/** Below it exp is 0. */
const NOTHING: f64 = -746;

/** As expBlock of src/numerics/exp.ts, for one number. */
export function expOf(value: f64): f64 {
  if (value < NOTHING) return 0;
  if (!(abs(value) <= NORMAL)) return expOutside(value);
  return f64x2.extract_lane(expInside(f64x2.splat(value)), 0);
}

/** As expBlock of src/numerics/exp.ts, for two. */
export function expsOf(value: v128): v128 {
  if (i64x2.all_true(f64x2.le(f64x2.abs(value), f64x2.splat(NORMAL)))) return expInside(value);
  return f64x2.replace_lane(f64x2.splat(expOf(f64x2.extract_lane(value, 0))), 1, expOf(f64x2.extract_lane(value, 1)));
}

/** Up to NORMAL: k is in the low bits of the number that rounds to it, and k >> 6 is added to the exponent. */
function expInside(value: v128): v128 {
  const rounded = f64x2.add(f64x2.mul(value, f64x2.splat(STEPS_PER_UNIT)), f64x2.splat(ROUND));
  const nearest = f64x2.sub(rounded, f64x2.splat(ROUND));
  const high = f64x2.sub(value, f64x2.mul(nearest, f64x2.splat(STEP_HIGH)));
  const r = f64x2.sub(high, f64x2.mul(nearest, f64x2.splat(STEP_LOW)));
  const r2 = f64x2.mul(r, r);
  const third = f64x2.add(f64x2.splat(1.0 / 2), f64x2.mul(r, f64x2.splat(1.0 / 6)));
  const fifth = f64x2.add(f64x2.splat(1.0 / 24), f64x2.mul(r, f64x2.splat(1.0 / 120)));
  const excess = f64x2.add(r, f64x2.mul(r2, f64x2.add(third, f64x2.mul(r2, fifth))));
  const first = ROOTS + ((i32x4.extract_lane(rounded, 0) & 63) << 3);
  const second = ROOTS + ((i32x4.extract_lane(rounded, 2) & 63) << 3);
  const root = v128.load64_lane(second, v128.load64_zero(first), 1);
  const power = i64x2.shl(v128.and(rounded, i64x2.splat(~63)), 46);
  return i64x2.add(f64x2.add(root, f64x2.mul(root, excess)), power);
}
