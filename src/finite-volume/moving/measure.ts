import type { Grid } from "../../grid/grid.ts";
import type { EnergyState } from "../../potential/energy.ts";
import type { GridPotential } from "../../potential/potential.ts";
import type { FieldRates, FieldRatesOf } from "../field-rates.ts";

/** What a moving density and its potential measure. */
export interface MovingState extends EnergyState {
  rates: FieldRates;
}

/**
 * Measures masses deposited on the lattice, W, and the potential there: integrals are sums over lattice points, of order 6 in their spacing. Shapes [grid.size].
 *
 * @param minDensity the least density of the moving cells.
 */
export function measureMoving(
  grid: Grid,
  { external, constant }: GridPotential,
  ratesOf: FieldRatesOf,
  W: Float64Array,
  V: Float64Array,
  minDensity: number,
): MovingState {
  const middle = V[0];
  let mass = 0;
  let first = 0;
  let ofF = 0;
  for (let i = 0; i < grid.size; i++) {
    mass += W[i];
    first += W[i] * (V[i] - middle);
    ofF += W[i] * external[i];
  }
  const mean = middle + first / mass;
  const rates = ratesOf(W, V);
  const variance = mass * rates.deviation * rates.deviation;
  return {
    mass,
    energy: 0.5 * (mean * mass + ofF) + constant,
    meanPotential: mean,
    minDensity,
    transportDissipation: mass * rates.squaredGradient,
    potentialVariance: variance,
    potentialSquare: variance + mean * mean * mass,
    rates,
  };
}
