import { fitsSnapshots } from "../../problem/snapshot-steps.ts";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import { FRAMES } from "./configuration.ts";
import { MOST_DRAWN } from "./frames.ts";

/**
 * The frames of the mean field: the snapshots of the problem, with others between them where they are fewer than FRAMES. The snapshots are where particles are recorded, and long
 * steps leave few of them; the mean field does not know these steps, and is drawn as smoothly under any of them.
 */

/** Numbers of 8 bytes kept of all frames together: 256 MB. */
export const MOST_KEPT = 2 ** 25;

/** Numbers of 8 bytes that a frame keeps. @param drawn particles that are drawn, in single precision. */
export function keptByFrame(cells: number, dimension: number, drawn: number): number {
  return cells + (drawn * dimension) / 2;
}

/** The problem with the frames as its snapshots: every snapshot is among them. As many as are kept, where cells are many. */
export function withFrames(definition: ProblemDefinition): ProblemDefinition {
  const { time, variables } = definition;
  const axes = Object.values(variables);
  const cells = axes.reduce((product, axis) => product * axis.cells, 1);
  const most = Math.floor(MOST_KEPT / keptByFrame(cells, axes.length, MOST_DRAWN)) - 1;
  const snapshots =
    typeof time.snapshots === "number" ? time.snapshots * partsOf(1 / time.snapshots, most) : betweenTimes(time.snapshots, most);
  return { ...definition, time: { ...time, snapshots } };
}

/** How many parts an interval that is this share of a run is cut into. */
function partsOf(share: number, most: number): number {
  // A share such as 0.01 may be a little more by rounding.
  return Math.max(1, Math.min(Math.ceil(FRAMES * share - 1e-9), Math.floor(most * share + 1e-9)));
}

function betweenTimes(times: readonly number[], most: number): number[] {
  const span = times[times.length - 1] - times[0];
  return times.flatMap((time, k) => {
    if (k === 0) return [time];
    const before = times[k - 1];
    const parts = partsOf((time - before) / span, most);
    return Array.from({ length: parts }, (_, i) => (i + 1 === parts ? time : before + ((i + 1) * (time - before)) / parts));
  });
}

/** The frames at which particles with steps of dt are recorded, by their indices: those at a multiple of it. */
export function framesOfSteps(times: readonly number[], dt: number): number[] {
  return [...times.keys()].filter((k) => fitsSnapshots([times[k]], dt));
}
