/** What is known of mu_t at one recorded time, whichever method found it. */
export interface Snapshot {
  time: number;
  /** int dmu: 1 unless `unbalanced`. */
  mass: number;
  /** E[mu]   (11). */
  energy: number;
  /** Vbar = int V dmu / mass. */
  meanPotential: number;
  /** min V: over the cells on a grid, over the domain by characteristics. */
  minPotential: number;
  /**
   * Vbar - min V >= E - min E, since E is convex: a bound that needs no minimiser. Null under `unbalanced`, where the minimum is over
   * all non-negative measures and this bounds nothing.
   */
  gap: number | null;
  /** (int (V - L)^2 dmu / mass)^(1/2), L = Vbar, or 0 under `unbalanced`: 0 where (17) holds on the support. */
  residualOnSupport: number;
  /** max (L - V)^+ where the density is at most 1e-6 of its maximum: 0 where (17) holds off the support. */
  residualOffSupport: number;
  /** int_0^t of the right-hand side of (16), with the sign of a loss. */
  dissipated: number;
  /** energy - (energy at 0) + dissipated: what (16) misses by. */
  defect: number;
  /** int phi dmu by name. */
  observables: Record<string, number>;
}
