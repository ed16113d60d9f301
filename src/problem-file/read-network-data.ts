import { dirname, isAbsolute, join, normalize, sep } from "node:path";
import { InputError } from "../errors.ts";
import { decodeNpy, type NumberArray } from "../files/npy.ts";
import { LARGEST_FILE, readBounded } from "../files/read-bounded.ts";
import { readCsvColumns, type TableWords } from "../files/read-csv.ts";
import { unzip } from "../files/unzip.ts";
import type { NetworkData } from "../potential/compile-network.ts";

/**
 * Where the file of a problem's `data.file` is: beside the problem file or in a folder there. Problem files are passed on, and one that
 * names other files of the machine is not obeyed. @throws InputError for an absolute path, and for one that leads out of the folder
 */
export function dataFileBeside(problemPath: string, file: string): string {
  const path = normalize(file);
  if (!isAbsolute(file) && path !== ".." && !path.startsWith(`..${sep}`)) return join(dirname(problemPath), path);
  throw new InputError(
    "potential.network.data.file",
    file,
    "is not in the folder of the problem file",
    "put it beside the problem file and give its name, e.g. rows.csv",
  );
}

/**
 * The columns of a data file: a CSV table with a header, or an .npz archive with an array of P numbers for each column, or `inputs` of
 * shape [P, k] for the inputs together.
 *
 * @param columns those wanted; @param inputs how many of them, from the first, are inputs.
 * @throws InputError for a file that cannot be read, or has not these columns.
 */
export async function readNetworkData(path: string, columns: readonly string[], inputs: number): Promise<NetworkData> {
  const bytes = await readBounded(path, LARGEST_FILE, "give the path of a .csv or .npz file");
  const isArchive = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return isArchive ? fromArchive(bytes, path, columns, inputs) : fromCsv(bytes, path, columns);
}

const OF_DATA: TableWords = { row: "row", columns: "the inputs and the target", formats: ".npz", shown: false };

function fromCsv(bytes: Uint8Array, path: string, columns: readonly string[]): NetworkData {
  // Messages tell nothing of the content: the problem file may be someone else's, and name any file.
  const choose = (names: readonly string[]) => {
    for (const column of columns) {
      const count = names.filter((name) => name === column).length;
      if (count === 1) continue;
      const problem = `${count === 0 ? "no column" : `${count} columns`} "${column}" among its ${names.length}`;
      throw new InputError(path, undefined, problem, "name its columns under potential.network.data.inputs and target");
    }
    return new Map(columns.map((name) => [name, "number"] as const));
  };
  const read = readCsvColumns(bytes, path, choose, OF_DATA).columns;
  return Object.fromEntries([...read].map(([name, { values }]) => [name, values]));
}

function fromArchive(bytes: Uint8Array, path: string, columns: readonly string[], inputs: number): NetworkData {
  const files = unzip(bytes, path);
  const arrayOf = (name: string): NumberArray | null => {
    const file = files.get(`${name}.npy`);
    if (file === undefined) return null;
    const array = decodeNpy(file, `${path}: ${name}`);
    if ("data" in array) return array;
    throw new InputError(`${path}: ${name}`, undefined, "holds text", "save an array of floats");
  };
  // A column may have that name itself.
  const together = columns.includes("inputs") ? null : arrayOf("inputs");
  if (together !== null) requireShape(together, 2, inputs, `${path}: inputs`);
  return Object.fromEntries(
    columns.map((column, k): [string, Float64Array] => {
      if (together !== null && k < inputs) return [column, columnOf(together, k)];
      const array = arrayOf(column);
      if (array === null) {
        throw new InputError(path, undefined, `no array "${column}" among its ${files.size}`, "save one array for each column");
      }
      requireShape(array, 1, 1, `${path}: ${column}`);
      return [column, array.data];
    }),
  );
}

function requireShape({ shape }: NumberArray, dimensions: number, width: number, field: string): void {
  if (shape.length === dimensions && (dimensions === 1 || shape[1] === width)) return;
  const wanted = dimensions === 1 ? "[rows]" : `[rows, ${width}], a column for each input`;
  throw new InputError(field, undefined, `has shape [${shape.join(", ")}]`, `give it the shape ${wanted}`);
}

function columnOf({ shape: [rows, width], data }: NumberArray, k: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, p) => data[p * width + k]);
}
