import { Presets, SingleBar } from "cli-progress";
import { formatDuration } from "../figures/numbers.ts";
import type { ProgressStart } from "./host.ts";

/** Progress on stderr as a person sees it: a bar on a terminal, otherwise a plain line every few seconds and at each new label. */
export interface Display {
  /** Shows the current task, where a drawing is due. */
  draw(): void;
  setLabel(label: string): void;
  /** Makes room for other text; the next drawing comes back. */
  clear(): void;
  stop(): void;
}

/** How much is done, and how much of it an earlier run had done. */
export interface Done {
  done: number;
  before: number;
}

const SECONDS_BETWEEN_LINES = 5;

/** What the command writes into the memory of its progress (ProgressStart). */
export function readDone(memory: SharedArrayBuffer): () => Done {
  const cell = new Float64Array(memory);
  return () => ({ done: cell[0], before: cell[1] });
}

export function createDisplay(task: Omit<ProgressStart, "done">, done: () => Done): Display {
  return process.stderr.isTTY ? createBar(task, done) : createLines(task, done);
}

function createBar({ label: first, total, unit }: Omit<ProgressStart, "done">, done: () => Done): Display {
  const started = performance.now();
  let label = first;
  const bar = new SingleBar(
    {
      format: "{bar} {percentage}% | {amount}ETA {left} | {label}",
      barsize: 24,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      synchronousUpdate: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { amount: "", left: "-", label });
  return {
    draw() {
      const { done: now, before } = done();
      const seconds = (performance.now() - started) / 1000;
      const amount = unit === undefined ? "" : `${amountOf(now, total, unit)} | ${((now - before) / seconds).toPrecision(3)}/s | `;
      bar.update(now, { amount, left: timeLeft(seconds, now - before, total - before) ?? "-", label });
    },
    setLabel(next) {
      label = next;
    },
    clear() {
      process.stderr.clearLine(0);
      process.stderr.cursorTo(0);
    },
    stop: () => bar.stop(),
  };
}

function createLines({ label: first, total, unit }: Omit<ProgressStart, "done">, done: () => Done): Display {
  const started = performance.now();
  let last = started;
  let label = first;
  const write = () => {
    last = performance.now();
    const { done: now, before } = done();
    const amount = unit === undefined ? `${((100 * now) / total).toFixed(0)}% of all` : amountOf(now, total, unit);
    const left = timeLeft((last - started) / 1000, now - before, total - before);
    process.stderr.write(`${label}: ${amount}${left === null ? "" : `, about ${left} left`}\n`);
  };
  return {
    draw() {
      if (performance.now() - last >= 1000 * SECONDS_BETWEEN_LINES) write();
    },
    setLabel(next) {
      label = next;
      write();
    },
    clear() {},
    stop() {},
  };
}

function amountOf(done: number, total: number, unit: string): string {
  return `${done.toPrecision(3)} of ${total} ${unit}`;
}

/** The time left, by the pace from the start to now; both amounts without what an earlier run had done. Null up to 5% and 5 s, too short to tell a pace. */
function timeLeft(seconds: number, done: number, total: number): string | null {
  if (done <= 0 || (done < 0.05 * total && seconds < 5)) return null;
  return formatDuration(Math.round((seconds * (total - done)) / done));
}
