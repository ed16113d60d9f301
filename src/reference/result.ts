import type { NodeSnapshot } from "../characteristics/node-snapshot.ts";
import type { Refinement } from "../characteristics/refinements.ts";
import type { Unseen } from "../characteristics/sight.ts";
import type { WallMass } from "../finite-volume/wall-flow.ts";
import type { Keep } from "../numerics/keep.ts";
import { offers } from "../problem/dynamics.ts";
import type { Problem } from "../problem/problem.ts";
import type { GridSnapshot } from "../problem/snapshot.ts";
import type { SpectralRefinement } from "../spectral/refinements.ts";
import type { Judge } from "./judges.ts";
import type { Opinions } from "./stated-error.ts";

export interface ReferenceOptions {
  /** Every stated error should be below this. */
  tolerance: number;
  /** Called as work goes on, with the current task and the time it has reached. */
  onProgress?: (stage: string, time: number) => void;
  /** Keeps what is finished: refinements, the traced densities, judges, the second opinion. */
  keep?: Keep;
}

/**
 * Stated errors of one snapshot, by stated-error.ts. Those of the density are of the cell averages on the grid of the problem, with the mass that the grid misses, `missingMass` (times the
 * width of the domain for Wasserstein-1), added. Masses of moving cells are projected onto that grid first, which moves no mass further than a moving cell.
 */
export interface StatedErrors {
  /** int |density - exact|, both as cell averages: what the density varies by within a cell is not in it. */
  l1: number;
  /**
   * Wasserstein-1 distance of the cell averages from those of the exact density, both scaled to mass 1: on the line, on the circle, or sliced in two and
   * three dimensions. Differences within a cell, at most half its diagonal times the mass, are not in it.
   */
  wasserstein1: number;
  energy: number;
  observables: Record<string, number>;
}

/**
 * Stated errors of the density that characteristics give, as masses of the cells of the judge that follow the mass: how well it is known on the scale of its own peaks, where these are too
 * sharp for the grid of the problem. See errorsInMovingCells.
 */
export interface MovingCellErrors {
  /** Of each axis. */
  cells: readonly number[];
  /** sum |m_i - exact m_i| over the moving cells. */
  l1: number;
  /** Wasserstein-1 distance of these masses, uniform in each cell, from the exact ones, both scaled to 1: along an axis, the mean over the axes. */
  wasserstein1: number;
}

/** Weighted nodes of mu at one time: points[a][j] and masses weights[j]. */
export interface StatedNodes extends Pick<NodeSnapshot, "points" | "weights"> {
  /**
   * Stated error of where in the cells of the grid the nodes say that mass is (lineWithinCells): the Wasserstein-1 distance along an axis, the mean over the axes, from finite volumes on
   * cells that follow the mass. Infinity where these have not resolved the density.
   */
  wasserstein1Error: number;
}

export interface ReferenceSnapshot extends GridSnapshot, Pick<NodeSnapshot, "outside"> {
  /** Weighted nodes of mu, from which any observable can be computed later; null where there are finite volumes alone. */
  nodes: StatedNodes | null;
  errors: StatedErrors;
  /** The same of the density on moving cells of the judge. Null where the density is resolved by the grid of the problem, or no moving cells have resolved it, or none of all mass is known in them. */
  movingCellErrors: MovingCellErrors | null;
  /** The opinions behind the errors of energy and observables; null where there are finite volumes alone. */
  opinions: { energy: Opinions; observables: Record<string, Opinions> } | null;
  /**
   * Who judged: `finite volumes` that resolved their density, `moving finite volumes` on cells that follow the mass; `nodes`: of a second family, where neither did, `modes`: of the
   * refinement before, at a temperature; `finite volumes alone`, of two resolutions and at temperature 0 two fluxes, where characteristics or modes have failed.
   */
  judgedBy: "finite volumes" | "moving finite volumes" | "nodes" | "finite volumes alone" | "modes";
  /** |mass - int density|: what has left the domain, or lies in peaks that the quadrature of the cells does not see. */
  missingMass: number;
}

export interface Reference {
  problem: Problem;
  tolerance: number;
  /** Whether every stated error is below the tolerance. */
  reached: boolean;
  snapshots: ReferenceSnapshot[];
  /** Why there are finite volumes alone: what stopped the characteristics, or the modes (byModes); null where they were solved. */
  stoppedBy: string | null;
  /** Of the characteristics or the modes; none where they were stopped. */
  levels: readonly (Refinement | SpectralRefinement)[];
  levelTolerance: number;
  /** Of the tracing of densities. */
  densityTolerance: number;
  judges: Judge[];
  /** First snapshot too sharp for every grid that was tried; null if there is none. */
  unresolvedSince: number | null;
  /** First snapshot with more than 1e-6 of the mass at a no-flux edge. */
  edgeMassSince: number | null;
  /** Mass of the initial distribution outside the domain, which finite volumes cut off and characteristics keep. */
  outsideInitially: number;
  /** First time with more than 1e-6 of the mass outside the domain, which only characteristics let pass, or at its walls at a temperature; null if there is none. */
  outsideSince: number | null;
  /** Where there are finite volumes alone: mass that no-flux walls have held back, which on the whole space would have left. */
  wallMass: WallMass[];
  /** Share of the initial distribution that nodes and cells may miss or misplace. */
  unresolvedInitially: number;
  /** The worst feature of F or of an observable that the nodes, or the centres of cells, do not see; null where there is none. */
  unseen: Unseen | null;
}

/** Whether Fourier modes and not characteristics find a reference: at a temperature, or where F changes in time. */
export const byModes = (problem: Problem): boolean => !offers(problem, "characteristics");

/** First time with mass outside the domain, or held back by a wall; null if there is none. */
export function leavesSince({ outsideSince, wallMass }: Reference): number | null {
  return outsideSince ?? (wallMass.length === 0 ? null : Math.min(...wallMass.map(({ since }) => since)));
}

/** The largest stated error of a snapshot. */
export function largest({ l1, wasserstein1, energy, observables }: StatedErrors): number {
  return Math.max(l1, wasserstein1, energy, ...Object.values(observables));
}
