import { IntegrationError } from "../numerics/dormand-prince.ts";
import { pow } from "../numerics/pow.ts";
import type { EmbeddedPair } from "./embedded-pair.ts";

/** dy <- f(t, y): must fill all of dy, and leave y alone. */
export type Nonlinear = (dy: Float64Array, t: number, y: Float64Array) => void;

/** The linear part L from one time to another, E = e^{int L}; null where L = 0. */
export type Damping = (from: number, to: number) => Damped | null;

export interface Damped {
  /** y <- E y. */
  damp(y: Float64Array): void;
  /** y <- y + int E(s, to) ds f, of a constant f; null where L changes in time. */
  force: ((y: Float64Array, f: Float64Array) => void) | null;
}

export interface FactorOptions {
  /** Error allowed to a step, relative to y, both in the norm sum y_i^2 over the first `measured` components. */
  tolerance: number;
  measured: number;
  firstStep: number;
  /** Longest step; default Infinity. The last one may be 1% longer, so that it meets the end. */
  maxStep?: number;
  /** Steps, accepted and rejected, after which it gives up; also after HOPELESS in a row so short that this many would not reach the end. */
  maxSteps: number;
  /** Called after every accepted step. */
  onStep(time: number, y: Float64Array): void;
}

const HOPELESS = 500;

/**
 * y(t1) for y' = L(t) y + f(t, y), L diagonal and <= 0, by an embedded pair with the integrating factor E(s, t) = e^{int_s^t L}, exact in L:
 *
 *   Y_j = E(t, t_j) y + int_t^t_j E(s, t_j) ds f_0 + h sum_i a_ji E(t_i, t_j) (k_i - f_0),   k_i = f(t_i, Y_i),   t_j = t + c_j h
 *
 * with f_0 = k_0 where L is constant, and f_0 = 0 otherwise. So a stationary y stays, however long the steps: with f_0 = 0 their error is (h L)^p f there, which held them to 1 / L of the modes that matter.
 * All is damped on from node to node, so no factor exceeds 1. The order is that of the pair while h L of the modes that matter is small; stiff modes are damped, and never unstable by L.
 * Lawson (1967); Krogstad (2005) for f_0. Steps are accepted where the embedded error is at most the tolerance, then h <- h min(4, max(1/5, 0.9 error^(-1/p))).
 *
 * @returns the length for a next step, and the counts of those accepted and rejected.
 * @throws IntegrationError where steps fall below rounding or are too many.
 */
export function integrateWithFactor(
  pair: EmbeddedPair,
  rhs: Nonlinear,
  damping: Damping,
  t0: number,
  y: Float64Array,
  t1: number,
  { tolerance, measured, firstStep, maxStep = Infinity, maxSteps, onStep }: FactorOptions,
): { step: number; steps: number; rejected: number } {
  const n = y.length;
  const s = pair.nodes.length;
  const slopes = pair.nodes.map(() => new Float64Array(n));
  const first = new Float64Array(n);
  const moved = new Float64Array(n);
  const argument = new Float64Array(n);
  const next = new Float64Array(n);
  let [steps, rejected, tooShort] = [0, 0, 0];
  let h = Math.min(firstStep, maxStep, t1 - t0);
  let t = t0;
  rhs(first, t, y);
  while (t < t1) {
    if (steps + rejected >= maxSteps) {
      throw new IntegrationError(`${maxSteps} steps ended at t = ${Number(t.toPrecision(6))}`, t, steps);
    }
    if (tooShort >= HOPELESS)
      throw new IntegrationError(
        `steps of ${Number(h.toPrecision(2))} at t = ${Number(t.toPrecision(6))} would not reach the end`,
        t,
        steps,
      );
    if (!(h > 1e-14 * Math.max(t1, t1 - t0)))
      throw new IntegrationError(`the step fell below rounding at t = ${Number(t.toPrecision(6))}`, t, steps);
    const last = t + 1.01 * h >= t1;
    const planned = h;
    const to = last ? t1 : t + h;
    tooShort = maxSteps * planned < t1 - t ? tooShort + 1 : 0;
    h = to - t;
    moved.set(y);
    const held = damping(t, to)?.force != null;
    if (held) slopes[0].fill(0);
    else slopes[0].set(first);
    for (let j = 1; j < s; j++) {
      const [before, now] = [pair.nodes[j - 1], pair.nodes[j]].map((c) => (c === 1 ? to : t + c * h));
      const linear = now > before ? damping(before, now) : null;
      if (linear !== null) {
        linear.damp(moved);
        linear.force?.(moved, first);
        for (let i = held ? 1 : 0; i < j; i++) linear.damp(slopes[i]);
      }
      combine(argument, moved, h, pair.stages[j], slopes);
      rhs(slopes[j], now, argument);
      if (held) subtract(slopes[j], first);
    }
    combine(next, moved, h, pair.weights, slopes);
    const error = h * sizeOf(pair.errors, slopes, measured);
    const size = norm(next, measured);
    const ratio = error / (tolerance * size);
    const factor = 0.9 * (ratio > 0 ? pow(ratio, -1 / pair.estimate) : 4);
    if (ratio <= 1) {
      y.set(next);
      t = to;
      steps++;
      onStep(t, y);
      if (t < t1) rhs(first, t, y);
      // The last step may have been cut short by the end.
      h = Math.min(maxStep, Math.max(last ? planned : 0, h * Math.min(4, Math.max(0.2, factor))));
    } else {
      rejected++;
      h *= Number.isFinite(ratio) ? Math.max(0.2, Math.min(0.9, factor)) : 0.2;
    }
  }
  return { step: h, steps, rejected };
}

function combine(
  out: Float64Array,
  base: Float64Array,
  h: number,
  weights: readonly number[],
  slopes: readonly Float64Array[],
): void {
  out.set(base);
  for (let i = 0; i < weights.length; i++) {
    const w = h * weights[i];
    if (w === 0) continue;
    const k = slopes[i];
    for (let m = 0; m < out.length; m++) out[m] += w * k[m];
  }
}

function subtract(out: Float64Array, f: Float64Array): void {
  for (let m = 0; m < out.length; m++) out[m] -= f[m];
}

function norm(y: Float64Array, count: number): number {
  let total = 0;
  for (let m = 0; m < count; m++) total += y[m] * y[m];
  return Math.sqrt(total);
}

/** The norm of sum_j weights[j] k_j. */
function sizeOf(weights: readonly number[], slopes: readonly Float64Array[], count: number): number {
  let total = 0;
  for (let m = 0; m < count; m++) {
    let part = 0;
    for (let j = 0; j < weights.length; j++) part += weights[j] * slopes[j][m];
    total += part * part;
  }
  return Math.sqrt(total);
}
