/**
 * The V of a step, by extrapolation from the last three: the mean over [t_n, t_n + h] of the parabola through V_n, V_{n-1} and V_{n-2},
 *
 *   V_n + h/2 D1 + (h^2/3 + h a/2) D2 + O(h^3),   D1 = (V_n - V_{n-1}) / a,   D2 = (D1 - (V_{n-1} - V_{n-2}) / b) / (a + b),
 *
 * a and b the last two steps (Adams & Bashforth, of order 3 for equal steps); without the last term, O(h^2), at the second step. That is the V of the extrapolated
 * density, since V is affine in mu. 2 ns a cell.
 */
export interface Midpoint {
  /** V of the step, shape [size]. */
  V: Float64Array;
  /** V of a step of length h from V_n; null at the first step. */
  extrapolate(V: Float64Array, h: number): Float64Array | null;
  /** V as `evaluate` leaves it after it has moved mu to the middle of the step; mu is put back, also where that throws. */
  predict(mu: Float64Array, evaluate: () => void): Float64Array;
  /** Keeps V_n at the end of its step. */
  remember(V: Float64Array, h: number): void;
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
}

/** Changes of V below this share of it are noise of sums. */
const ROUNDING = 1e-10;

export function createMidpoint(size: number): Midpoint {
  const ofStep = new Float64Array(size);
  let last = new Float64Array(size);
  let beforeLast = new Float64Array(size);
  let a = 0;
  let b = 0;
  return {
    V: ofStep,
    extrapolate(V, h) {
      if (a === 0) return null;
      const curved = b === 0 ? 0 : (h * h) / 3 + (h * a) / 2;
      const ofFirst = h / 2 / a + curved / (a * (a + b));
      const ofSecond = b === 0 ? 0 : curved / (b * (a + b));
      for (let i = 0; i < size; i++) ofStep[i] = V[i] + ofFirst * (V[i] - last[i]) - ofSecond * (last[i] - beforeLast[i]);
      return ofStep;
    },
    predict(mu, evaluate) {
      // `last` is free as long as nothing is remembered.
      last.set(mu);
      try {
        evaluate();
      } finally {
        mu.set(last);
      }
      return ofStep;
    },
    remember(V, h) {
      [last, beforeLast] = [beforeLast, last];
      last.set(V);
      b = a;
      a = h;
    },
    deviation(V, mu) {
      if (b === 0) return 0;
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
      return change > ROUNDING * ROUNDING * total ? Math.sqrt(off / change) : 0;
    },
    forget() {
      a = 0;
      b = 0;
    },
  };
}
