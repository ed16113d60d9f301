import type { Grid } from "../grid/grid.ts";
import { createAccumulator } from "../numerics/sum.ts";

/**
 * A density on a grid at temperature tau > 0, with V_tau = V + tau log mu and the Gibbs distribution of its potential, G = e^{-V / tau} / Z, Z = int e^{-V / tau}:
 *
 *   E_tau = E + tau int mu log mu,   int V_tau dmu,   and the gap
 *   tau KL(mu | G) = int V_tau dmu + tau log Z >= E_tau - min E_tau          where K is positive semi-definite, whatever the reaction
 *
 * mu log mu is 0 where mu is not positive: a spectral density is so up to rounding.
 */
export interface FreeEnergyState {
  /** int mu log mu. */
  negativeEntropy: number;
  /** int V_tau dmu / mass. */
  meanFreePotential: number;
  /** int (V_tau - its mean)^2 dmu / mass. */
  freePotentialVariance: number;
  /** tau KL(mu | G). */
  gap: number;
  /** int |mu - G|: 0 at a fixed point of Gibbs. */
  gibbsResidual: number;
}

/** Shapes [grid.size]; about 20 ns a cell. */
export function measureFreeEnergy(grid: Grid, mu: Float64Array, V: Float64Array, temperature: number): FreeEnergyState {
  const w = grid.cellVolume;
  let least = Infinity;
  for (let i = 0; i < V.length; i++) if (V[i] < least) least = V[i];
  const [partition, mass, entropy, first] = [createAccumulator(), createAccumulator(), createAccumulator(), createAccumulator()];
  for (let i = 0; i < V.length; i++) {
    const m = mu[i];
    partition.add(Math.exp((least - V[i]) / temperature));
    mass.add(m);
    if (m > 0) entropy.add(m * Math.log(m));
    first.add(m * (V[i] - least));
  }
  const Z = w * partition.value();
  const total = w * mass.value();
  const negativeEntropy = w * entropy.value();
  const above = w * first.value() + temperature * negativeEntropy;
  const meanAbove = above / total;
  const [square, difference] = [createAccumulator(), createAccumulator()];
  for (let i = 0; i < V.length; i++) {
    const m = mu[i];
    if (m > 0) square.add(m * (V[i] - least + temperature * Math.log(m) - meanAbove) ** 2);
    difference.add(Math.abs(m / total - Math.exp((least - V[i]) / temperature) / Z));
  }
  return {
    negativeEntropy,
    meanFreePotential: meanAbove + least,
    freePotentialVariance: (w * square.value()) / total,
    // Of mu / mass against G: log(m / mass) in place of log m.
    gap: temperature * (above / temperature / total - Math.log(total) + Math.log(Z)),
    gibbsResidual: w * difference.value(),
  };
}
