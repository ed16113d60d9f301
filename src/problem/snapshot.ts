import { edgeMass, ROUGHNESS_LIMIT, roughness } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";

/** Everything known of mu_t at one recorded time, whichever method found it. */
export interface Snapshot {
  time: number;
  /** int dmu: 1 unless `unbalanced`. */
  mass: number;
  /** E[mu]   (11); at a temperature tau > 0 E_tau = E + tau int mu log mu. */
  energy: number;
  /** Vbar = int V dmu / mass, of V also at a temperature. */
  meanPotential: number;
  /** min V over the domain, between the centres of cells as well. */
  minPotential: number;
  /**
   * Vbar - min V >= E - min E over the distributions on the domain, since E is convex: a bound that needs no minimiser. Null under `unbalanced`, where the minimum is over
   * all non-negative measures and this bounds nothing. At a temperature tau > 0 it is tau KL(mu | e^{-V / tau} / Z) >= E_tau - min E_tau.
   */
  gap: number | null;
  /** (int (V - L)^2 dmu / mass)^(1/2), L = Vbar, or 0 under `unbalanced`: 0 where (17) holds on the support. At a temperature the same of V_tau = V + tau log mu. */
  residualOnSupport: number;
  /** max (L - V)^+ where the density is at most 1e-6 of its maximum: 0 where (17) holds off the support, and at a temperature, where the support is everything. */
  residualOffSupport: number;
  /** At a temperature at which Gibbs is stationary: int |mu - e^{-V / tau} / Z|. */
  gibbsResidual?: number;
  /** int_0^t of the right-hand side of (16), or of that for E_tau (Problem), with the sign of a loss. */
  dissipated: number;
  /** energy - (energy at 0) + dissipated: what (16) misses by. */
  defect: number;
  /** int phi dmu by name. */
  observables: Record<string, number>;
}

/** A snapshot with its density on a grid. */
export interface GridSnapshot extends Snapshot {
  /** Cell averages, shape [grid.size]. */
  density: Float64Array;
  minDensity: number;
  /** Mass within 2% of the ends of no-flux axes. */
  edgeMass: number;
  /** Whether the typical peak is wider than three cells. */
  resolved: boolean;
}

export function withDensity<S extends Snapshot>(snapshot: S, grid: Grid, density: Float64Array): S & GridSnapshot {
  return {
    ...snapshot,
    density,
    minDensity: density.reduce((least, value) => Math.min(least, value), Infinity),
    edgeMass: edgeMass(grid, density),
    resolved: roughness(grid, density) <= ROUGHNESS_LIMIT,
  };
}
