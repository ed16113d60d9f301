import { Presets, SingleBar } from "cli-progress";

/** Progress of a long run on stderr: a bar with rate and ETA on a terminal, otherwise a plain line every few seconds. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

const SECONDS_BETWEEN_LINES = 5;

/** @param total what `done` counts up to, in `unit`. */
export function startProgress(label: string, total: number, unit: string): Progress {
  return process.stderr.isTTY ? startBar(label, total, unit) : startLines(label, total, unit);
}

function startBar(label: string, total: number, unit: string): Progress {
  const started = performance.now();
  const bar = new SingleBar(
    {
      format: `${label} {bar} {percentage}% | {shown} of {goal} ${unit} | {rate}/s | ETA {eta_formatted}`,
      stream: process.stderr,
      // The solver does not yield to timers: the bar is drawn by its updates.
      synchronousUpdate: true,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { shown: "0", goal: total, rate: "-" });
  return {
    update(done) {
      const rate = (1000 * done) / (performance.now() - started);
      bar.update(done, { shown: done.toPrecision(3), rate: rate.toPrecision(3) });
    },
    stop: () => bar.stop(),
  };
}

function startLines(label: string, total: number, unit: string): Progress {
  const started = performance.now();
  let last = started;
  return {
    update(done) {
      const now = performance.now();
      if (now - last < 1000 * SECONDS_BETWEEN_LINES) return;
      last = now;
      const left = (((now - started) / 1000) * (total - done)) / done;
      process.stderr.write(`${label}: ${done.toPrecision(3)} of ${total} ${unit}, about ${left.toFixed(0)} s left\n`);
    },
    stop() {},
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
