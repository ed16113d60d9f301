import type { ErrorData } from "../../errors.ts";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import type { Configuration, GridKind, ParticleSettings } from "./configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RivalFrame, RunSetup } from "./frames.ts";
import type { Question } from "./questions.ts";

/**
 * To the worker that runs the mean field and the particles in step. `run` numbers requests: events of an older one are dropped. A mean field is known
 * by its `origin`, the run that it was begun for: it outlives runs in which only the particles change.
 */
export type WatchRequest =
  /** `holds` is the origin of the mean field whose frames the page has, 0 for none: where the worker is still at that one, it goes on. */
  | { type: "run"; run: number; configuration: Configuration; holds: number }
  /** Frames up to this count may be computed; Infinity for all. */
  | { type: "allow"; frames: number }
  | { type: "density-file"; run: number };

export type WatchEvent =
  | { type: "setup"; run: number; origin: number; setup: RunSetup }
  | { type: "mean-field"; origin: number; frame: MeanFieldFrame }
  /** On show until the frame of this index, at which the next one comes. */
  | { type: "particles"; run: number; frame: ParticleFrame; until: number }
  /** Times reached between frames, and the seconds of work that they took. */
  | { type: "progress"; run: number; meanField: number; particles: number; seconds: { meanField: number; particles: number } }
  | { type: "finished"; run: number }
  | { type: "failed"; run: number; part: "mean field" | "particles"; error: ErrorData }
  /** The bytes, or why there are none. */
  | { type: "density-file"; run: number; file: Uint8Array | ErrorData };

/** To the worker that solves the same problem under other dynamics. */
export type RivalRequest = { type: "run"; run: number; problem: ProblemDefinition } | { type: "allow"; frames: number };

export type RivalEvent =
  | { type: "rivals"; run: number; names: readonly string[] }
  | { type: "frame"; run: number; rival: number; frame: RivalFrame }
  | { type: "failed"; run: number; rival: number | null; error: ErrorData };

/** To the worker that checks a draft as it is typed. */
export interface CheckRequest {
  type: "check";
  id: number;
  problem: unknown;
  particles: ParticleSettings;
  grid: GridKind;
}

/** To a worker that measures how long the mean field of a configuration takes. */
export interface PaceRequest {
  type: "pace";
  id: number;
  configuration: Configuration;
}

/** To a worker that makes files that take long. */
export interface FileRequest {
  type: "particle-file";
  id: number;
  configuration: Configuration;
}

export type CheckEvent =
  | { type: "good"; id: number; configuration: Configuration; questions: readonly Question[] }
  /** Seconds, see measurePace. */
  | { type: "pace"; id: number; seconds: number }
  | { type: "particle-file"; id: number; bytes: Uint8Array }
  | { type: "refused"; id: number; error: ErrorData };

/** To the worker that predicts the noise of the particles; `run` numbers requests. */
export interface NoiseRequest {
  type: "run";
  run: number;
  configuration: Configuration;
}

export type NoiseEvent =
  /** Quantiles of sqrt(n) W1 at one time, along each axis. */
  | { type: "predicted"; run: number; time: number; quantiles: number[][] }
  /** W1 of another run of the scheme along the one axis. */
  | { type: "replica"; run: number; times: number[]; distances: number[] }
  /** Why there is no prediction. */
  | { type: "absent"; run: number; why: string }
  | { type: "done"; run: number };
