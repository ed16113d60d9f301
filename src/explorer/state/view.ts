import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Configuration } from "../engine/configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RivalFrame, RunSetup } from "../engine/frames.ts";

/** Something that broke off, while the rest of a run goes on. */
export interface Failure {
  part: "mean field" | "particles" | "other dynamics";
  message: string;
}

/** A rival: the same problem and start under another dynamics. */
export interface Rival {
  /** `gradient-descent`, `birth-death`. */
  name: string;
  frames: readonly RivalFrame[];
}

/** How far runs of the scheme scatter: predicted, and a few of them. */
export interface Noise {
  /** `absent`: there is no prediction, and `why`. */
  stage: "none" | "predicting" | "known" | "absent";
  why: string | null;
  /** Times of the prediction so far, ascending. */
  times: readonly number[];
  /** At each time and for each axis 5%, 50% and 95% quantiles of sqrt(n) W1. */
  quantiles: readonly (readonly (readonly number[])[])[];
  /** W1 along the one axis of other runs. */
  replicas: readonly { times: readonly number[]; distances: readonly number[] }[];
}

/** W1 of an earlier run of the particles of the same problem. */
export interface EarlierRun {
  /** What it ran with, e.g. `n = 250, dt = 0.01`. */
  label: string;
  n: number;
  /** Runs that differ in n alone have one. */
  kind: string;
  times: readonly number[];
  /** W1 along the first axis. */
  distances: readonly number[];
}

/** What the page shows. Frames come in order, from the first on; arrays are replaced as they grow. */
export interface View {
  /** The last good configuration: the one that runs. */
  configuration: ReadonlySignal<Configuration>;
  setup: ReadonlySignal<RunSetup | null>;
  meanField: ReadonlySignal<readonly MeanFieldFrame[]>;
  /** At the times of the mean field, each where the last step has left them: several entries are one frame where steps are long. */
  particles: ReadonlySignal<readonly ParticleFrame[]>;
  rivals: ReadonlySignal<readonly Rival[]>;
  noise: ReadonlySignal<Noise>;
  /** The newest last. */
  earlier: ReadonlySignal<readonly EarlierRun[]>;
  /** Index of the frame on show, into setup.times; there is a mean field frame of it wherever there is a setup and a frame at all. */
  shown: ReadonlySignal<number>;
  /** Which of setup.planes is on show. */
  plane: ReadonlySignal<number>;
  /** With three variables: the cell of the third one through which the plane is a slice; null for the integral over it. */
  slice: Signal<number | null>;
  /** What went wrong in the run that is shown. */
  failures: ReadonlySignal<readonly Failure[]>;
}

/** The frames of the particles, each once, where several entries of a run are one. */
export function recorded(particles: readonly ParticleFrame[]): ParticleFrame[] {
  return particles.filter((frame, k) => frame !== particles[k - 1]);
}
