import type { DatasetFile } from "../files/netcdf.ts";
import type { AnyFluxName } from "../finite-volume/fluxes.ts";
import type { SplittingName } from "../finite-volume/splittings.ts";
import type { FrameKeeper } from "../plots/density-over-time.ts";
import type { Problem } from "../problem/problem.ts";
import type { Snapshot } from "../problem/snapshot.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** What a method leaves to write. */
export interface MethodRun {
  summary: { snapshots: readonly Snapshot[] } & Record<string, unknown>;
  /** The same for a person. */
  text: string;
  warnings: readonly string[];
  /** 1 where the method could not do what was required. */
  exitCode: 0 | 1;
  /** Adds the rest to the file, and closes it. */
  finishFile(file: DatasetFile): void;
}

/** The options of one method or another, by the names of the command line. */
export interface MethodOptions {
  grid?: "fixed" | "moving" | undefined;
  flux?: AnyFluxName | undefined;
  splitting?: SplittingName | undefined;
  maxStep?: number | undefined;
  tolerance?: number | undefined;
  nodes?: number | Record<string, number> | undefined;
}

/** A method of `solve` on the command line. */
export interface Method {
  /** The options it takes; another method's are refused. */
  options: readonly (keyof MethodOptions)[];
  /**
   * @param file receives densities as they are found, if the method has them then.
   * @param checkpoint where it keeps what it has done.
   * @param frames receives the densities of its steps, if it makes steps of a density.
   */
  run(
    problem: Problem,
    options: MethodOptions,
    file: DatasetFile | null,
    checkpoint: Checkpoint | null,
    frames?: FrameKeeper,
  ): MethodRun;
}
