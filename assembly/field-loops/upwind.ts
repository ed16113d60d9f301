import { previous, wherePositive } from "./lanes";
import { Axis, axis } from "./memory";
import { toNext, toPrevious } from "./rows";

function flux(drop: f64, here: f64, there: f64): f64 {
  return drop > 0 ? drop * here : drop * there;
}

function fluxes(drop: v128, here: v128, there: v128): v128 {
  return f64x2.mul(drop, wherePositive(drop, here, there));
}

/** As sweepLine of upwind.ts. */
function sweepLine(out: usize, mu: usize, V: usize, base: usize, weight: f64, end: usize, factor: f64, closing: f64): void {
  const rest = 1 - weight;
  const rests = f64x2.splat(rest);
  const weights = f64x2.splat(weight);
  const factors = f64x2.splat(factor);
  let before = f64x2.splat(closing);
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const here = v128.load(mu + i);
    const drop = f64x2.mul(factors, f64x2.sub(v128.load(V + i), v128.load(V + i, 8)));
    const right = fluxes(drop, here, v128.load(mu + i, 8));
    const next = f64x2.add(f64x2.sub(here, right), previous(before, right));
    v128.store(out + i, f64x2.add(f64x2.mul(rests, v128.load(base + i)), f64x2.mul(weights, next)));
    before = right;
  }
  let left = f64x2.extract_lane(before, 1);
  for (; i <= end; i += 8) {
    const here = load<f64>(mu + i);
    const right = i < end ? flux(factor * (load<f64>(V + i) - load<f64>(V + i, 8)), here, load<f64>(mu + i, 8)) : closing;
    store<f64>(out + i, rest * load<f64>(base + i) + weight * (here - right + left));
    left = right;
  }
}

/** As sweepRow of upwind.ts. */
function sweepRow(
  out: usize,
  mu: usize,
  V: usize,
  base: usize,
  weight: f64,
  end: usize,
  factor: f64,
  closing: f64,
  carried: usize,
  ahead: isize,
  aheadFactor: f64,
): void {
  const rest = 1 - weight;
  const rests = f64x2.splat(rest);
  const weights = f64x2.splat(weight);
  const factors = f64x2.splat(factor);
  const aheadFactors = f64x2.splat(aheadFactor);
  const muAhead = mu + ahead;
  const VAhead = V + ahead;
  let before = f64x2.splat(closing);
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const here = v128.load(mu + i);
    const potential = v128.load(V + i);
    const right = fluxes(f64x2.mul(factors, f64x2.sub(potential, v128.load(V + i, 8))), here, v128.load(mu + i, 8));
    const onward = fluxes(f64x2.mul(aheadFactors, f64x2.sub(potential, v128.load(VAhead + i))), here, v128.load(muAhead + i));
    const along = f64x2.add(f64x2.sub(here, right), previous(before, right));
    const next = f64x2.add(f64x2.sub(along, onward), v128.load(carried + i));
    v128.store(out + i, f64x2.add(f64x2.mul(rests, v128.load(base + i)), f64x2.mul(weights, next)));
    v128.store(carried + i, onward);
    before = right;
  }
  let left = f64x2.extract_lane(before, 1);
  for (; i <= end; i += 8) {
    const here = load<f64>(mu + i);
    const potential = load<f64>(V + i);
    const right = i < end ? flux(factor * (potential - load<f64>(V + i, 8)), here, load<f64>(mu + i, 8)) : closing;
    const onward = flux(aheadFactor * (potential - load<f64>(VAhead + i)), here, load<f64>(muAhead + i));
    store<f64>(out + i, rest * load<f64>(base + i) + weight * (here - right + left - onward + load<f64>(carried + i)));
    store<f64>(carried + i, onward);
    left = right;
  }
}

/** As sweepAcross of upwind.ts. */
function sweepAcross(out: usize, mu: usize, V: usize, bytes: usize, carried: usize, ahead: isize, factor: f64): void {
  const factors = f64x2.splat(factor);
  const muAhead = mu + ahead;
  const VAhead = V + ahead;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const drop = f64x2.mul(factors, f64x2.sub(v128.load(V + i), v128.load(VAhead + i)));
    const onward = fluxes(drop, v128.load(mu + i), v128.load(muAhead + i));
    v128.store(out + i, f64x2.add(v128.load(out + i), f64x2.sub(v128.load(carried + i), onward)));
    v128.store(carried + i, onward);
  }
  for (; i < bytes; i += 8) {
    const onward = flux(factor * (load<f64>(V + i) - load<f64>(VAhead + i)), load<f64>(mu + i), load<f64>(muAhead + i));
    store<f64>(out + i, load<f64>(out + i) + (load<f64>(carried + i) - onward));
    store<f64>(carried + i, onward);
  }
}

/** Starts the fluxes of an axis across the rows at its first row. */
function enterRow(across: Axis, index: u32, carried: usize, mu: usize, V: usize, bytes: usize, factor: f64): void {
  if (index > 0) return;
  if (across.periodic === 0) {
    memory.fill(carried, 0, bytes);
    return;
  }
  const behind = toPrevious(across, 0);
  for (let i: usize = 0; i < bytes; i += 8) {
    const drop = factor * (load<f64>(V + behind + i) - load<f64>(V + i));
    store<f64>(carried + i, flux(drop, load<f64>(mu + behind + i), load<f64>(mu + i)));
  }
}

/** Flux.euler of upwind.ts. */
export function upwind(out: usize, mu: usize, V: usize, dt: f64, base: usize, weight: f64): void {
  const third = axis(0);
  const second = axis(1);
  const along = axis(2);
  const bytes: usize = along.cells << 3;
  const end = bytes - 8;
  const factor = dt / along.square;
  const secondFactor = dt / second.square;
  const thirdFactor = (weight * dt) / third.square;
  let from: usize = 0;
  for (let i: u32 = 0; i < third.cells; i++) {
    for (let j: u32 = 0; j < second.cells; j++, from += bytes) {
      const m = mu + from;
      const v = V + from;
      const drop = factor * (load<f64>(v + end) - load<f64>(v));
      const closing = along.periodic !== 0 ? flux(drop, load<f64>(m + end), load<f64>(m)) : 0;
      if (second.cells === 1) {
        sweepLine(out, m, v, base, weight, end, factor, closing);
        return;
      }
      enterRow(second, j, second.carried, m, v, bytes, secondFactor);
      sweepRow(out + from, m, v, base + from, weight, end, factor, closing, second.carried, toNext(second, j), secondFactor);
      if (third.cells > 1) {
        const carried = third.carried + <usize>j * bytes;
        enterRow(third, i, carried, m, v, bytes, thirdFactor);
        sweepAcross(out + from, m, v, bytes, carried, toNext(third, i), thirdFactor);
      }
    }
  }
}
