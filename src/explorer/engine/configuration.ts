import { DYNAMICS, nameOfDynamics } from "../../problem/dynamics.ts";
import type { ProblemDefinition, ProblemInput } from "../../problem-file/problem-file.ts";
import type { SchemeName } from "../../schemes/schemes.ts";

/** Everything that determines a run: a link holds it, and the run is computed again from it, to the rounding of the engine's exp and log. */
export interface Configuration {
  problem: ProblemDefinition;
  particles: ParticleSettings;
  /** Absent where cells stay. */
  grid?: GridKind;
}

/** Whether the cells of the mean field stay or follow the mass. */
export const GRID_KINDS = ["fixed", "moving"] as const;
export type GridKind = (typeof GRID_KINDS)[number];

export interface ParticleSettings {
  scheme: SchemeName;
  n: number;
  dt: number;
  seed: number;
}

/** Frames of a run, where a problem does not ask for a number of its own. */
export const FRAMES = 100;

/**
 * A problem as the page first shows it: with enough snapshots to be watched, where the file lists the few that it is recorded at. The
 * frames of the page are the snapshots of the problem, so that the command line computes the very same.
 */
export function watchable<P extends ProblemInput>(problem: P): P {
  if (typeof problem.time.snapshots === "number") return problem;
  return { ...problem, time: { ...problem.time, snapshots: FRAMES } };
}

/** Whether particles follow the dynamics of a problem. */
export function particlesFollow({ dynamics }: Pick<ProblemDefinition, "dynamics">): boolean {
  return DYNAMICS[nameOfDynamics(dynamics)].refusals.particles === null;
}

/** Whether the cells of the mean field may follow the mass under the dynamics of a problem. */
function cellsMayMove({ dynamics }: Pick<ProblemDefinition, "dynamics">): boolean {
  return DYNAMICS[nameOfDynamics(dynamics)].refusals["moving-grid"] === null;
}

/** The cells that a run has: those that were chosen where its dynamics has them. */
export function gridOf({ problem, grid = "fixed" }: Pick<Configuration, "problem" | "grid">): GridKind {
  return cellsMayMove(problem) ? grid : "fixed";
}
