import { tellHost } from "./host.ts";
import { createDisplay, readDone } from "./progress-display.ts";

/** Progress of a long run. The main thread draws it (host.ts), so time goes on between two updates as well. */
export interface Progress {
  /** @param label the task from now on, if it changes. */
  update(done: number, label?: string): void;
  /** The same where the work from the last update to here was done by an earlier run: it tells no pace. */
  skip(done: number): void;
  stop(): void;
}

/** @param total what `done` counts up to, in `unit`; without a unit only the share is shown. */
export function startProgress(label: string, total: number, unit?: string): Progress {
  const memory = new SharedArrayBuffer(16);
  const cell = new Float64Array(memory);
  let current = label;
  const task = { label, total, unit, done: memory };
  // On the main thread itself, as in tests, the updates draw.
  const display = tellHost({ progress: task }) ? null : createDisplay(task, readDone(memory));
  return {
    update(done, next = current) {
      // Another part of the work begins.
      if (done < cell[1]) cell[1] = 0;
      cell[0] = done;
      if (next !== current) {
        current = next;
        tellHost({ label: next });
        display?.setLabel(next);
      }
      display?.draw();
    },
    skip(done) {
      cell[1] += done - cell[0];
      cell[0] = done;
      display?.draw();
    },
    stop() {
      tellHost({ progressEnd: true });
      display?.stop();
    },
  };
}

/** A bar for each stage of the work, begun when the stage is first named; all of them go from 0 to `end`. */
export function startStages(label: string, end: number) {
  let current: { stage: string; bar: Progress } | null = null;
  return {
    update(stage: string, time: number): void {
      if (current?.stage !== stage) {
        current?.bar.stop();
        current = { stage, bar: startProgress(`${label}: ${stage}`, end, "time units") };
      }
      current.bar.update(time);
    },
    stop: () => current?.bar.stop(),
  };
}
