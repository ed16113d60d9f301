import { accessSync, constants, existsSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { dataFileBeside, readNetworkData } from "../comparison/read-network-data.ts";
import { InputError } from "../errors.ts";
import { columnsOf } from "../problem/compile-network.ts";
import { createProblem, type Problem, type ProblemOverrides } from "../problem/problem.ts";
import { parseProblemText } from "../problem/problem-file.ts";

/** Reads and assembles a problem file. @throws InputError */
export async function readProblem(path: string, overrides: ProblemOverrides = {}): Promise<Problem> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(
      path,
      undefined,
      `cannot be read (${reason(error)})`,
      "give the path of a problem file, e.g. grids/double-well.json",
    );
  }
  const definition = parseProblemText(text, path);
  const network = "network" in definition.potential ? definition.potential.network : undefined;
  if (network?.data === undefined) return createProblem(definition, overrides);
  const file = dataFileBeside(path, network.data.file);
  const data = await readNetworkData(file, columnsOf(network, definition.parameters), network.data.inputs.length);
  return createProblem(definition, overrides, data);
}

/** Refuses an output path before any work is done: a missing or closed folder, or a folder in its place. @throws InputError */
export function checkWritable(path: string, option: string): void {
  const folder = dirname(resolve(path));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (!statSync(folder).isDirectory()) throw new Error("not a folder");
  } catch (error) {
    throw new InputError(
      option,
      path,
      `cannot be written (${reason(error)})`,
      `create the folder ${folder} or choose another path`,
    );
  }
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw new InputError(option, path, "is a folder", "give the path of a file");
  if (existing !== undefined) {
    try {
      accessSync(path, constants.W_OK);
    } catch (error) {
      throw new InputError(option, path, `cannot be overwritten (${reason(error)})`, "choose another path");
    }
  }
}

/**
 * Refuses `--out` and `--summary` (`-` is standard output) that cannot be written, or are one file, and an `--out` that exists unless
 * `force` is given. @throws InputError
 */
export function checkOutputs(out: string | undefined, summary: string | undefined, force: boolean): void {
  if (out !== undefined) {
    checkWritable(out, "--out");
    if (!force && existsSync(out)) throw new InputError("--out", out, "exists already", "choose another path, or add --force");
  }
  if (summary === undefined || summary === "-") return;
  checkWritable(summary, "--summary");
  if (out !== undefined && resolve(out) === resolve(summary)) {
    throw new InputError("--summary", summary, "the same file as --out", "give each its own path");
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "no permission",
    EISDIR: "is a folder",
    ENOTDIR: "not a folder",
  };
  return (code !== undefined && known[code]) || (error as Error).message;
}

/** Ends a command: the summary as JSON to its file, or to standard output in place of the text for a person if `path` is `-`. */
export async function writeSummary(path: string | undefined, summary: object, text: string): Promise<void> {
  const json = `${JSON.stringify(summary, null, 2)}\n`;
  process.stdout.write(path === "-" ? json : `${text}\n`);
  if (path !== undefined && path !== "-") await writeWhole(path, json);
}

/** Whether an allocation failed: the input asked for more than the machine has. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|invalid (typed )?array length/i.test(error.message);
}

/** Writes a file whole or not at all: beside its place first, then renamed into it. An interrupt removes the beginning. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(resolve(path)), `.${basename(path)}.${process.pid}.part`);
  const abandon = () => {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never begun.
    }
  };
  const interrupted = () => {
    abandon();
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    abandon();
    throw new InputError("output", path, `cannot be written (${reason(error)})`, "free the disk or choose another path");
  } finally {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", interrupted);
  }
}
