import type { Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import type { Schedule } from "./mean-path.ts";

/** Steps of dt up to the last snapshot. @throws InputError for a dt that does not divide the snapshots. */
export function scheduleOf({ snapshotTimes }: Problem, dt: number): Schedule {
  const stops = snapshotSteps(snapshotTimes, dt);
  return { steps: new Float64Array(stops[stops.length - 1]).fill(dt), stops };
}

/** 32 steps in all or a few more, shared among the intervals between snapshots by their lengths, each then halved `halvings` times. */
export function evenSteps({ snapshotTimes }: Problem, halvings: number): Schedule {
  const steps: number[] = [];
  let before = 0;
  const end = snapshotTimes[snapshotTimes.length - 1];
  const stops = snapshotTimes.map((time) => {
    if (time > before) {
      const count = Math.ceil((FIRST_STEPS * (time - before)) / end) * 2 ** halvings;
      for (let k = 0; k < count; k++) steps.push((time - before) / count);
      before = time;
    }
    return steps.length;
  });
  return { steps: Float64Array.from(steps), stops };
}

const FIRST_STEPS = 32;
