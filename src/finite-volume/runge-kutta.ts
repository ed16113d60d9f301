import type { Fields } from "../grid/fields.ts";
import type { Flux } from "./flux.ts";

/**
 * Explicit strong-stability-preserving Runge-Kutta methods in the form of Shu & Osher (1988), with s weights:
 *
 *   mu_0 = mu,   mu_k = (1 - w_k) mu + w_k (mu_{k-1} - dt div J[mu_{k-1}, V_{k-1}]),   k = 1 ... s
 *
 * mu_s is mu after dt. Each stage lies between mu and a forward Euler step, so all are non-negative under the bound of forward Euler.
 */
export interface RungeKutta {
  /** Order in dt. */
  order: number;
  weights: readonly number[];
}

export const EULER: RungeKutta = { order: 1, weights: [1] };
export const HEUN: RungeKutta = { order: 2, weights: [1, 1 / 2] };
/** For fluxes that trace paths through a step themselves: one call is the whole step. */
export const TRACED: RungeKutta = { order: 4, weights: [1] };

/**
 * One step of mu by dt.
 *
 * @param V that of mu.
 * @param mobile the part of every cell that moves, shape [n]; null for all of it. See OutflowLimit.
 * @param potentialOf V of a stage after the first; null to give the step up.
 * @returns mu after dt, a buffer that the next call overwrites; null where the step was given up.
 */
export type TransportStep = <Potential extends Float64Array | null>(
  mu: Float64Array,
  V: Float64Array,
  dt: number,
  mobile: Float64Array | null,
  potentialOf: (stage: Float64Array) => Potential,
) => Float64Array | (Potential & null);

/** Below it products are rounded to multiples of 2^-1074, and a cell could give away more than it has. */
const LEAST = 2e-290;

/** @param fields those of the flux. */
export function createTransportStep(flux: Flux, { weights }: RungeKutta, { create, simd }: Fields): TransportStep {
  const buffers = weights.slice(0, 2).map(create);
  let moving: Float64Array | null = null;

  function euler(
    out: Float64Array,
    stage: Float64Array,
    V: Float64Array,
    dt: number,
    base: Float64Array,
    weight: number,
    mobile: Float64Array,
  ): void {
    moving ??= create();
    if (simd !== null) simd.loops.takeMobile(simd.place(moving), simd.place(stage), simd.place(mobile), LEAST);
    else for (let i = 0; i < moving.length; i++) moving[i] = stage[i] > LEAST ? mobile[i] * stage[i] : 0;
    flux.euler(out, moving, V, dt, base, weight);
    if (simd !== null) simd.loops.giveBack(simd.place(out), simd.place(stage), simd.place(moving), weight);
    else for (let i = 0; i < moving.length; i++) out[i] += weight * (stage[i] - moving[i]);
  }

  return (mu, V, dt, mobile, potentialOf) => {
    let stage = mu;
    let potential = V;
    for (let k = 0; k < weights.length; k++) {
      if (k > 0) {
        const next = potentialOf(stage);
        if (next === null) return next;
        potential = next;
      }
      const out = buffers[k % 2];
      if (mobile === null) flux.euler(out, stage, potential, dt, mu, weights[k]);
      else euler(out, stage, potential, dt, mu, weights[k], mobile);
      stage = out;
    }
    return stage;
  };
}
