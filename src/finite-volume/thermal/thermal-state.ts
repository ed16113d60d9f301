import { createAccumulator } from "../../numerics/sum.ts";
import type { EnergyState } from "../../potential/energy.ts";
import type { LogTerm } from "../../problem/terms.ts";
import type { DiffusionStep } from "./diffusion-step.ts";

/**
 * A density on a grid at a temperature tau, with its potential V and V_tau = V + tau log mu. Of EnergyState, `energy` is E_tau = E + tau int mu log mu, and `transportDissipation` is that
 * of DiffusionStep.
 */
export interface ThermalState extends EnergyState {
  /** int mu log mu. */
  negativeEntropy: number;
  /** int (V_tau - its mean)^2 dmu. */
  freeVariance: number;
  /** int (V_tau - its mean) R dmu. */
  covariance: number;
  /** int (R - Rbar)^2 dmu. */
  reactionVariance: number;
  /** Rbar - min R, of cells that are not empty. */
  growth: number;
}

export type ThermalMeasure = (mu: Float64Array, V: Float64Array, tau: number) => ThermalState;

/** Logarithms of empty cells, which no sum weighs, are of this. */
const LEAST = 1e-300;

/**
 * About 30 ns a cell, and 4 for each axis.
 *
 * @param cells their number, and the volume that an entry of mu is multiplied by: 1 where mu are masses.
 * @param energyOf what mu and V measure without the temperature.
 * @param diffusion null without. @param smoothedLog of the R of `smoothed`.
 * @param logVolumes of cells whose masses mu are: the density is mu / volume. null where mu is the density.
 */
export function createThermalMeasure(
  grid: { size: number; cellVolume: number },
  energyOf: (mu: Float64Array, V: Float64Array, tau: number) => EnergyState,
  logTerm: LogTerm,
  diffusion: DiffusionStep | null,
  smoothedLog: ((out: Float64Array, mu: Float64Array) => void) | null,
  logVolumes: Float64Array | null = null,
): ThermalMeasure {
  const freePotential = new Float64Array(grid.size);
  const smoothed = smoothedLog === null ? null : new Float64Array(grid.size);
  return (mu, V, tau) => {
    if (smoothed !== null) smoothedLog?.(smoothed, mu);
    const state = energyOf(mu, V, tau);
    const entropy = createAccumulator();
    const mean = createAccumulator();
    for (let i = 0; i < mu.length; i++) {
      const logarithm = Math.log(Math.max(mu[i], LEAST)) - (logVolumes === null ? 0 : logVolumes[i]);
      const free = V[i] + tau * logarithm;
      freePotential[i] = free;
      entropy.add(mu[i] * logarithm);
      mean.add(mu[i] * (free - state.meanPotential));
    }
    const w = grid.cellVolume;
    const meanAbove = (w * mean.value()) / state.mass;
    const middle = state.meanPotential + meanAbove;
    let [freeVariance, covariance, first, second, least] = [0, 0, 0, 0, Infinity];
    for (let i = 0; i < mu.length; i++) {
      const m = mu[i];
      const free = freePotential[i] - middle;
      const R = (logTerm === "density" ? freePotential[i] : V[i] + (smoothed === null ? 0 : tau * smoothed[i])) - middle;
      freeVariance += m * free * free;
      covariance += m * free * R;
      if (m > 0 && R < least) least = R;
      first += m * R;
      second += m * R * R;
    }
    const negativeEntropy = w * entropy.value();
    return {
      ...state,
      energy: state.energy + tau * negativeEntropy,
      transportDissipation: diffusion?.dissipation(mu, freePotential) ?? 0,
      negativeEntropy,
      freeVariance: w * freeVariance,
      covariance: w * covariance,
      growth: (w * first) / state.mass - least,
      reactionVariance: w * Math.max(0, second - (w * first * first) / state.mass),
    };
  };
}
