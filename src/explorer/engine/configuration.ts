import { mentions } from "../../expressions/tokens.ts";
import { schemesThatRun } from "../../particles/simulate-options.ts";
import { type FullSetting, offers, refusalOf, termsOf } from "../../problem/dynamics.ts";
import { thermalTermsOf } from "../../problem/thermal.ts";
import type { ProblemDefinition, ProblemInput } from "../../problem-file/problem-file.ts";
import { isSchemeName, type SchemeName } from "../../schemes/schemes.ts";

/** Everything that determines a run: a link holds it, and the run is computed again from it, to the rounding of the engine's exp and log. */
export interface Configuration {
  problem: ProblemDefinition;
  particles: ParticleSettings;
  /** Absent where cells stay. */
  grid?: GridKind;
}

/** Whether the cells of the mean field stay, stay under steps of any length, or follow the mass. */
export const GRID_KINDS = ["fixed", "large-steps", "moving"] as const;
export type GridKind = (typeof GRID_KINDS)[number];

export interface ParticleSettings {
  scheme: SchemeName;
  n: number;
  dt: number;
  seed: number;
}

/** Cells whose first step takes a page some seconds. */
export const MOST_CELLS = 2 ** 22;

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

/** The fields of a problem that say which features it has. */
export type SettingFields = Pick<ProblemDefinition, "dynamics" | "alpha" | "potential"> &
  Partial<Pick<ProblemDefinition, "temperature" | "reaction">>;

/** What the features of a problem depend on, before it is compiled. An expression that is a number, however it is written, counts as one that changes in time. */
export function settingOf({ dynamics, alpha, temperature = 0, reaction, potential }: SettingFields): FullSetting {
  return {
    dynamics,
    alpha: { constant: constantOf(alpha) },
    temperature: { constant: constantOf(temperature) },
    definition: reaction === undefined ? {} : { reaction },
    potential: { clock: "F" in potential && mentions(potential.F, "t") ? {} : null },
  };
}

function constantOf(rate: ProblemDefinition["alpha"]): number | null {
  if (typeof rate === "object") return rate.rate === 0 || rate.until === 0 ? 0 : null;
  return typeof rate === "number" ? rate : null;
}

/** Drawings ask for the same one again and again. */
const settings = new WeakMap<ProblemDefinition, FullSetting>();

/** Why no particles run beside the mean field, for readers of the page; null where they do. */
export function withoutParticles({ problem, particles: { scheme } }: Pick<Configuration, "problem" | "particles">): string | null {
  const setting = settings.get(problem) ?? settingOf(problem);
  settings.set(problem, setting);
  const refused = refusalOf(setting, "particles");
  if (refused !== null) return `Particles do not follow this ${refused.field === "dynamics" ? "dynamics" : refused.field}.`;
  const byDensity = thermalTermsOf(setting).logTerm === "density";
  return byDensity && isSchemeName(scheme) && !schemesThatRun(setting).includes(scheme) ? NO_DENSITY : null;
}

/** Of births and deaths by V + tau log mu. */
export const NO_DENSITY = "No particles: births and deaths follow log \u03bc here, and particles have no density \u03bc.";

/** The kinds of cells that a problem can have: without diffusion mass is carried along its paths, by steps of any length. */
export function gridKindsOf(setting: FullSetting): GridKind[] {
  const offered: Readonly<Record<GridKind, boolean>> = {
    fixed: true,
    "large-steps": termsOf(setting).transport && setting.temperature.constant === 0,
    moving: offers(setting, "moving-grid"),
  };
  return GRID_KINDS.filter((kind) => offered[kind]);
}

/** The cells that a run has: those that were chosen where its problem has them. */
export function gridOf({ problem, grid = "fixed" }: Pick<Configuration, "problem" | "grid">): GridKind {
  return gridKindsOf(settingOf(problem)).includes(grid) ? grid : "fixed";
}

/** What the command line is told of them. */
export const GRID_OPTIONS: Readonly<Record<GridKind, string>> = {
  fixed: "",
  "large-steps": " --flux large-step",
  moving: " --grid moving",
};
