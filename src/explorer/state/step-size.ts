import { nearestFittingStep } from "../../problem/snapshot-steps.ts";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import { FRAMES } from "../engine/configuration.ts";

type Time = ProblemDefinition["time"];

/** Frames and a step of the particles that fit each other. */
export interface Stepping {
  snapshots: ProblemDefinition["time"]["snapshots"];
  dt: number;
}

/**
 * The step nearest to `wanted` at which particles meet every frame. Frames at equal intervals are changed in number where steps are longer than
 * their intervals, and are as many as a page first shows again where they are not; a list of times stays as it is, and steps divide its first one.
 */
export function fitStep({ end, snapshots }: Time, wanted: number): Stepping {
  if (Array.isArray(snapshots)) return { snapshots, dt: stepMeeting({ end, snapshots }, wanted) };
  const most = Math.max(snapshots, FRAMES);
  const frames = wanted > end / most ? Math.max(1, Math.round(end / wanted)) : most;
  return { snapshots: frames, dt: stepMeeting({ end, snapshots: frames }, wanted) };
}

/** The step nearest to `wanted` at which particles meet every frame, which stay as they are. */
export function stepMeeting({ end, snapshots }: Time, wanted: number): number {
  if (Array.isArray(snapshots)) return tidy(nearestFittingStep(snapshots, wanted) ?? wanted);
  const interval = end / snapshots;
  return tidy(interval / Math.max(1, Math.round(interval / wanted)));
}

/** Twelve digits: well within what counts as a multiple. */
function tidy(dt: number): number {
  return Number(dt.toPrecision(12));
}
