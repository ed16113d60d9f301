import { DENSE, FIFTH_ORDER_ERROR, STAGES, THIRD_ORDER } from "./dormand-prince-coefficients.ts";

/** dy[i] = f_i(t, y): must fill all of dy, and leave y alone. Both arrays are reused from call to call. */
export type RightHandSide = (dy: Float64Array, t: number, y: Float64Array) => void;

// The workspace of a step is one array of slots. The stages 2 and 3 live where 11 and 12 will, 13 where 4 was, the new state where 5
// was; the interpolant overwrites the stages 6 to 12, so that its eight coefficients are the slots 0 to 7.
export const Y = 0;
export const K6 = 1;
export const K1 = 8;
export const K13 = 9;
export const NEXT = 10;
export const ARGUMENT = 11;
export const K14 = 12;
export const SLOTS = 15;
/** Slot of stage j. */
const SLOT_OF = [-1, K1, 6, 7, K13, NEXT, K6, 2, 3, 4, 5, 6, 7, K13, K14, 13, 14];

/** sum_i weights[i] k_i: where the k_i start in the workspace, and their weights, filled up with zeros to 3, 6 or 9 terms. */
interface Combination {
  offsets: Int32Array;
  weights: Float64Array;
}

export interface Workspace {
  /** Components of the state. */
  n: number;
  /** Slot s is values[s stride .. s stride + n). */
  stride: number;
  values: Float64Array;
  views: readonly Float64Array[];
  /** Of stage j at j - 1. */
  combinations: readonly Combination[];
}

export function createWorkspace(y: Float64Array, slots: number): Workspace {
  const n = y.length;
  // Slots a whole number of pages apart would compete for the same lines of the cache: 320 bytes more keep them apart.
  const stride = n < 512 ? n : Math.ceil(n / 512) * 512 + 40;
  const values = new Float64Array(slots * stride);
  values.set(y);
  const views = Array.from({ length: slots }, (_, s) => values.subarray(s * stride, s * stride + n));
  const combinations = STAGES.map(({ from, weights }) => {
    const terms = 3 * Math.ceil(from.length / 3);
    return {
      offsets: Int32Array.from({ length: terms }, (_, i) => SLOT_OF[from[i] ?? 1] * stride),
      weights: Float64Array.from({ length: terms }, (_, i) => weights[i] ?? 0),
    };
  });
  return { n, stride, values, views, combinations };
}

/** Stage j of the step [from, to]. */
export function computeStage(rhs: RightHandSide, space: Workspace, j: number, from: number, to: number): void {
  combine(space.values, space.n, ARGUMENT * space.stride, to - from, space.combinations[j - 1]);
  const { node } = STAGES[j - 1];
  rhs(space.views[SLOT_OF[j]], node === 1 ? to : from + node * (to - from), space.views[ARGUMENT]);
}

/** The argument of the next stage: w[out + i] = y_i + h sum_j weights[j] w[offsets[j] + i]. */
function combine(w: Float64Array, n: number, out: number, h: number, { offsets: o, weights }: Combination): void {
  const [a0, a1, a2] = [h * weights[0], h * weights[1], h * weights[2]];
  const [o0, o1, o2] = [o[0], o[1], o[2]];
  if (o.length === 3) {
    for (let i = 0; i < n; i++) w[out + i] = w[i] + (a0 * w[o0 + i] + a1 * w[o1 + i] + a2 * w[o2 + i]);
    return;
  }
  const [a3, a4, a5] = [h * weights[3], h * weights[4], h * weights[5]];
  const [o3, o4, o5] = [o[3], o[4], o[5]];
  if (o.length === 6) {
    for (let i = 0; i < n; i++) {
      const early = a0 * w[o0 + i] + a1 * w[o1 + i] + a2 * w[o2 + i];
      w[out + i] = w[i] + (early + (a3 * w[o3 + i] + a4 * w[o4 + i] + a5 * w[o5 + i]));
    }
    return;
  }
  const [a6, a7, a8] = [h * weights[6], h * weights[7], h * weights[8]];
  const [o6, o7, o8] = [o[6], o[7], o[8]];
  for (let i = 0; i < n; i++) {
    const early = a0 * w[o0 + i] + a1 * w[o1 + i] + a2 * w[o2 + i] + (a3 * w[o3 + i] + a4 * w[o4 + i] + a5 * w[o5 + i]);
    w[out + i] = w[i] + (early + (a6 * w[o6 + i] + a7 * w[o7 + i] + a8 * w[o8 + i]));
  }
}

