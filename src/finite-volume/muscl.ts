import { type Fields, plainFields } from "../grid/fields.ts";
import type { Grid } from "../grid/grid.ts";
import { createSimdFlux, type Flux } from "./flux.ts";

/**
 * Second-order upwind flux of d_t mu + d_x(mu u) = 0 with u = -d_x V, on slope-limited reconstructions.
 *
 *   J[i+1/2] = (mu[i] + s[i] / 2) max(u, 0) + (mu[i+1] - s[i+1] / 2) min(u, 0),   u = -(V[i+1] - V[i]) / h
 *   s[i] = minmod(2 (mu[i] - mu[i-1]), (mu[i+1] - mu[i-1]) / 2, 2 (mu[i+1] - mu[i]))     (monotonized central)
 *
 * Order 2 in L1 on smooth densities, order 1 at extrema. Face values are non-negative and average to mu[i], hence forward Euler keeps
 * mu >= 0 while dt (outflow rate) <= 1/2. Carrillo, Chertock & Huang (2015), sec. 2; van Leer (1977).
 *
 * Swept like the upwind flux, with the slopes of the row carried along too. About 6 ns a cell in one
 * dimension, 18 in two, 33 in three; with fields in WebAssembly 2, 3.5 and 6.
 */
export function createMuscl(grid: Grid, { simd }: Fields = plainFields(grid.size)): Flux {
  if (simd !== null) return createSimdFlux(simd, simd.loops.muscl);
  const last = grid.dimension - 1;
  const row = grid.shape[last];
  const outer = grid.axes.slice(0, last).map((axis, a) => ({
    ...axis,
    stride: grid.strides[a],
    fluxes: new Float64Array(grid.strides[a]),
    slopes: new Float64Array(grid.strides[a]),
  }));
  return {
    euler(out, mu, V, dt, base, weight) {
      for (let from = 0; from < grid.size; from += row) {
        sweepRow(out, mu, V, base, weight, from, row, dt / grid.axes[last].width ** 2, grid.axes[last].periodic);
        for (const { stride, cells, periodic, width, fluxes, slopes } of outer) {
          const index = Math.floor(from / stride) % cells;
          const slot = from % stride;
          const factor = (weight * dt) / width ** 2;
          // Row numbers beyond a no-flux end stand for the end itself: the difference, and with it the slope, vanishes there.
          const neighbour = (k: number) => {
            const wanted = index + k;
            const inside = periodic ? (wanted + cells) % cells : Math.min(Math.max(wanted, 0), cells - 1);
            return from + (inside - index) * stride;
          };
          if (index === 0) {
            slopesInto(slopes, slot, mu, neighbour(-1), from, neighbour(1), row);
            if (periodic) closingFlux(fluxes, slopes, slot, mu, V, neighbour(-2), neighbour(-1), from, row, factor);
            else fluxes.fill(0, slot, slot + row);
          }
          if (index < cells - 1 || periodic) {
            sweepAcross(out, fluxes, slopes, slot, mu, V, from, neighbour(1), neighbour(2), row, factor);
          } else for (let i = 0; i < row; i++) out[from + i] += fluxes[slot + i];
        }
      }
    },
  };
}

/** The monotonized central slope from the differences to the cell behind and ahead. */
function limitedSlope(behind: number, ahead: number): number {
  if (behind * ahead <= 0) return 0;
  const central = 0.5 * (behind + ahead);
  if (behind > 0) {
    const steepest = 2 * (behind < ahead ? behind : ahead);
    return central < steepest ? central : steepest;
  }
  const steepest = 2 * (behind > ahead ? behind : ahead);
  return central > steepest ? central : steepest;
}

/** The flux from a cell to the next, times dt / h: `drop` is dt / h^2 times V here minus V there. */
function reconstructedFlux(drop: number, here: number, slopeHere: number, there: number, slopeThere: number): number {
  return drop > 0 ? drop * (here + 0.5 * slopeHere) : drop * (there - 0.5 * slopeThere);
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
  const rest = 1 - weight;
  let slope = periodic ? limitedSlope(mu[from] - mu[end], mu[from + 1] - mu[from]) : 0;
  let closing = 0;
  if (periodic) {
    const slopeAtEnd = limitedSlope(mu[end] - mu[end - 1], mu[from] - mu[end]);
    closing = reconstructedFlux(factor * (V[end] - V[from]), mu[end], slopeAtEnd, mu[from], slope);
  }
  let left = closing;
  let here = mu[from];
  let potential = V[from];
  let ahead = mu[from + 1] - here;
  for (let i = from; i < end; i++) {
    const there = mu[i + 1];
    const next = V[i + 1];
    const beyond = i + 1 < end ? mu[i + 2] - there : periodic ? mu[from] - there : 0;
    const slopeThere = limitedSlope(ahead, beyond);
    const right = reconstructedFlux(factor * (potential - next), here, slope, there, slopeThere);
    out[i] = rest * base[i] + weight * (here - right + left);
    left = right;
    here = there;
    potential = next;
    slope = slopeThere;
    ahead = beyond;
  }
  out[end] = rest * base[end] + weight * (here - closing + left);
}

function slopesInto(slopes: Float64Array, slot: number, mu: Float64Array, behind: number, here: number, ahead: number, n: number) {
  for (let i = 0; i < n; i++) {
    slopes[slot + i] = limitedSlope(mu[here + i] - mu[behind + i], mu[ahead + i] - mu[here + i]);
  }
}

/** The flux through the face where a periodic axis closes, into the first row. */
function closingFlux(
  fluxes: Float64Array,
  slopes: Float64Array,
  slot: number,
  mu: Float64Array,
  V: Float64Array,
  before: number,
  here: number,
  there: number,
  n: number,
  factor: number,
): void {
  for (let i = 0; i < n; i++) {
    const slope = limitedSlope(mu[here + i] - mu[before + i], mu[there + i] - mu[here + i]);
    const drop = factor * (V[here + i] - V[there + i]);
    fluxes[slot + i] = reconstructedFlux(drop, mu[here + i], slope, mu[there + i], slopes[slot + i]);
  }
}

/** Adds what came in from behind and takes away what leaves ahead; carries flux and slope on to the next row. */
function sweepAcross(
  out: Float64Array,
  fluxes: Float64Array,
  slopes: Float64Array,
  slot: number,
  mu: Float64Array,
  V: Float64Array,
  here: number,
  there: number,
  beyond: number,
  n: number,
  factor: number,
): void {
  for (let i = 0; i < n; i++) {
    const m = mu[here + i];
    const next = mu[there + i];
    const slopeThere = limitedSlope(next - m, mu[beyond + i] - next);
    const ahead = reconstructedFlux(factor * (V[here + i] - V[there + i]), m, slopes[slot + i], next, slopeThere);
    out[here + i] += fluxes[slot + i] - ahead;
    fluxes[slot + i] = ahead;
    slopes[slot + i] = slopeThere;
  }
}
