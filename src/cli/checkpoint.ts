import { InputError } from "../errors.ts";
import { type KeptValues, openKept } from "../files/kept-values.ts";
import type { Keep } from "../numerics/keep.ts";
import type { Problem } from "../problem/problem.ts";
import { version } from "../version.ts";
import { tellHost } from "./host.ts";

/** Seconds of work from one state that is kept to the next. */
export const KEEP_EVERY = 30;
/** Work that takes less than this share of them is not worth a file: at a snapshot, or for a part that is computed as a whole. */
const LEAST_SHARE = 1 / 30;

/** Where a long command keeps what it has done; see KeptValues. */
export interface Checkpoint extends KeptValues {
  /** Whether it is time to keep a state. @param natural at a point where little has to be kept. */
  isDue(natural: boolean): boolean;
  /** Keeps a state; then the time to the next begins. */
  keepState(name: string, value: unknown): void;
  /** A value that was kept, or else is computed now and kept for the next time. */
  keep: Keep;
}

/**
 * Opens the folder of --checkpoint.
 *
 * @param identity the command, and all that its numbers depend on beside the version and the processor.
 * @throws InputError as openKept
 */
export function openCheckpoint(option: string, folder: string, every: number, identity: object): Checkpoint {
  const kept = openKept(folder, {
    option,
    // Compilers of Node may fuse products and sums on one processor and not on another.
    identity: { version, platform: process.arch, ...identity },
    announce: (part) => tellHost({ part }),
    warn: (sentence) => process.stderr.write(`warning: ${sentence}\n`),
  });
  let last = performance.now();
  const least = LEAST_SHARE * every * 1000;
  return {
    ...kept,
    isDue: (natural) => performance.now() - last >= (natural ? least : every * 1000),
    keepState(name, value) {
      kept.put(name, value);
      last = performance.now();
    },
    keep<Value>(name: string, compute: () => Value): Value {
      const found = kept.get(name);
      if (found !== undefined) return found as Value;
      const started = performance.now();
      const value = compute();
      if (performance.now() - started >= least) kept.put(name, value);
      return value;
    },
  };
}

/**
 * The folder of --checkpoint, where it is given: it belongs to one problem, and one choice of the options that matter to the numbers.
 *
 * @param chosen the command and these options.
 */
export async function checkpointOf(
  { checkpoint, checkpointEvery }: { checkpoint?: string | undefined; checkpointEvery?: number | undefined },
  problem: Problem,
  chosen: object,
): Promise<Checkpoint | null> {
  if (checkpoint === undefined) {
    if (checkpointEvery === undefined) return null;
    throw new InputError("--checkpoint-every", checkpointEvery, "given without --checkpoint", "name the folder, or leave it out");
  }
  const { identityOfProblem } = await import("../ensembles/plan.ts");
  const identity = { ...chosen, problem: identityOfProblem(problem) };
  return openCheckpoint("--checkpoint", checkpoint, checkpointEvery ?? KEEP_EVERY, identity);
}

const MOST_NAMED = 12;

/** Says on standard error which parts are there already. */
export function sayParts({ names }: Checkpoint): void {
  const others = names.length - MOST_NAMED;
  const shown = others > 1 ? [...names.slice(0, MOST_NAMED), `and ${others} others`] : names;
  if (names.length > 0) sayGoesOn(`${names.length} finished ${names.length === 1 ? "part" : "parts"}: ${shown.join(", ")}`);
}

/** Says on standard error where the work goes on. */
export function sayGoesOn(where: string): void {
  process.stderr.write(`goes on from ${where}\n`);
}
