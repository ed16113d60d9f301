import type { Grid } from "../../grid/grid.ts";
import { createAccumulator } from "../../numerics/sum.ts";
import type { EnergyState } from "../../potential/energy.ts";
import type { GridPotential } from "../../potential/potential.ts";
import type { Snapshot } from "../../problem/snapshot.ts";

/**
 * What the masses of moving cells measure at a temperature. With m the masses, |C| the volumes of cells, U the potential of the cells (ThermalMovingStepper), and W the masses on the lattice, where V
 * and F are:
 *
 *   E = int V dmu - 1/2 int int K dmu dmu + constant = sum m U - 1/2 sum W (V - F) + constant,
 *
 * so that with a fixed V the energy is one that the exchange of cells never raises. Vbar is sum W V over the mass, of order 6 in the spacing of the lattice.
 */
export function measureCells(
  { external, constant }: GridPotential,
  masses: Float64Array,
  U: Float64Array,
  W: Float64Array,
  V: Float64Array,
): EnergyState {
  const middle = V[0];
  const [mass, ofCells, first, ofK] = [createAccumulator(), createAccumulator(), createAccumulator(), createAccumulator()];
  let least = Infinity;
  let second = 0;
  for (let i = 0; i < masses.length; i++) {
    const u = U[i] - middle;
    mass.add(masses[i]);
    ofCells.add(masses[i] * u);
    second += masses[i] * u * u;
    first.add(W[i] * (V[i] - middle));
    ofK.add(W[i] * (V[i] - external[i]));
    if (!(masses[i] >= least)) least = masses[i];
  }
  const total = mass.value();
  const meanPotential = middle + first.value() / total;
  const variance = Math.max(0, second - ofCells.value() ** 2 / total);
  return {
    mass: total,
    energy: middle * total + ofCells.value() - 0.5 * ofK.value() + constant,
    meanPotential,
    minDensity: least,
    transportDissipation: 0,
    potentialVariance: variance,
    potentialSquare: variance + meanPotential * meanPotential * total,
  };
}

/**
 * Of a snapshot at a temperature tau > 0, as thermalSnapshot gives it on fixed cells: with G = |C| e^{-U / tau} / Z,
 *
 *   gap = tau sum (m log(m / |C|) + m U / tau) + tau log Z,   gibbsResidual = sum |m - G|,
 *
 * in the gap Z is the larger one of the sum over cells and that over the lattice: each may miss a peak of e^{-V / tau} that its cells are too coarse for, and the gap is a bound.
 */
export function thermalRecord(
  snapshot: Snapshot,
  { cellVolume }: Pick<Grid, "cellVolume">,
  { masses, logVolumes, U, V }: { masses: Float64Array; logVolumes: Float64Array; U: Float64Array; V: Float64Array },
  tau: number,
  descends: boolean,
): Snapshot {
  const least = Math.min(minimum(U), minimum(V));
  const [ofCells, ofLattice, mass, free] = [createAccumulator(), createAccumulator(), createAccumulator(), createAccumulator()];
  const gibbs = new Float64Array(masses.length);
  const freeAt = (i: number) => U[i] - least + tau * (Math.log(masses[i]) - logVolumes[i]);
  for (let i = 0; i < masses.length; i++) {
    gibbs[i] = Math.exp((least - U[i]) / tau + logVolumes[i]);
    ofCells.add(gibbs[i]);
    ofLattice.add(cellVolume * Math.exp((least - V[i]) / tau));
    mass.add(masses[i]);
    if (masses[i] > 0) free.add(masses[i] * freeAt(i));
  }
  const total = mass.value();
  const mean = free.value() / total;
  const [square, difference] = [createAccumulator(), createAccumulator()];
  for (let i = 0; i < masses.length; i++) {
    if (masses[i] > 0) square.add(masses[i] * (freeAt(i) - mean) ** 2);
    difference.add(Math.abs(masses[i] / total - gibbs[i] / ofCells.value()));
  }
  return {
    ...snapshot,
    gap: mean - tau * Math.log(total) + tau * Math.log(Math.max(ofCells.value(), ofLattice.value())),
    residualOnSupport: Math.sqrt(square.value() / total),
    residualOffSupport: 0,
    ...(descends ? { gibbsResidual: difference.value() } : {}),
  };
}

function minimum(values: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] < least) least = values[i];
  return least;
}
