import { type Fields, plainFields } from "../grid/fields.ts";
import type { Carried } from "../numerics/carried.ts";

/**
 * The V of a step, by extrapolation from the last three: the mean over [t_n, t_n + h] of the parabola through V_n, V_{n-1} and V_{n-2},
 *
 *   V_n + h/2 D1 + (h^2/3 + h a/2) D2 + O(h^3),   D1 = (V_n - V_{n-1}) / a,   D2 = (D1 - (V_{n-1} - V_{n-2}) / b) / (a + b),
 *
 * a and b the last two steps (Adams & Bashforth, of order 3 for equal steps). That is the V of the extrapolated
 * density, since V is affine in mu. 2 ns a cell, with fields in WebAssembly 1.
 */
export interface Midpoint {
  /** V of a step of length h from V_n; null at the first step. */
  extrapolate(V: Float64Array, h: number): Float64Array | null;
  /**
   * V of the first step, that in its middle: by half a step with V_0, and again with the mean of V_0 and what that gives, O(h^3). The second step has
   * its parabola from V_0 and it.
   *
   * @param reach moves mu by half a step with the V that it is given, and evaluates its V into the one that it returns; mu is put back, also where it throws.
   */
  start(mu: Float64Array, V: Float64Array, reach: (V: Float64Array, middle: Float64Array) => void): Float64Array;
  /** Keeps V_n at the end of its step, of length h. */
  finish(V: Float64Array, h: number): void;
  /**
   * How far V was from its mean over the step that was just taken, now that V_{n+1} is known: with the mean C of the parabola through V_{n+1}, V_n and V_{n-1},
   *
   *   (int (V - C)^2 dmu / int (V_{n+1} - V_n)^2 dmu)^(1/2),
   *
   * 0.4 (lambda h)^2 where V changes like e^{-lambda t}, and of order 1 where V oscillates from step to step because K is too stiff for h. 0 at the first
   * step, and where V does not change by more than its rounding. 3 ns a cell.
   */
  deviation(V: Float64Array, mu: Float64Array): number;
  forget(): void;
  carried: Carried;
}

/** Changes of V below this share of it are noise of sums. */
const ROUNDING = 1e-10;

/** @param fields whence V and mu come; with none they are any arrays. */
export function createMidpoint(size: number, { create, simd }: Fields = plainFields(size)): Midpoint {
  const ofStep = create();
  /** The last two V, and the steps that ended with them. */
  const carried = { last: create(), beforeLast: create(), a: 0, b: 0, extrapolated: false };

  function keep(V: Float64Array, h: number): void {
    [carried.last, carried.beforeLast] = [carried.beforeLast, carried.last];
    carried.last.set(V);
    carried.b = carried.a;
    carried.a = h;
  }

  return {
    extrapolate(V, h) {
      const { last, beforeLast, a, b } = carried;
      if (a === 0) return null;
      carried.extrapolated = true;
      const curved = (h * h) / 3 + (h * a) / 2;
      const ofFirst = h / 2 / a + curved / (a * (a + b));
      const ofSecond = curved / (b * (a + b));
      if (simd !== null) {
        const { loops, place } = simd;
        loops.extrapolate(place(ofStep), place(V), place(last), place(beforeLast), ofFirst, ofSecond);
      } else for (let i = 0; i < size; i++) ofStep[i] = V[i] + ofFirst * (V[i] - last[i]) - ofSecond * (last[i] - beforeLast[i]);
      return ofStep;
    },
    start(mu, V, reach) {
      // Both are free as long as nothing is kept.
      const { last: saved, beforeLast: between } = carried;
      saved.set(mu);
      const reachMiddle = (using: Float64Array) => {
        try {
          reach(using, ofStep);
        } finally {
          mu.set(saved);
        }
      };
      reachMiddle(V);
      for (let i = 0; i < size; i++) between[i] = (V[i] + ofStep[i]) / 2;
      reachMiddle(between);
      carried.extrapolated = false;
      return ofStep;
    },
    finish(V, h) {
      if (carried.extrapolated) {
        keep(V, h);
      } else {
        keep(V, h / 2);
        keep(ofStep, h / 2);
      }
    },
    deviation(V, mu) {
      const { last, beforeLast, a, b } = carried;
      if (!carried.extrapolated) return 0;
      if (simd !== null) {
        const { loops, place, sums } = simd;
        loops.deviation(place(ofStep), place(V), place(last), place(beforeLast), place(mu), a, b);
        return deviationOf(sums[0], sums[1], sums[2]);
      }
      let off = 0;
      let change = 0;
      let total = 0;
      for (let i = 0; i < size; i++) {
        const before = (last[i] - beforeLast[i]) / b;
        const ahead = V[i] - last[i];
        const mean = last[i] + ahead / 2 - ((a * a) / 6) * ((ahead / a - before) / (a + b));
        const m = mu[i];
        off += m * (ofStep[i] - mean) * (ofStep[i] - mean);
        change += m * ahead * ahead;
        total += m * V[i] * V[i];
      }
      return deviationOf(off, change, total);
    },
    forget() {
      Object.assign(carried, { a: 0, b: 0 });
    },
    carried,
  };
}

function deviationOf(off: number, change: number, total: number): number {
  return change > ROUNDING * ROUNDING * total ? Math.sqrt(off / change) : 0;
}
