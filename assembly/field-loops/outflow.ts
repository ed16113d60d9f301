import { added, positivePart } from "./lanes";
import { Axis, axis, fieldBytes, SUMS } from "./memory";
import { toNext, toPrevious } from "./rows";

/** What flows out along an axis across the rows, added to the rates or, for the first axis, put there. */
function ratesAcross(rates: usize, V: usize, bytes: usize, across: Axis, index: u32, isFirst: bool): void {
  const factor = 1 / across.square;
  const factors = f64x2.splat(factor);
  const ahead = V + toNext(across, index);
  const behind = V + toPrevious(across, index);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const here = v128.load(V + i);
    const right = positivePart(f64x2.sub(here, v128.load(ahead + i)));
    const left = positivePart(f64x2.sub(here, v128.load(behind + i)));
    const rate = f64x2.mul(factors, f64x2.add(right, left));
    v128.store(rates + i, isFirst ? rate : f64x2.add(v128.load(rates + i), rate));
  }
  for (; i < bytes; i += 8) {
    const here = load<f64>(V + i);
    const rate = factor * (positive(here - load<f64>(ahead + i)) + positive(here - load<f64>(behind + i)));
    store<f64>(rates + i, isFirst ? rate : load<f64>(rates + i) + rate);
  }
}

function positive(x: f64): f64 {
  return x > 0 ? x : 0;
}

/** What flows out along a row. @returns the largest of the rates and of `largest`. */
function ratesAlong(rates: usize, V: usize, bytes: usize, along: Axis, isFirst: bool, largest: f64): f64 {
  const factor = 1 / along.square;
  const factors = f64x2.splat(factor);
  const end = bytes - 8;
  let most = f64x2.splat(largest);
  let i: usize = 0;
  for (; i < bytes; i += 8) {
    if (i === 8) {
      for (; i + 16 <= end; i += 16) {
        const here = v128.load(V + i);
        const right = positivePart(f64x2.sub(here, v128.load(V + i, 8)));
        const left = positivePart(f64x2.sub(here, v128.load(V + i - 8)));
        let rate = f64x2.mul(factors, f64x2.add(right, left));
        if (!isFirst) rate = f64x2.add(v128.load(rates + i), rate);
        v128.store(rates + i, rate);
        most = f64x2.pmax(most, rate);
      }
    }
    const here = load<f64>(V + i);
    const ahead = i < end ? load<f64>(V + i, 8) : along.periodic !== 0 ? load<f64>(V) : here;
    const behind = i > 0 ? load<f64>(V + i - 8) : along.periodic !== 0 ? load<f64>(V + end) : here;
    let rate = factor * (positive(here - ahead) + positive(here - behind));
    if (!isFirst) rate += load<f64>(rates + i);
    store<f64>(rates + i, rate);
    if (rate > largest) largest = rate;
  }
  const first = f64x2.extract_lane(most, 0);
  const second = f64x2.extract_lane(most, 1);
  if (first > largest) largest = first;
  return second > largest ? second : largest;
}

/** outflowRates of flux.ts. */
export function outflowRates(rates: usize, V: usize): f64 {
  const third = axis(0);
  const second = axis(1);
  const along = axis(2);
  const bytes: usize = along.cells << 3;
  let largest: f64 = 0;
  let from: usize = 0;
  for (let i: u32 = 0; i < third.cells; i++) {
    for (let j: u32 = 0; j < second.cells; j++, from += bytes) {
      if (third.cells > 1) ratesAcross(rates + from, V + from, bytes, third, i, true);
      if (second.cells > 1) ratesAcross(rates + from, V + from, bytes, second, j, third.cells === 1);
      largest = ratesAlong(rates + from, V + from, bytes, along, second.cells === 1, largest);
    }
  }
  return largest;
}

/** shares = min(1, bound / (tau rates)). */
export function outflowShares(shares: usize, rates: usize, tau: f64, bound: f64): void {
  const bytes = fieldBytes();
  const one = f64x2.splat(1);
  const bounds = f64x2.splat(bound);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const x = f64x2.mul(f64x2.splat(tau), v128.load(rates + i));
    v128.store(shares + i, v128.bitselect(f64x2.div(bounds, x), one, f64x2.gt(x, bounds)));
  }
  for (; i < bytes; i += 8) {
    const x = tau * load<f64>(rates + i);
    store<f64>(shares + i, x > bound ? bound / x : 1);
  }
}

/** SUMS: the sum of mu over the cells with shares < 1, and over all. */
export function heldMass(shares: usize, mu: usize): void {
  const bytes = fieldBytes();
  const one = f64x2.splat(1);
  let sums = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const m = v128.load(mu + i);
    sums = added(sums, v128.and(m, f64x2.lt(v128.load(shares + i), one)), m);
  }
  for (; i < bytes; i += 8) {
    const m = load<f64>(mu + i);
    sums = f64x2.add(sums, f64x2.replace_lane(f64x2.splat(load<f64>(shares + i) < 1 ? m : 0), 1, m));
  }
  v128.store(SUMS, sums);
}

/** moving = mobile stage where stage > least, otherwise 0. */
export function takeMobile(moving: usize, stage: usize, mobile: usize, least: f64): void {
  const bytes = fieldBytes();
  const leasts = f64x2.splat(least);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const m = v128.load(stage + i);
    v128.store(moving + i, v128.and(f64x2.mul(v128.load(mobile + i), m), f64x2.gt(m, leasts)));
  }
  for (; i < bytes; i += 8) {
    const m = load<f64>(stage + i);
    store<f64>(moving + i, m > least ? load<f64>(mobile + i) * m : 0);
  }
}

/** out += weight (stage - moving). */
export function giveBack(out: usize, stage: usize, moving: usize, weight: f64): void {
  const bytes = fieldBytes();
  const weights = f64x2.splat(weight);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const held = f64x2.mul(weights, f64x2.sub(v128.load(stage + i), v128.load(moving + i)));
    v128.store(out + i, f64x2.add(v128.load(out + i), held));
  }
  for (; i < bytes; i += 8) {
    store<f64>(out + i, load<f64>(out + i) + weight * (load<f64>(stage + i) - load<f64>(moving + i)));
  }
}
