import { added } from "./lanes";
import { Axis, axis, fieldBytes, SUMS } from "./memory";
import { toNext } from "./rows";

/** Bytes of a block of sums. */
const BLOCK: usize = 1024 << 3;

/** SUMS: of mu, mu (V - middle), mu (V - middle)^2 and mu F. @returns the least mu. */
export function moments(mu: usize, V: usize, F: usize, middle: f64): f64 {
  const bytes = fieldBytes();
  const middles = f64x2.splat(middle);
  let least = f64x2.splat(Infinity);
  let lower = f64x2.splat(0);
  let upper = lower;
  let i: usize = 0;
  while (i < bytes) {
    const end = min(i + BLOCK, bytes);
    let lowerOfBlock = f64x2.splat(0);
    let upperOfBlock = lowerOfBlock;
    for (; i + 16 <= end; i += 16) {
      const m = v128.load(mu + i);
      const deviation = f64x2.sub(v128.load(V + i), middles);
      const first = f64x2.mul(m, deviation);
      lowerOfBlock = added(lowerOfBlock, m, first);
      upperOfBlock = added(upperOfBlock, f64x2.mul(first, deviation), f64x2.mul(m, v128.load(F + i)));
      least = f64x2.pmin(least, m);
    }
    for (; i < end; i += 8) {
      const m = load<f64>(mu + i);
      const deviation = load<f64>(V + i) - middle;
      lowerOfBlock = f64x2.add(lowerOfBlock, f64x2.replace_lane(f64x2.splat(m), 1, m * deviation));
      upperOfBlock = f64x2.add(upperOfBlock, f64x2.replace_lane(f64x2.splat(m * deviation * deviation), 1, m * load<f64>(F + i)));
      least = f64x2.pmin(least, f64x2.splat(m));
    }
    lower = f64x2.add(lower, lowerOfBlock);
    upper = f64x2.add(upper, upperOfBlock);
  }
  v128.store(SUMS, lower);
  v128.store(SUMS, upper, 16);
  return min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
}

/** sum of (V' - V)^2 (mu + mu') over the faces between a row of cells and those `ahead` of them, cell by cell. */
function ofFaces(mu: usize, V: usize, bytes: usize, ahead: isize): f64 {
  let part: f64 = 0;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const drop = f64x2.sub(v128.load(V + ahead + i), v128.load(V + i));
    const share = f64x2.mul(f64x2.mul(drop, drop), f64x2.add(v128.load(mu + i), v128.load(mu + ahead + i)));
    part += f64x2.extract_lane(share, 0);
    part += f64x2.extract_lane(share, 1);
  }
  for (; i < bytes; i += 8) {
    const drop = load<f64>(V + ahead + i) - load<f64>(V + i);
    part += drop * drop * (load<f64>(mu + i) + load<f64>(mu + ahead + i));
  }
  return part;
}

function ofAxisAcross(across: Axis, index: u32, mu: usize, V: usize, bytes: usize): f64 {
  const ahead = toNext(across, index);
  return ahead === 0 ? 0 : (0.5 / across.square) * ofFaces(mu, V, bytes, ahead);
}

/** squaredGradient of src/potential/energy.ts, without the volume of a cell. */
export function squaredGradient(mu: usize, V: usize): f64 {
  const third = axis(0);
  const second = axis(1);
  const along = axis(2);
  const bytes: usize = along.cells << 3;
  let total: f64 = 0;
  let from: usize = 0;
  for (let i: u32 = 0; i < third.cells; i++) {
    for (let j: u32 = 0; j < second.cells; j++, from += bytes) {
      const m = mu + from;
      const v = V + from;
      total += ofAxisAcross(third, i, m, v, bytes);
      total += ofAxisAcross(second, j, m, v, bytes);
      let part = ofFaces(m, v, bytes - 8, 8);
      if (along.periodic !== 0) part += ofFaces(m, v, 8, bytes - 8);
      total += (0.5 / along.square) * part;
    }
  }
  return total;
}
