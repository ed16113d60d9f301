import { integrate } from "../grid/density.ts";
import { evaluateAtCentres } from "../grid/grid.ts";
import type { BlockFunction } from "../numerics/block-function.ts";
import type { Problem } from "../problem/problem.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import type { StatedErrors } from "./result.ts";

/**
 * What mass at no-flux walls may put off at each snapshot, at a temperature: particles diffuse through the walls, on the grid they reflect (finite volumes) or come in again on the other
 * side (Fourier modes). With m the mass of the initial distribution outside the domain and the largest mass within 2% of the walls up to then, that is near the mass that has crossed while m is small,
 *
 *   2 m of the density in L1, 2 m times the width of the domain in W1, 2 m max |phi - int phi dmu| of the mean of phi.
 */
export function atWalls(
  { grid, observables, potential }: Problem,
  snapshots: readonly GridSnapshot[],
  outsideInitially: number,
): StatedErrors[] {
  const width = Math.max(...grid.axes.map(({ min, max }) => max - min));
  const { clock = null } = potential;
  const valuesOf = (phi: BlockFunction) => evaluateAtCentres(grid, phi);
  const named = observables.map(({ name, value }) => [name, valuesOf(value)] as const);
  const reachOf = (phi: Float64Array, density: Float64Array, mass: number) => {
    const mean = integrate(grid, density, phi) / mass;
    return phi.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  };
  let most = 0;
  return snapshots.map(({ time, density, edgeMass, mass }) => {
    most = Math.max(most, edgeMass);
    const crossed = 2 * (outsideInitially + most);
    if (clock !== null) clock.time = time;
    return {
      l1: crossed,
      wasserstein1: crossed * width,
      energy: crossed * reachOf(valuesOf(potential.external), density, mass),
      observables: Object.fromEntries(named.map(([name, phi]) => [name, crossed * reachOf(phi, density, mass)])),
    };
  });
}

/** errors += more. */
export function addErrors(errors: StatedErrors, more: StatedErrors): void {
  errors.l1 += more.l1;
  errors.wasserstein1 += more.wasserstein1;
  errors.energy += more.energy;
  for (const [name, error] of Object.entries(more.observables)) errors.observables[name] += error;
}
