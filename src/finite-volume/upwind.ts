import type { Grid } from "../grid/grid.ts";
import type { Flux } from "./flux.ts";

/**
 * First-order upwind flux of d_t mu + d_x(mu u) = 0 with u = -d_x V.
 *
 *   J[i+1/2] = mu[i] max(u, 0) + mu[i+1] min(u, 0),   u = -(V[i+1] - V[i]) / h
 *
 * Order 1 in L1. Forward Euler keeps mu >= 0 while dt (outflow rate) <= 1. Carrillo, Chertock & Huang (2015), eq. 2.3.
 *
 * A row (a line along the last axis) is swept along itself with its left flux carried in a register; then along every other axis
 * with the fluxes of the row before carried in a buffer, while it is still in the cache. About 2 ns a cell and axis.
 */
export function createUpwind(grid: Grid): Flux {
  const last = grid.dimension - 1;
  const row = grid.shape[last];
  const carried = grid.axes.slice(0, last).map((_, a) => new Float64Array(grid.strides[a]));
  return {
    euler(out, mu, V, dt, base, weight) {
      for (let from = 0; from < grid.size; from += row) {
        sweepRow(out, mu, V, base, weight, from, row, dt / grid.axes[last].width ** 2, grid.axes[last].periodic);
        for (let a = 0; a < last; a++) {
          const { cells, periodic, width } = grid.axes[a];
          const stride = grid.strides[a];
          const index = Math.floor(from / stride) % cells;
          const slot = from % stride;
          const wrap = stride * (cells - 1);
          const factor = (weight * dt) / width ** 2;
          const fluxes = carried[a];
          if (index === 0) {
            if (periodic) fluxInto(fluxes, slot, mu, V, from + wrap, from, row, factor);
            else fluxes.fill(0, slot, slot + row);
          }
          if (index < cells - 1) sweepAcross(out, fluxes, slot, mu, V, from, from + stride, row, factor);
          else if (periodic) sweepAcross(out, fluxes, slot, mu, V, from, from - wrap, row, factor);
          else for (let i = 0; i < row; i++) out[from + i] += fluxes[slot + i];
        }
      }
    },
  };
}

/** The flux from a cell to the next, times dt / h: `drop` is dt / h^2 times V here minus V there. */
function upwindFlux(drop: number, here: number, there: number): number {
  return drop > 0 ? drop * here : drop * there;
}

function sweepRow(
  out: Float64Array,
  mu: Float64Array,
  V: Float64Array,
  base: Float64Array,
  weight: number,
  from: number,
  n: number,
  factor: number,
  periodic: boolean,
): void {
  const end = from + n - 1;
  const closing = periodic ? upwindFlux(factor * (V[end] - V[from]), mu[end], mu[from]) : 0;
  const rest = 1 - weight;
  let left = closing;
  let here = mu[from];
  let potential = V[from];
  for (let i = from; i < end; i++) {
    const there = mu[i + 1];
    const next = V[i + 1];
    const right = upwindFlux(factor * (potential - next), here, there);
    out[i] = rest * base[i] + weight * (here - right + left);
    left = right;
    here = there;
    potential = next;
  }
  out[end] = rest * base[end] + weight * (here - closing + left);
}

function fluxInto(
  fluxes: Float64Array,
  slot: number,
  mu: Float64Array,
  V: Float64Array,
  here: number,
  there: number,
  n: number,
  factor: number,
): void {
  for (let i = 0; i < n; i++) {
    fluxes[slot + i] = upwindFlux(factor * (V[here + i] - V[there + i]), mu[here + i], mu[there + i]);
  }
}

/** Adds what came in from behind and takes away what leaves ahead. */
function sweepAcross(
  out: Float64Array,
  fluxes: Float64Array,
  slot: number,
  mu: Float64Array,
  V: Float64Array,
  here: number,
  there: number,
  n: number,
  factor: number,
): void {
  for (let i = 0; i < n; i++) {
    const ahead = upwindFlux(factor * (V[here + i] - V[there + i]), mu[here + i], mu[there + i]);
    out[here + i] += fluxes[slot + i] - ahead;
    fluxes[slot + i] = ahead;
  }
}
