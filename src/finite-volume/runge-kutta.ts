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

/**
 * One step of mu by dt.
 *
 * @param V that of mu.
 * @param potentialOf V of a stage after the first; null to give the step up.
 * @returns mu after dt, a buffer that the next call overwrites; null where the step was given up.
 */
export type TransportStep = <Potential extends Float64Array | null>(
  mu: Float64Array,
  V: Float64Array,
  dt: number,
  potentialOf: (stage: Float64Array) => Potential,
) => Float64Array | (Potential & null);

/** @param work a buffer of the size of mu. */
export function createTransportStep(flux: Flux, { weights }: RungeKutta, work: Float64Array): TransportStep {
  const buffers = weights.length === 1 ? [work] : [work, new Float64Array(work.length)];
  return (mu, V, dt, potentialOf) => {
    let stage = mu;
    let potential = V;
    for (let k = 0; k < weights.length; k++) {
      if (k > 0) {
        const next = potentialOf(stage);
        if (next === null) return next;
        potential = next;
      }
      const out = buffers[k % 2];
      flux.euler(out, stage, potential, dt, mu, weights[k]);
      stage = out;
    }
    return stage;
  };
}