/** Writes the new state, and returns the error of the step: S_5 / sqrt(n (S_5 + S_3 / 100)), Infinity where that is not a number. */
export function advance({ n, stride, values: w }: Workspace, h: number, atol: number, rtol: number): number {
  const [b1, b6, b7, b8, b9, b10, b11, b12] = STAGES[12].weights;
  const [e1, e6, e7, e8, e9, e10, e11, e12] = FIFTH_ORDER_ERROR;
  const [c1, c9, c12] = THIRD_ORDER;
  let fifth = 0;
  let third = 0;
  for (let i = 0; i < n; i++) {
    const k1 = w[i + K1 * stride];
    const k6 = w[i + stride];
    const k7 = w[i + 2 * stride];
    const k8 = w[i + 3 * stride];
    const k9 = w[i + 4 * stride];
    const k10 = w[i + 5 * stride];
    const k11 = w[i + 6 * stride];
    const k12 = w[i + 7 * stride];
    const slope = b1 * k1 + b6 * k6 + (b7 * k7 + b8 * k8) + (b9 * k9 + b10 * k10 + (b11 * k11 + b12 * k12));
    const next = w[i] + h * slope;
    const scale = 1 / (atol + rtol * Math.max(Math.abs(w[i]), Math.abs(next)));
    w[i + NEXT * stride] = next;
    const e5 = scale * (e1 * k1 + e6 * k6 + (e7 * k7 + e8 * k8) + (e9 * k9 + e10 * k10 + (e11 * k11 + e12 * k12)));
    const e3 = scale * (slope - (c1 * k1 + c9 * k9 + c12 * k12));
    fifth += e5 * e5;
    third += e3 * e3;
  }
  const both = fifth + 0.01 * third;
  if (both === 0) return 0;
  return both < Infinity ? (Math.abs(h) * fifth) / Math.sqrt(n * both) : Infinity;
}

/** Overwrites the stages 6 to 12 by the coefficients 1 to 7 of the interpolant. Coefficient 0 is y. */
export function computeInterpolant({ n, stride, values: w }: Workspace, h: number): void {
  const d = DENSE_WEIGHTS;
  for (let i = 0; i < n; i++) {
    const k1 = w[i + K1 * stride];
    const k6 = w[i + stride];
    const k7 = w[i + 2 * stride];
    const k8 = w[i + 3 * stride];
    const k9 = w[i + 4 * stride];
    const k10 = w[i + 5 * stride];
    const k11 = w[i + 6 * stride];
    const k12 = w[i + 7 * stride];
    const k13 = w[i + K13 * stride];
    const k14 = w[i + K14 * stride];
    const k15 = w[i + 13 * stride];
    const k16 = w[i + 14 * stride];
    const rise = w[i + NEXT * stride] - w[i];
    const start = h * k1 - rise;
    w[i + stride] = rise;
    w[i + 2 * stride] = start;
    w[i + 3 * stride] = rise - h * k13 - start;
    for (let r = 0; r < 48; r += 12) {
      const early = d[r] * k1 + d[r + 1] * k6 + d[r + 2] * k7 + d[r + 3] * k8 + d[r + 4] * k9 + d[r + 5] * k10;
      const late = d[r + 6] * k11 + d[r + 7] * k12 + d[r + 8] * k13 + d[r + 9] * k14 + d[r + 10] * k15 + d[r + 11] * k16;
      w[i + (4 + r / 12) * stride] = h * (early + late);
    }
  }
}

const DENSE_WEIGHTS = Float64Array.from(DENSE.flat());

/**
 * out = c_0 + s (c_1 + r (c_2 + s (c_3 + r (c_4 + s (c_5 + r (c_6 + s c_7)))))),   s from 0 to 1 over the step, r = 1 - s,
 *
 * where coefficient k of component i is c[k stride + i].
 */
export function interpolate(out: Float64Array, c: Float64Array, stride: number, s: number): void {
  const r = 1 - s;
  for (let i = 0; i < out.length; i++) {
    const inner = c[i + 4 * stride] + s * (c[i + 5 * stride] + r * (c[i + 6 * stride] + s * c[i + 7 * stride]));
    out[i] = c[i] + s * (c[i + stride] + r * (c[i + 2 * stride] + s * (c[i + 3 * stride] + r * inner)));
  }
}
