import { createLeastPotential } from "../finite-volume/least-potential.ts";
import { l1Distance } from "../grid/density.ts";
import type { Grid } from "../grid/grid.ts";
import { sum } from "../numerics/sum.ts";
import { measureEnergy } from "../potential/energy.ts";
import { measureFreeEnergy } from "../potential/free-energy.ts";
import { residualOffSupport } from "../potential/optimality.ts";
import { observablesOnGrid, type Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import { thermalTermsOf } from "../problem/thermal.ts";
import { createCellAverages } from "./cell-averages.ts";
import type { Lattice } from "./lattice.ts";
import type { NodePotential } from "./node-potential.ts";

/** mu_t on a lattice, measured; plain data. */
export interface SpectralState extends Omit<Snapshot, "defect"> {
  /** Cell averages on the grid of the problem. */
  density: Float64Array;
  /** The least value at a node, as a share of the largest: rounding, and what is not resolved, make it negative. */
  negative: number;
  /** The largest |mu| at nodes beside the ends of no-flux axes, and the largest mode in the upper third of an axis, as shares of the largest. */
  edge: number;
  spectrumTail: number;
  /** Units of differences: of energies, int |V - Vbar| dmu + 1e-4 (|E| + int |V| dmu); of each observable int |phi| dmu. */
  sizes: { energy: number; observables: Record<string, number> };
}

/** Weight of the size of V itself beside its variation, which is what acts. */
const OF_CONSTANT = 1e-4;
const UPPER_THIRD = 2 / 3;

export function createMeasure(problem: Problem, lattice: Lattice, potential: NodePotential) {
  const { grid, fft } = lattice;
  const warm = problem.temperature.constant !== 0;
  const { descends } = thermalTermsOf(problem);
  const observables = observablesOnGrid(problem.observables, grid);
  const averages = createCellAverages(grid, problem.grid);
  const edgeOf = createEdge(grid);
  const spectrum = new Float64Array(fft.spectrumLength);
  const V = new Float64Array(grid.size);
  let leastPotential: ReturnType<typeof createLeastPotential> | null = null;
  const integralOf = (f: (i: number) => number) => grid.cellVolume * sum(Float64Array.from({ length: grid.size }, (_, i) => f(i)));

  return (time: number, mu: Float64Array, dissipated: number): SpectralState => {
    potential.evaluate(V, mu, time);
    // Without K it keeps min F, which may change in time.
    if (leastPotential === null || problem.potential.clock) {
      leastPotential = createLeastPotential(problem.potential, grid, potential.onGrid);
    }
    const state = measureEnergy(grid, potential.onGrid, mu, V);
    const minPotential = leastPotential(mu, V);
    const tau = warm ? problem.temperature.at(time) : 0;
    const free = tau > 0 ? measureFreeEnergy(grid, mu, V, tau) : null;
    const energy = state.energy + (free === null ? 0 : tau * free.negativeEntropy);
    const means: Record<string, number> = {};
    const sizes: Record<string, number> = {};
    for (const [name, phi] of observables) {
      means[name] = integralOf((i) => phi[i] * mu[i]);
      sizes[name] = integralOf((i) => Math.abs(phi[i] * mu[i]));
    }
    const { meanPotential } = state;
    const ofV = integralOf((i) => Math.abs((V[i] - meanPotential) * mu[i]));
    const largest = mu.reduce((most, m) => Math.max(most, m), 0);
    fft.forward(spectrum, mu);
    return {
      time,
      mass: state.mass,
      energy,
      meanPotential,
      minPotential,
      gap: free === null ? meanPotential - minPotential : free.gap,
      residualOnSupport: Math.sqrt(
        (free === null ? state.potentialVariance : free.freePotentialVariance) / (free === null ? state.mass : 1),
      ),
      residualOffSupport: free === null ? residualOffSupport(mu, V, meanPotential) : 0,
      ...(free !== null && descends ? { gibbsResidual: free.gibbsResidual } : {}),
      dissipated,
      observables: means,
      density: averages(mu),
      negative: mu.reduce((least, m) => Math.min(least, m), Infinity) / largest,
      edge: edgeOf(mu),
      spectrumTail: tailOf(spectrum, lattice),
      sizes: { energy: ofV + OF_CONSTANT * (Math.abs(energy) + integralOf((i) => Math.abs(V[i] * mu[i]))), observables: sizes },
    };
  };
}

/** The largest |mu| at the first and last nodes of no-flux axes, as a share of the largest of all; shape [grid.size]. */
export function createEdge(grid: Grid): (mu: Float64Array) => number {
  const ends: number[] = [];
  for (let i = 0; i < grid.size; i++) {
    const isEnd = grid.axes.some(({ periodic, cells }, a) => {
      const index = Math.floor(i / grid.strides[a]) % cells;
      return !periodic && (index === 0 || index === cells - 1);
    });
    if (isEnd) ends.push(i);
  }
  return (mu) => {
    let [most, all] = [0, 0];
    for (const i of ends) most = Math.max(most, Math.abs(mu[i]));
    for (let i = 0; i < mu.length; i++) all = Math.max(all, mu[i]);
    return most / all;
  };
}

function tailOf(spectrum: Float64Array, { heights }: Lattice): number {
  let [tail, all] = [0, 0];
  for (let i = 0; i < heights.length; i++) {
    const size = Math.hypot(spectrum[2 * i], spectrum[2 * i + 1]);
    all = Math.max(all, size);
    if (heights[i] > UPPER_THIRD) tail = Math.max(tail, size);
  }
  return tail / all;
}

/** Largest relative difference of two runs in any quantity at any snapshot, and where it is. */
export function compareStates(
  grid: Grid,
  states: readonly SpectralState[],
  before: readonly SpectralState[],
): { difference: number; worst: string } {
  let difference = 0;
  let worst = "mass";
  const sizes = new Map<string, number>();
  states.forEach((state, s) => {
    const old = before[s];
    const { energy, observables } = state.sizes;
    const quantities: [name: string, change: number, scale: number][] = [
      ["mass", state.mass - old.mass, 1],
      ["energy", state.energy - old.energy, energy],
      ["Vbar", state.meanPotential - old.meanPotential, energy],
      ["dissipated", state.dissipated - old.dissipated, energy + Math.abs(state.dissipated)],
      ["the density in L1", l1Distance(grid, state.density, old.density), 1],
      ...Object.entries(state.observables).map(([name, value]): [string, number, number] => [
        `observable "${name}"`,
        value - old.observables[name],
        observables[name],
      ]),
    ];
    for (const [name, change, scale] of quantities) {
      // A size that has shrunk counts as it was.
      const size = Math.max(scale, sizes.get(name) ?? 0);
      sizes.set(name, size);
      const relative = change === 0 ? 0 : Math.abs(change) / size;
      if (relative <= difference) continue;
      difference = Number.isNaN(relative) ? Infinity : relative;
      worst = `${name} at t = ${state.time}`;
    }
  });
  return { difference, worst };
}
