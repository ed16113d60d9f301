import { Presets, SingleBar } from "cli-progress";

/** Progress of a long run on stderr: a bar with ETA on a terminal, otherwise a plain line every few seconds and at each new label. */
export interface Progress {
  /** @param label what is being done from now on, if that changes. */
  update(done: number, label?: string): void;
  /** Makes room for other text; the next update comes back. */
  pause(): void;
  stop(): void;
}

const SECONDS_BETWEEN_LINES = 5;

/** @param total what `done` counts up to, in `unit`; without a unit only the share is shown. */
export function startProgress(label: string, total: number, unit?: string): Progress {
  return process.stderr.isTTY ? startBar(label, total, unit) : startLines(label, total, unit);
}

function startBar(first: string, total: number, unit: string | undefined): Progress {
  const started = performance.now();
  let label = first;
  const bar = new SingleBar(
    {
      format: "{bar} {percentage}% | {amount}ETA {left} | {label}",
      barsize: 24,
      stream: process.stderr,
      // The solver does not yield to timers: the bar is drawn by its updates.
      synchronousUpdate: true,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { amount: "", left: "-", label });
  return {
    update(done, next = label) {
      label = next;
      const seconds = (performance.now() - started) / 1000;
      const amount = unit === undefined ? "" : `${amountOf(done, total, unit)} | ${(done / seconds).toPrecision(3)}/s | `;
      bar.update(done, { amount, left: timeLeft(seconds, done, total) ?? "-", label });
    },
    pause() {
      process.stderr.clearLine(0);
      process.stderr.cursorTo(0);
    },
    stop: () => bar.stop(),
  };
}

function startLines(first: string, total: number, unit: string | undefined): Progress {
  const started = performance.now();
  let last = started;
  let label = first;
  return {
    update(done, next = label) {
      const now = performance.now();
      if (next === label && now - last < 1000 * SECONDS_BETWEEN_LINES) return;
      last = now;
      label = next;
      const amount = unit === undefined ? `${((100 * done) / total).toFixed(0)}% of all` : amountOf(done, total, unit);
      const left = timeLeft((now - started) / 1000, done, total);
      process.stderr.write(`${label}: ${amount}${left === null ? "" : `, about ${left} left`}\n`);
    },
    pause() {},
    stop() {},
  };
}

function amountOf(done: number, total: number, unit: string): string {
  return `${done.toPrecision(3)} of ${total} ${unit}`;
}

/** At the pace so far; null while there is none. */
function timeLeft(seconds: number, done: number, total: number): string | null {
  return done > 0 ? showDuration((seconds * (total - done)) / done) : null;
}

function showDuration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
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
