import type { ThemeName } from "../../figures/theme.ts";
import { type DynamicsName, nameOfDynamics } from "../../problem/dynamics.ts";
import { withoutParticles } from "../engine/configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RunSetup, ThermalSetup } from "../engine/frames.ts";
import { kindOf } from "../state/earlier-runs.ts";
import { pageNumber } from "../state/page-number.ts";
import { theme } from "../state/theme.ts";
import type { EarlierRun, Failure, Noise, Rival, View } from "../state/view.ts";
import { type Slice, slicedFrame, slicedParticles, sliceOf } from "./slices.ts";

/** The known part of a run, as plain values: all that curves against time are made of. */
export interface RunValues {
  /** Number of particles. */
  n: number;
  setup: RunSetup | null;
  meanField: readonly MeanFieldFrame[];
  particles: readonly ParticleFrame[];
  rivals: readonly Rival[];
  earlier: readonly EarlierRun[];
  failures: readonly Failure[];
  /** Of the particles. */
  noise: Noise;
  scheme: string;
  /** Of earlier runs that differ from this one in n alone. */
  kind: string;
  /** Why there are no particles; null where there are. */
  alone: string | null;
  theme: ThemeName;
}

/** The same with the choice of the reader: what the pictures of one frame are made of. */
export interface ViewValues extends RunValues {
  shown: number;
  plane: number;
  /** Where the plane on show is a slice, frames hold that in place of the integral; null where it is not. */
  slice: Slice | null;
}

/** `at t = 0.4` where the particles on show are those of an earlier time; otherwise nothing. */
export function earlierTime({ setup, particles, shown }: Pick<ViewValues, "setup" | "particles" | "shown">): string {
  const time = particles[shown]?.time;
  return time === undefined || time === setup?.times[shown] ? "" : ` at t = ${pageNumber(time)}`;
}

/** Does not read `shown`, so that curves against time are not made again while the run is played. */
export function runValues(view: View): RunValues {
  return {
    n: view.configuration.value.particles.n,
    setup: view.setup.value,
    meanField: view.meanField.value,
    particles: view.particles.value,
    rivals: view.rivals.value,
    earlier: view.earlier.value,
    failures: view.failures.value,
    noise: view.noise.value,
    scheme: view.configuration.value.particles.scheme,
    kind: kindOf(view.configuration.value.particles),
    theme: theme.value,
    alone: withoutParticles(view.configuration.value),
  };
}

export function viewValues(view: View): ViewValues {
  const run = runValues(view);
  const { setup, meanField, particles } = run;
  const [shown, plane] = [view.shown.value, view.plane.value];
  const slice = meanField[0]?.volume ? sliceOf(setup, plane, view.slice.value) : null;
  if (slice === null) return { ...run, shown, plane, slice };
  return {
    ...run,
    meanField: meanField.map((frame) => slicedFrame(frame, setup!, slice)),
    particles: particles.map((frame) => slicedParticles(frame, slice)),
    shown,
    plane,
    slice,
  };
}

/** The equation that runs, and whether particles follow it: what the words of a panel depend on. */
export interface Subject {
  dynamics: DynamicsName;
  /** null without a temperature. */
  thermal: ThermalSetup | null;
  alone: string | null;
}

/** That of what runs; before there is a run, of what is to run. */
export function subjectOf(view: View): Subject {
  const { setup, configuration } = view;
  return {
    dynamics: setup.value?.dynamics ?? nameOfDynamics(configuration.value.problem.dynamics),
    thermal: setup.value?.thermal ?? null,
    alone: withoutParticles(configuration.value),
  };
}

/** The fault of the frame on show; null where there is none. */
export function broken({ meanField, shown }: Pick<ViewValues, "meanField" | "shown">): string | null {
  const record = meanField[shown]?.record;
  const fine = record === undefined || (Number.isFinite(record.energy) && Number.isFinite(record.meanPotential));
  return fine ? null : "This frame holds values that are not numbers.";
}

/** Why a panel is empty or incomplete, null where it is not. */
export function awaited({
  setup,
  meanField,
  particles,
  failures,
  alone,
}: Pick<RunValues, "setup" | "meanField" | "particles" | "failures" | "alone">): string | null {
  // Other dynamics that fail leave the run itself as it is.
  const failed = failures.map(({ part }) => part);
  if (meanField.length === 0 && failed.includes("mean field")) return "The run failed: see the message above.";
  if (setup === null) return "Waiting for the run to start.";
  if (meanField.length === 0) return particles.length === 0 ? "Waiting for the first frame." : "Waiting for the mean field.";
  if (alone !== null) return alone;
  if (failed.includes("particles")) return "The particles stopped: see the message above.";
  return particles.length === 0 ? "Waiting for the particles." : null;
}
