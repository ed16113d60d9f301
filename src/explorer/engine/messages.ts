import type { ErrorData } from "../../errors.ts";
import type { ProblemDefinition } from "../../problem/problem-file.ts";
import type { Configuration, ParticleSettings } from "./configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RivalFrame, RunSetup } from "./frames.ts";

/** To the worker that runs the mean field and the particles in step. `run` numbers requests: events of an older one are dropped. */
export type WatchRequest =
  | { type: "run"; run: number; configuration: Configuration }
  /** Frames up to this count may be computed; Infinity for all. */
  | { type: "allow"; frames: number }
  | { type: "density-file"; run: number };

export type WatchEvent =
  /** `keeps`: the mean field is the one already sent, of which frames go on. */
  | { type: "setup"; run: number; setup: RunSetup; keeps: boolean }
  | { type: "mean-field"; run: number; frame: MeanFieldFrame }
  | { type: "particles"; run: number; frame: ParticleFrame }
  /** Times reached between frames. */
  | { type: "progress"; run: number; meanField: number; particles: number }
  | { type: "finished"; run: number }
  | { type: "failed"; run: number; part: "mean field" | "particles"; error: ErrorData }
  | { type: "density-file"; run: number; bytes: Uint8Array };

/** To the worker that solves the same problem under other dynamics. */
export type RivalRequest = { type: "run"; run: number; problem: ProblemDefinition } | { type: "allow"; frames: number };

export type RivalEvent =
  | { type: "rivals"; run: number; names: readonly string[] }
  | { type: "frame"; run: number; rival: number; frame: RivalFrame }
  | { type: "failed"; run: number; rival: number | null; error: ErrorData };

/** To the worker that checks what is typed, and makes files that take long. */
export type CheckRequest =
  | { type: "check"; id: number; problem: unknown; particles: ParticleSettings }
  | { type: "particle-file"; id: number; configuration: Configuration };

export type CheckEvent =
  | { type: "good"; id: number; configuration: Configuration }
  | { type: "complaint"; id: number; error: ErrorData }
  | { type: "particle-file"; id: number; bytes: Uint8Array };
