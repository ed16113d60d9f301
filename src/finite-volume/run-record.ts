import { integrate } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { measureFreeEnergy } from "../potential/free-energy.ts";
import { termsOf } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import type { Ledger } from "./ledger.ts";

/**
 * What the energy and mass balance of a run says at a time, with the means of its observables.
 *
 * @param measured min V, max (L - V)^+ off the support (see Snapshot), for the baseline L that it is given, and cell averages on the grid of the observables.
 * @param observables values at the centres of cells by name, shapes [grid.size].
 */
export function snapshotAt(
  time: number,
  problem: Problem,
  ledger: Ledger,
  measured: { grid: Grid; mu: Float64Array; minPotential: number; offSupport: (baseline: number) => number },
  observables: ReadonlyMap<string, Float64Array>,
): Snapshot {
  const { baseline, conservesMass } = termsOf(problem);
  const { grid, mu, minPotential, offSupport } = measured;
  const state = ledger.state();
  return {
    time,
    mass: state.mass,
    energy: state.energy,
    meanPotential: state.meanPotential,
    minPotential,
    gap: conservesMass ? state.meanPotential - minPotential : null,
    residualOnSupport: Math.sqrt(baseline.squareOf(state) / state.mass),
    residualOffSupport: offSupport(baseline.of(state.meanPotential)),
    dissipated: ledger.dissipated(),
    defect: state.energy - ledger.initialEnergy + ledger.dissipated(),
    observables: Object.fromEntries([...observables].map(([name, phi]) => [name, integrate(grid, mu, phi)])),
  };
}

/** The same at a temperature above 0: the gap tau KL(mu | Gibbs), V_tau on the support, which is everything, and the distance to Gibbs where that is stationary. */
export function thermalSnapshot(
  snapshot: Snapshot,
  problem: Problem,
  { grid, mu, V }: { grid: Grid; mu: Float64Array; V: Float64Array },
): Snapshot {
  const tau = problem.temperature.at(snapshot.time);
  if (tau === 0) return snapshot;
  const { gap, freePotentialVariance, gibbsResidual } = measureFreeEnergy(grid, mu, V, tau);
  return {
    ...snapshot,
    gap,
    residualOnSupport: Math.sqrt(freePotentialVariance),
    residualOffSupport: 0,
    ...(thermalTermsOf(problem).descends ? { gibbsResidual } : {}),
  };
}
