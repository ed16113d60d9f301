import type { Grid } from "../grid/grid.ts";
import type { Simd, SweepLoop } from "../numerics/field-loops.ts";

/**
 * A numerical flux for d_t mu = div(mu grad V), by potential differences: the face velocity along an axis of width h is
 * u[i+1/2] = -(V[i+1] - V[i]) / h, and the flux has the sign of u, so that the semi-discrete energy decays. Large steps trace paths through the step in its place, and
 * their energy decays where steps and cells resolve it (large-step.ts).
 */
export interface Flux {
  /**
   * One forward Euler step, combined with `base` as Runge-Kutta stages need it:
   *
   *   out = (1 - weight) base + weight (mu - dt div J[mu, V])
   *
   * Shapes [grid.size]; `out` may be `base` but not `mu`. Conserves mass to rounding.
   */
  euler(out: Float64Array, mu: Float64Array, V: Float64Array, dt: number, base: Float64Array, weight: number): void;
}

/** A flux of fields whose loop is in WebAssembly. */
export function createSimdFlux({ place }: Simd, sweep: SweepLoop): Flux {
  return {
    euler(out, mu, V, dt, base, weight) {
      sweep(place(out), place(mu), place(V), dt, place(base), weight);
    },
  };
}

/**
 * The outflow rate of each cell, sum over axes of (max(u[i+1/2], 0) - min(u[i-1/2], 0)) / h, in 1/time; shapes [grid.size].
 * About 1 ns a cell and axis, with fields in WebAssembly half of it.
 *
 * @param simd where rates and V are fields of its memory.
 * @returns the largest of them.
 */
export function outflowRates(rates: Float64Array, grid: Grid, V: Float64Array, simd: Simd | null = null): number {
  if (simd !== null) return simd.loops.outflowRates(simd.place(rates), simd.place(V));
  const row = grid.shape[grid.dimension - 1];
  let largest = 0;
  for (let from = 0; from < grid.size; from += row) {
    rates.fill(0, from, from + row);
    for (let a = 0; a < grid.dimension; a++) {
      const { width, cells, periodic } = grid.axes[a];
      const stride = grid.strides[a];
      const factor = 1 / (width * width);
      const wrap = stride * (cells - 1);
      if (stride === 1) {
        for (let i = 0; i < row; i++) {
          const here = V[from + i];
          const ahead = i < cells - 1 ? V[from + i + 1] : periodic ? V[from] : here;
          const behind = i > 0 ? V[from + i - 1] : periodic ? V[from + wrap] : here;
          rates[from + i] += factor * ((here > ahead ? here - ahead : 0) + (here > behind ? here - behind : 0));
        }
      } else {
        const index = Math.floor(from / stride) % cells;
        const ahead = index < cells - 1 ? stride : periodic ? -wrap : 0;
        const behind = index > 0 ? -stride : periodic ? wrap : 0;
        for (let i = from; i < from + row; i++) {
          const here = V[i];
          const right = V[i + ahead];
          const left = V[i + behind];
          rates[i] += factor * ((here > right ? here - right : 0) + (here > left ? here - left : 0));
        }
      }
    }
    for (let i = from; i < from + row; i++) if (rates[i] > largest) largest = rates[i];
  }
  return largest;
}

/** The largest of the outflow rates, in 1/time: forward Euler keeps every density non-negative while dt times it is at most the bound of the flux. */
export function largestOutflowRate(grid: Grid, V: Float64Array): number {
  return outflowRates(new Float64Array(grid.size), grid, V);
}
