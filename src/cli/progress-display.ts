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

/** One line, drawn over the one before. Neither the cursor nor the wrapping of the terminal is changed, so whatever ends the command leaves nothing to restore. */
function createBar({ label: first, total, unit }: Omit<ProgressStart, "done">, done: () => Done): Display {
  const started = performance.now();
  let label = first;
  let drawn = false;
  const display: Display = {
    draw() {
      const { done: now, before } = done();
      const seconds = (performance.now() - started) / 1000;
      const amount = unit === undefined ? null : `${amountOf(now, total, unit)} | ${((now - before) / seconds).toPrecision(3)}/s`;
      const left = timeLeft(seconds, now - before, total - before) ?? "-";
      process.stderr.write(`\r${barLine({ share: now / total, amount, left, label }, process.stderr.columns || 80)}${CLEAR_RIGHT}`);
      drawn = true;
    },
    setLabel(next) {
      label = next;
    },
    clear() {
      if (drawn) process.stderr.write(`\r${CLEAR_RIGHT}`);
      drawn = false;
    },
    stop: () => display.clear(),
  };
  display.draw();
  return display;
}

const CLEAR_RIGHT = "\u001b[K";
/** Lengths of the bar itself, and whether the amount stands beside it: the first that leaves room for the label. */
const SHAPES = [
  { size: 24, withAmount: true },
  { size: 10, withAmount: true },
  { size: 10, withAmount: false },
] as const;

export interface BarState {
  /** 0 to 1. */
  share: number;
  amount: string | null;
  left: string;
  label: string;
}

/** A bar that is shorter than `columns`, with room for the ^C that a terminal shows: first the bar itself gives way, then the amount, and last the label, between two words. */
export function barLine({ share, amount, left, label }: BarState, columns: number): string {
  const room = columns - 3;
  const inside = Math.min(1, Math.max(0, share));
  const heads = SHAPES.map(({ size, withAmount }) => {
    const full = Math.round(size * inside);
    const bar = "\u2588".repeat(full) + "\u2591".repeat(size - full);
    return `${bar} ${Math.floor(100 * inside)}% | ${withAmount && amount !== null ? `${amount} | ` : ""}ETA ${left}`;
  });
  const fits = heads.find((head) => head.length + SEPARATOR.length + label.length <= room);
  if (fits !== undefined) return `${fits}${SEPARATOR}${label}`;
  const head = heads[heads.length - 1];
  const cut = cutAtWord(label, room - head.length - SEPARATOR.length);
  return cut === "" ? head.slice(0, room) : `${head}${SEPARATOR}${cut}`;
}

const SEPARATOR = " | ";

/** As many whole words as there is room for, and a mark where some are left out. */
function cutAtWord(text: string, room: number): string {
  if (text.length <= room) return text;
  const end = text.lastIndexOf(" ", room - 2);
  return end <= 0 ? "" : `${text.slice(0, end)} \u2026`;
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
