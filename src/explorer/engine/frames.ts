import type { WallMass } from "../../finite-volume/wall-flow.ts";
import type { Axis } from "../../grid/grid.ts";
import type { DynamicsName } from "../../problem/dynamics.ts";
import type { GridSnapshot } from "../../problem/snapshot.ts";
import type { LogTerm } from "../../problem/terms.ts";

/** What the workers send to be drawn: single precision, since it is for the eye; everything that is printed stays in double. */

/** What stays the same during a run. */
export interface RunSetup {
  /** The axes of theta, in the order of the problem. */
  axes: readonly Axis[];
  /** Times of the frames, ascending: the snapshots of the problem. */
  times: readonly number[];
  dynamics: DynamicsName;
  /** Names of the observables. */
  observables: readonly string[];
  /** Pairs of axes whose joint densities are drawn: none in one dimension, one in two, three in three. */
  planes: readonly (readonly [number, number])[];
  /** alpha(t) at each frame. */
  rates: readonly number[];
  /** null without a temperature. */
  thermal: ThermalSetup | null;
}

/** What stays the same during a run at a temperature. */
export interface ThermalSetup {
  /** tau(t) at each frame. */
  temperatures: readonly number[];
  /** Of what births and deaths follow. */
  logTerm: LogTerm;
  /** Whether there are any: alpha > 0. */
  reacts: boolean;
  /** Whether Gibbs is stationary. */
  descends: boolean;
}

/** The mean field at one snapshot. */
export interface MeanFieldFrame {
  /** Scalars of the snapshot in double precision, as `bdpde solve --summary` prints them. */
  record: Omit<GridSnapshot, "density">;
  /** Mass that no-flux walls have held back so far. */
  wallMass: readonly WallMass[];
  /** For each axis 5%, 50% and 95% quantiles of sqrt(n) W1 of n independent draws from it, as n -> infinity. */
  sampling: readonly (readonly number[])[];
  /** In one dimension the density, shape [cells]; otherwise one for each of `planes`, shape [cells of the first, cells of the second], the second fastest. */
  densities: readonly Float32Array[];
  /** On each plane the values of the density, in its own cells, above which it has MASS_SHARES of its mass; none in one dimension. */
  levels: readonly (readonly number[])[];
  /** With three variables the density and V on all cells, of which slices are drawn; null otherwise, and where they would be too large for a page. */
  volume: { density: Float32Array; potential: Float32Array } | null;
  /** V on the same cells; with three variables its mean over the hidden one, by mu where there is mass. */
  potentials: readonly Float32Array[];
  /** Of cells that follow the mass: their edges along each axis, shape [cells + 1], in double precision, and densities as above in these cells; null where cells stay. */
  cells: { edges: readonly Float64Array[]; densities: readonly Float32Array[] } | null;
  /** null where tau = 0. */
  thermal: ThermalFrame | null;
}

/** The mean field at one snapshot at a temperature tau > 0; arrays are on the same cells as V. */
export interface ThermalFrame {
  /** e^{-V / tau} / Z. */
  gibbs: readonly Float32Array[];
  /** On each plane the values of Gibbs above which it has GIBBS_SHARES of its mass; none in one dimension. */
  levels: readonly (readonly number[])[];
  /** E, without the entropy that `record.energy` holds. */
  energy: number;
  /** R and Rbar, or V_tau and its mean without births and deaths; null where R = V. */
  driving: { values: readonly Float32Array[]; mean: number } | null;
}

/** Distance of the particles from the mean field along one axis, and what n independent draws from it would have. */
export interface AxisDistance {
  /** W1 of the marginal distributions, in the units of the axis. */
  distance: number;
  /** 5%, 50% and 95% quantiles of the same for n independent draws, to leading order in n^-1/2. */
  band: readonly [number, number, number];
}

/** The particles after a step that meets a frame. */
export interface ParticleFrame {
  time: number;
  /** Coordinates of the particles that are drawn, one array for each axis: all up to MOST_DRAWN, beyond that evenly chosen ones. */
  drawn: readonly Float32Array[];
  /** In one dimension: densities of all particles in `bins` equal bins of the domain, otherwise null. */
  histogram: Float32Array | null;
  energy: number;
  /** Not a number at a temperature: particles have no entropy. */
  gap: number;
  /** Share of the particles outside the domain. */
  outside: number;
  /** Means of the observables. */
  observables: readonly number[];
  /** One for each axis; null while the mean field of this time is not there. */
  distances: readonly AxisDistance[] | null;
}

/** Energy and gap of another dynamics from the same start. */
export interface RivalFrame {
  time: number;
  energy: number;
  gap: number | null;
}

export const MOST_DRAWN = 20_000;
