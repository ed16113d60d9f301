import { previous, wherePositive } from "./lanes";
import { Axis, axis } from "./memory";
import { toNext, toPrevious } from "./rows";

function slopeOf(behind: f64, ahead: f64): f64 {
  if (!(behind * ahead > 0)) return 0;
  const central = abs(0.5 * (behind + ahead));
  const least = 2 * min(abs(behind), abs(ahead));
  return copysign(central < least ? central : least, behind);
}

/** The monotonized central slopes: sign min(|behind + ahead| / 2, 2 |behind|, 2 |ahead|) where behind * ahead > 0, otherwise 0. */
function slopesOf(behind: v128, ahead: v128): v128 {
  const central = f64x2.abs(f64x2.mul(f64x2.splat(0.5), f64x2.add(behind, ahead)));
  const least = f64x2.pmin(f64x2.abs(behind), f64x2.abs(ahead));
  const size = f64x2.pmin(central, f64x2.add(least, least));
  const signed = v128.or(size, v128.and(behind, f64x2.splat(-0.0)));
  return v128.and(signed, f64x2.gt(f64x2.mul(behind, ahead), f64x2.splat(0)));
}

function flux(drop: f64, here: f64, slopeHere: f64, there: f64, slopeThere: f64): f64 {
  return drop > 0 ? drop * (here + 0.5 * slopeHere) : drop * (there - 0.5 * slopeThere);
}

function fluxes(drop: v128, here: v128, slopeHere: v128, there: v128, slopeThere: v128): v128 {
  const half = f64x2.splat(0.5);
  const fromHere = f64x2.add(here, f64x2.mul(half, slopeHere));
  const fromThere = f64x2.sub(there, f64x2.mul(half, slopeThere));
  return f64x2.mul(drop, wherePositive(drop, fromHere, fromThere));
}

/** As sweepRow of muscl.ts. */
function sweepRow(out: usize, mu: usize, V: usize, base: usize, weight: f64, end: usize, factor: f64, periodic: bool): void {
  const rest = 1 - weight;
  const rests = f64x2.splat(rest);
  const weights = f64x2.splat(weight);
  const factors = f64x2.splat(factor);
  const first = load<f64>(mu);
  const last = load<f64>(mu + end);
  let slope = periodic ? slopeOf(first - last, load<f64>(mu, 8) - first) : 0;
  let closing = 0.0;
  if (periodic) {
    const slopeAtEnd = slopeOf(last - load<f64>(mu + end - 8), first - last);
    closing = flux(factor * (load<f64>(V + end) - load<f64>(V)), last, slopeAtEnd, first, slope);
  }
  let slopes = f64x2.splat(slope);
  let before = f64x2.splat(closing);
  let i: usize = 0;
  for (; i + 24 <= end; i += 16) {
    const here = v128.load(mu + i);
    const there = v128.load(mu + i, 8);
    const slopesThere = slopesOf(f64x2.sub(there, here), f64x2.sub(v128.load(mu + i, 16), there));
    const drop = f64x2.mul(factors, f64x2.sub(v128.load(V + i), v128.load(V + i, 8)));
    const right = fluxes(drop, here, previous(slopes, slopesThere), there, slopesThere);
    const next = f64x2.add(f64x2.sub(here, right), previous(before, right));
    v128.store(out + i, f64x2.add(f64x2.mul(rests, v128.load(base + i)), f64x2.mul(weights, next)));
    before = right;
    slopes = slopesThere;
  }
  let left = f64x2.extract_lane(before, 1);
  slope = f64x2.extract_lane(slopes, 1);
  for (; i < end; i += 8) {
    const here = load<f64>(mu + i);
    const there = load<f64>(mu + i, 8);
    const beyond = i + 8 < end ? load<f64>(mu + i, 16) - there : periodic ? first - there : 0;
    const slopeThere = slopeOf(there - here, beyond);
    const right = flux(factor * (load<f64>(V + i) - load<f64>(V + i, 8)), here, slope, there, slopeThere);
    store<f64>(out + i, rest * load<f64>(base + i) + weight * (here - right + left));
    left = right;
    slope = slopeThere;
  }
  store<f64>(out + end, rest * load<f64>(base + end) + weight * (last - closing + left));
}

