import { writeFileSync } from "node:fs";
import { InputError } from "../errors.ts";
import { putInPlace, removeFile, takePlace } from "../files/part-file.ts";
import { OutputError, reason } from "./failures.ts";
import { tellHost } from "./host.ts";
import { type Place, placeOf, refuseTwice, type Wanted } from "./output-place.ts";

/**
 * The files that a command writes. The places of all are checked before any work (output-place.ts), and each is put in its place when it is whole
 * (part-file.ts). The mode of a replaced file is kept.
 */

export interface Output {
  /** Where it is written until it is whole. */
  part: string;
  /** A failure is kept for the end of the command, and nothing more is written: the rest of the work goes on. */
  fail(error: unknown): void;
  /** Does something of the writing unless that has failed already. @returns null where it fails */
  attempt<Result>(work: () => Result): Result | null;
  /** Puts the file in its place. @returns whether it is there */
  publish(): boolean;
}

/**
 * Checks the outputs of a command, takes their places, and runs it; then removes every output that is not whole.
 *
 * @param given `inputs` are the files that the command reads.
 * @param run receives the outputs in the order in which they are wanted, null where no path is given.
 * @throws InputError for an output that may not be written, before `run`; OutputError for the first that could not, after it
 */
export async function withOutputs<Result>(
  wanted: readonly Wanted[],
  given: { inputs: readonly string[]; force: boolean },
  run: (files: readonly (Output | null)[]) => Promise<Result>,
): Promise<Result> {
  const places = wanted.map((one) => (one.path === undefined ? null : placeOf(one, one.path, given)));
  refuseTwice(places);
  const failures: OutputError[] = [];
  const parts: string[] = [];
  try {
    const files = places.map((place) => {
      if (place === null) return null;
      const part = take(place);
      parts.push(part);
      return createOutput(place, part, failures);
    });
    const result = await run(files);
    if (failures.length > 0) throw failures[0];
    return result;
  } finally {
    for (const part of parts) removeFile(part);
  }
}

/** The summary of a command: JSON, in a file unless the path is `-`. */
export function summaryAt(path: string | undefined): Wanted {
  return { option: "--summary", path: path === "-" ? undefined : path, format: "json" };
}

/** Prints what a command found, as text or as JSON where the path of the summary is `-`, and writes the summary. */
export function printResults(path: string | undefined, file: Output | null, summary: object, text: string): void {
  const json = `${JSON.stringify(summary, null, 2)}\n`;
  process.stdout.write(path === "-" ? json : `${text}\n`);
  writeOutput(file, json);
}

export function writeOutput(file: Output | null, content: Uint8Array | string): void {
  file?.attempt(() => writeFileSync(file.part, content));
  file?.publish();
}

function createOutput({ option, path, target, existing }: Place, part: string, failures: OutputError[]): Output {
  let failed = false;
  const failWith = (problem: string, remedy: string) => {
    failed = true;
    failures.push(new OutputError(new InputError(option, path, problem, remedy).message));
  };
  const fail = (error: unknown) => failWith(`could not be written (${reason(error)})`, "free the disk or choose another path");
  const attempt: Output["attempt"] = (work) => {
    if (failed) return null;
    try {
      return work();
    } catch (error) {
      fail(error);
      return null;
    }
  };
  return {
    part,
    fail,
    attempt,
    publish() {
      const placed = attempt(() => putInPlace(part, target, existing === null));
      if (placed !== false) return placed === true;
      const beside = `${target}.${process.pid}`;
      const kept = attempt(() => putInPlace(part, beside, true));
      failWith("was written by another program meanwhile", kept ? `what was computed is in ${beside}` : "choose another path");
      return false;
    },
  };
}

function take({ option, path, target }: Place): string {
  let taken: ReturnType<typeof takePlace>;
  try {
    taken = takePlace(target, { announce: (part) => tellHost({ part }) });
  } catch (error) {
    throw new InputError(option, path, `cannot be written (${reason(error)})`, "choose another path");
  }
  if ("part" in taken) return taken.part;
  throw new InputError(
    option,
    path,
    `is being written by another run (process ${taken.busy})`,
    "wait until that has ended, or choose another path",
  );
}
