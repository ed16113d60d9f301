import { rmdirSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import type { Worker } from "node:worker_threads";
import { removeFile } from "../files/part-file.ts";
import { startWorker } from "../threads/worker.ts";
import type { CommandData } from "./command-worker.ts";
import { Exit, sayUnknown } from "./exit.ts";
import { isOutOfMemory, reason } from "./failures.ts";
import type { HostMessage } from "./host.ts";
import { createDisplay, type Display, readDone } from "./progress-display.ts";
import { breakLines, readScreen } from "./screen.ts";

/** Milliseconds between two drawings of progress. */
const DRAW_EVERY = 200;

/** Numbers of signals, which a shell adds to 128. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/**
 * Runs a command on a thread of its own (host.ts), and returns its exit code when all is printed. However it ends, temporary files are removed, the cursor is
 * shown, and there is one message: an interrupt prints none, but what stays where a command can go on, and exits with 130 or 143; an unforeseen error exits with 70.
 */
export function superviseCommand(args: readonly string[]): Promise<number> {
  return supervise(startCommand(args));
}

/** The same for a thread that was started with `stdout` and `stderr`. */
export async function supervise(worker: Worker): Promise<number> {
  const temporary: string[] = [];
  let display: Display | null = null;
  let serving = false;
  let exitCode: number | null = null;
  let interrupt: keyof typeof SIGNALS | null = null;
  let lost: string | null = null;
  let kept: string | null = null;
  let withinLine = false;

  const hear: (message: HostMessage) => void = (message) => {
    if ("part" in message) temporary.push(message.part);
    else if ("serving" in message) serving = true;
    else if ("kept" in message) kept = message.kept;
    else if ("exitCode" in message) exitCode = message.exitCode;
    else if ("label" in message) display?.setLabel(message.label);
    else {
      display?.stop();
      display = null;
      if ("progress" in message) {
        display = createDisplay(message.progress, readDone(message.progress.done));
      }
    }
  };
  worker.on("message", hear);
  worker.on("error", (error) => {
    display?.stop();
    exitCode = isOutOfMemory(error) ? sayFull() : sayUnknown(error);
  });
  const printed = [print(worker.stdout, process.stdout), print(worker.stderr, process.stderr)];
  const timer = setInterval(() => {
    if (!withinLine) display?.draw();
  }, DRAW_EVERY);
  const onSignal = (signal: NodeJS.Signals) => {
    const received = signal as keyof typeof SIGNALS;
    // A second signal ends the process at once.
    if (interrupt !== null) process.exit(128 + SIGNALS[received]);
    interrupt = received;
    void worker.terminate();
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);

  function print(from: NodeJS.ReadableStream, to: NodeJS.WriteStream): Promise<void> {
    let closed = false;
    to.on("error", (error: NodeJS.ErrnoException) => {
      // The reader has seen enough (`| head`): files are still written, and nothing is wrong.
      if (!closed && error.code !== "EPIPE") lost = reason(error);
      closed = true;
    });
    from.on("data", (chunk) => {
      display?.clear();
      if (!closed && interrupt === null) to.write(to.isTTY && to.columns > 0 ? breakLines(String(chunk), to.columns) : chunk);
      withinLine = !String(chunk).endsWith("\n");
    });
    return new Promise((resolve) => from.on("end", () => to.write("", () => resolve())));
  }

  await new Promise((resolve) => worker.once("exit", resolve));
  await Promise.all(printed);
  clearInterval(timer);
  for (const signal of Object.keys(SIGNALS)) process.off(signal, onSignal);
  display = endDisplay(display);
  for (const path of temporary.reverse()) removeTemporary(path);
  if (interrupt !== null && kept !== null) process.stderr.write(`${kept}\n`);
  if (interrupt !== null) return serving && interrupt === "SIGINT" ? Exit.fine : 128 + SIGNALS[interrupt];
  if (lost !== null) {
    process.stderr.write(`error: standard output could not be written (${lost})\n`);
    return Exit.notWritten;
  }
  return exitCode ?? sayUnknown(new Error("the thread of the command ended by itself"));
}

function endDisplay(display: Display | null): null {
  display?.stop();
  return null;
}

/** Commands that do the same for hours: the space for new objects must not grow with the length of the work. */
const STEADY = ["particles", "ensemble"];

function startCommand(args: readonly string[]): Worker {
  const maxOldGenerationSizeMb = getHeapStatistics().heap_size_limit / 2 ** 20;
  return startWorker("./command-worker", import.meta.url, {
    workerData: { args, screen: readScreen() } satisfies CommandData,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb, ...(STEADY.includes(args[0]) ? { maxYoungGenerationSizeMb: 6 } : {}) },
  });
}

function sayFull(): number {
  process.stderr.write("error: not enough memory; use fewer cells, particles, replicas or snapshots\n");
  return Exit.badInput;
}

/** A file, or a folder if nothing is in it. */
function removeTemporary(path: string): void {
  removeFile(path);
  try {
    rmdirSync(path);
  } catch {
    // It was a file, or is in use.
  }
}
