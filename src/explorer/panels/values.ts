import type { MeanFieldFrame, ParticleFrame, RunSetup } from "../engine/frames.ts";
import type { EarlierRun, Rival, View } from "../state/session.ts";

/** What is known of a run so far, as plain values: all that curves against time are made of. */
export interface RunValues {
  /** Number of particles. */
  n: number;
  setup: RunSetup | null;
  meanField: readonly MeanFieldFrame[];
  particles: readonly ParticleFrame[];
  rivals: readonly Rival[];
  earlier: readonly EarlierRun[];
}

/** The same with the choice of the reader: what the pictures of one frame are made of. */
export interface ViewValues extends RunValues {
  shown: number;
  plane: number;
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
  };
}

export function viewValues(view: View): ViewValues {
  return { ...runValues(view), shown: view.shown.value, plane: view.plane.value };
}

/** What is wrong with the frame on show, null where nothing is. */
export function broken({ meanField, shown }: Pick<ViewValues, "meanField" | "shown">): string | null {
  const record = meanField[shown]?.record;
  const fine = record === undefined || (Number.isFinite(record.energy) && Number.isFinite(record.meanPotential));
  return fine ? null : "This frame holds values that are not numbers.";
}

/** Why a panel is empty or incomplete, null where it is not. */
export function awaited({ setup, meanField, particles }: Pick<RunValues, "setup" | "meanField" | "particles">): string | null {
  if (setup === null) return "Waiting for the run to start.";
  if (meanField.length === 0 && particles.length === 0) return "Waiting for the first frame.";
  if (meanField.length === 0) return "Waiting for the mean field.";
  if (particles.length === 0) return "Waiting for the particles.";
  return null;
}