/** As sweepAcross of muscl.ts. */
function sweepAcross(
  out: usize,
  mu: usize,
  V: usize,
  bytes: usize,
  carried: usize,
  slopes: usize,
  ahead: isize,
  beyond: isize,
  factor: f64,
): void {
  const factors = f64x2.splat(factor);
  const muAhead = mu + ahead;
  const muBeyond = mu + beyond;
  const VAhead = V + ahead;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const here = v128.load(mu + i);
    const there = v128.load(muAhead + i);
    const slopesThere = slopesOf(f64x2.sub(there, here), f64x2.sub(v128.load(muBeyond + i), there));
    const drop = f64x2.mul(factors, f64x2.sub(v128.load(V + i), v128.load(VAhead + i)));
    const onward = fluxes(drop, here, v128.load(slopes + i), there, slopesThere);
    v128.store(out + i, f64x2.add(v128.load(out + i), f64x2.sub(v128.load(carried + i), onward)));
    v128.store(carried + i, onward);
    v128.store(slopes + i, slopesThere);
  }
  for (; i < bytes; i += 8) {
    const here = load<f64>(mu + i);
    const there = load<f64>(muAhead + i);
    const slopeThere = slopeOf(there - here, load<f64>(muBeyond + i) - there);
    const drop = factor * (load<f64>(V + i) - load<f64>(VAhead + i));
    const onward = flux(drop, here, load<f64>(slopes + i), there, slopeThere);
    store<f64>(out + i, load<f64>(out + i) + (load<f64>(carried + i) - onward));
    store<f64>(carried + i, onward);
    store<f64>(slopes + i, slopeThere);
  }
}

/** Slopes and incoming fluxes of the first row of an axis across the rows. */
function startAcross(across: Axis, mu: usize, V: usize, bytes: usize, carried: usize, slopes: usize, factor: f64): void {
  const periodic = across.periodic !== 0;
  const ahead = toNext(across, 0);
  const behind = toPrevious(across, 0);
  const before = behind + toPrevious(across, across.cells - 1);
  for (let i: usize = 0; i < bytes; i += 8) {
    const here = load<f64>(mu + i);
    const last = load<f64>(mu + behind + i);
    const slope = slopeOf(here - last, load<f64>(mu + ahead + i) - here);
    store<f64>(slopes + i, slope);
    let incoming = 0.0;
    if (periodic) {
      const slopeAtEnd = slopeOf(last - load<f64>(mu + before + i), here - last);
      incoming = flux(factor * (load<f64>(V + behind + i) - load<f64>(V + i)), last, slopeAtEnd, here, slope);
    }
    store<f64>(carried + i, incoming);
  }
}

/** One row of the sweep along an axis across the rows; `slot` is the place of the row in what is carried. */
function sweepAxis(across: Axis, index: u32, slot: usize, out: usize, mu: usize, V: usize, bytes: usize, factor: f64): void {
  const carried = across.carried + slot;
  const slopes = carried + across.stride;
  if (index === 0) startAcross(across, mu, V, bytes, carried, slopes, factor);
  const ahead = toNext(across, index);
  if (ahead === 0) {
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(out + i, load<f64>(out + i) + load<f64>(carried + i));
    return;
  }
  const beyond = ahead + toNext(across, ahead > 0 ? index + 1 : 0);
  sweepAcross(out, mu, V, bytes, carried, slopes, ahead, beyond, factor);
}

/** Flux.euler of muscl.ts. */
export function muscl(out: usize, mu: usize, V: usize, dt: f64, base: usize, weight: f64): void {
  const third = axis(0);
  const second = axis(1);
  const along = axis(2);
  const bytes: usize = along.cells << 3;
  const factor = dt / along.square;
  const secondFactor = (weight * dt) / second.square;
  const thirdFactor = (weight * dt) / third.square;
  let from: usize = 0;
  for (let i: u32 = 0; i < third.cells; i++) {
    for (let j: u32 = 0; j < second.cells; j++, from += bytes) {
      const m = mu + from;
      const v = V + from;
      sweepRow(out + from, m, v, base + from, weight, bytes - 8, factor, along.periodic !== 0);
      if (third.cells > 1) sweepAxis(third, i, <usize>j * bytes, out + from, m, v, bytes, thirdFactor);
      if (second.cells > 1) sweepAxis(second, j, 0, out + from, m, v, bytes, secondFactor);
    }
  }
}
