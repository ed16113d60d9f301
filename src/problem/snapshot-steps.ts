import { InputError } from "../errors.ts";

/** |time / dt - whole| up to which a snapshot counts as falling on a step. */
const SLACK = 1e-9;

/**
 * The number of steps of dt at which each snapshot falls, ascending.
 *
 * @throws InputError if dt is not positive, or if a snapshot is not a multiple of dt: the message names the nearest dt that fits.
 */
export function snapshotSteps(times: readonly number[], dt: number): number[] {
  if (!(dt > 0 && Number.isFinite(dt))) throw new InputError("--dt", dt, "not a positive number", "give a step such as 0.01");
  const misfit = firstMisfit(times, dt);
  if (misfit === null) return times.map((time) => Math.round(time / dt));
  const fitting = nearestFittingStep(times, dt);
  throw new InputError(
    "--dt",
    dt,
    `the snapshot at ${misfit} is not a multiple of it`,
    fitting === null
      ? "choose snapshots that are multiples of a common step"
      : `the nearest step that fits is ${Number(fitting.toPrecision(12))}`,
  );
}

/** Whether every time is a multiple of dt > 0. */
export function fitsSnapshots(times: readonly number[], dt: number): boolean {
  return firstMisfit(times, dt) === null;
}

function firstMisfit(times: readonly number[], dt: number): number | null {
  return times.find((time) => Math.abs(time / dt - Math.round(time / dt)) > SLACK * Math.max(1, time / dt)) ?? null;
}

/** The step nearest to dt, in their ratio, that every time is a multiple of: a divisor of the first positive one; null where none was found. */
export function nearestFittingStep(times: readonly number[], dt: number): number | null {
  const first = times.find((time) => time > 0);
  if (first === undefined) return dt;
  const middle = Math.max(1, Math.round(first / dt));
  let best: number | null = null;
  for (let divisor = Math.max(1, Math.floor(middle / 4)); divisor <= 4 * middle + 1000; divisor++) {
    const candidate = first / divisor;
    if (firstMisfit(times, candidate) !== null) continue;
    if (best === null || Math.abs(Math.log(candidate / dt)) < Math.abs(Math.log(best / dt))) best = candidate;
  }
  return best;
}
