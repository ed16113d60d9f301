import { totalmem } from "node:os";
import { InputError } from "../errors.ts";
import { readBoundedText } from "../files/read-bounded.ts";
import { columnsOf } from "../potential/compile-network.ts";
import { createProblem, type Problem, type ProblemOverrides } from "../problem/problem.ts";
import { parseProblemText } from "../problem-file/problem-file.ts";
import { dataFileBeside, readNetworkData } from "../problem-file/read-network-data.ts";

/** Reads and assembles a problem file. @throws InputError */
export async function readProblem(path: string, overrides: ProblemOverrides = {}): Promise<Problem> {
  const text = await readBoundedText(path, "give the path of a problem file, or the name of an example such as double-well");
  try {
    return await assemble(path, text, overrides);
  } catch (error) {
    // A file of a person does not exhaust the stack: parsers and checks go down as deep as it is nested.
    if (!(error instanceof RangeError) || !/call stack/i.test(error.message)) throw error;
    throw new InputError(path, undefined, "is nested too deeply", "write it with fewer brackets within brackets");
  }
}

async function assemble(path: string, text: string, overrides: ProblemOverrides): Promise<Problem> {
  const definition = parseProblemText(text, path);
  const network = "network" in definition.potential ? definition.potential.network : undefined;
  if (network?.data === undefined) return createProblem(definition, overrides);
  const file = dataFileBeside(path, network.data.file);
  const data = await readNetworkData(file, columnsOf(network, definition.parameters), network.data.inputs.length);
  return createProblem(definition, overrides, data);
}

/** The files that a problem is read from: its own, and that of its data. */
export function inputsOf(path: string, { definition: { potential } }: Pick<Problem, "definition">): string[] {
  const data = "network" in potential ? potential.network.data : undefined;
  return data === undefined ? [path] : [path, dataFileBeside(path, data.file)];
}

/**
 * Refuses sizes that do not fit in memory: the system may grant an allocation that it cannot serve, and kill the process later.
 *
 * @throws InputError
 */
export function checkMemory(field: string, value: unknown, bytes: number, remedy: string): void {
  // Of a container, where there is a limit; without one Node says 0 or more than the machine has.
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  if (bytes <= memory) return;
  throw new InputError(field, value, `needs ${formatBytes(bytes)} of memory, and there are ${formatBytes(memory)}`, remedy);
}

/** `2.4 GB`: in powers of ten, as disks are sold. */
export function formatBytes(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${["bytes", "kB", "MB", "GB", "TB"][power]}`;
}
