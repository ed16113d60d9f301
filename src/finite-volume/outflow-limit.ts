import { type Fields, plainFields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import type { Carried } from "../numerics/carried.ts";
import { outflowRates } from "./flux.ts";
import { boundWithMass } from "./mass-bound.ts";

/**
 * The bound on a step that keeps densities non-negative, where there is mass, and what takes its place elsewhere.
 *
 * With rates r_i (outflowRates) and the bound c of the flux, all cells but those with a negligible share of the mass (Neglected) have tau r_i <= c. In the others
 * the outflow through every face is scaled so that a cell gives away at most what it has: only the part s_i mu_i of a cell moves,
 *
 *   mu <- (mu - s mu) + T(tau)(s mu),   s_i = min(1, c / (tau r_i)),
 *
 * T a forward Euler step of the flux. Conservative, and non-negative for every tau, since T takes at most tau r_i / c of what it is given: far corners without
 * mass, where V is steep, do not set the step.
 */
export interface OutflowLimit {
  /** Takes in the V of the steps to come. */
  measure(V: Float64Array): void;
  /** The largest tau at which at most a share of the mass is held back; Infinity where nothing moves. */
  longest(mu: Float64Array, share: number): number;
  /** Sets `mobile` for steps of tau with the V that was measured. @returns the share of the mass in cells with s < 1, which move too slowly. */
  prepare(mu: Float64Array, tau: number): number;
  /** s, shape [grid.size]; null where it is 1 everywhere. */
  mobile(): Float64Array | null;
  carried: Carried;
}

/** At the bound itself a cell may give away all it has, and rounding would leave it with less than nothing. */
const ROUNDING = 1e-12;

/**
 * Cost: `measure` 1 ns a cell and axis, `longest` 2 to 6 ns a cell, `prepare` 1 to 2; with fields in WebAssembly half of it.
 *
 * @param courant c.
 * @param fields whence mu and V come; with none they are any arrays.
 */
export function createOutflowLimit(grid: Grid, courant: number, fields: Fields = plainFields(grid.size)): OutflowLimit {
  const { simd } = fields;
  const rates = fields.create();
  const carried = { rates, largest: 0 };
  // A step of exactly the longest is below it, however it was rounded.
  const bound = courant * (1 - ROUNDING / 2);
  let shares: Float64Array | null = null;
  let preparedFor = Number.NaN;
  return {
    measure(V) {
      carried.largest = outflowRates(rates, grid, V, simd);
      preparedFor = Number.NaN;
    },
    longest: (mu, share) => (courant * (1 - ROUNDING)) / boundWithMass(rates, 0, mu, share, simd),
    prepare(mu, tau) {
      if (tau * carried.largest <= bound) {
        preparedFor = Number.NaN;
        return 0;
      }
      shares ??= fields.create();
      if (tau !== preparedFor) {
        if (simd !== null) simd.loops.outflowShares(simd.place(shares), simd.place(rates), tau, bound);
        else shareOut(shares, rates, tau, bound);
        preparedFor = tau;
      }
      if (simd === null) return heldShare(shares, mu);
      simd.loops.heldMass(simd.place(shares), simd.place(mu));
      return simd.sums[0] / simd.sums[1];
    },
    mobile: () => (Number.isNaN(preparedFor) ? null : shares),
    carried,
  };
}

/** s = min(1, bound / (tau r)). */
function shareOut(shares: Float64Array, rates: Float64Array, tau: number, bound: number): void {
  for (let i = 0; i < shares.length; i++) {
    const x = tau * rates[i];
    shares[i] = x > bound ? bound / x : 1;
  }
}

/** The share of the mass in cells with s < 1. */
function heldShare(shares: Float64Array, mu: Float64Array): number {
  let held = 0;
  let total = 0;
  for (let i = 0; i < shares.length; i++) {
    total += mu[i];
    if (shares[i] < 1) held += mu[i];
  }
  return held / total;
}
