import { InputError } from "../errors.ts";
import { dsvFormat } from "../reference/csv.ts";
import type { ParticleData, ReadOptions } from "./particle-data.ts";
import { type ChosenColumns, chooseColumns, particlesFromColumns } from "./read-table.ts";

/** Particles from a table of text with a header: one row each, separated by comma, semicolon or tab. */
export function particlesFromCsv(bytes: Uint8Array, path: string, options: ReadOptions): ParticleData {
  let chosen: ChosenColumns | undefined;
  const choose = (names: readonly string[]) => {
    chosen = chooseColumns(names, path, options);
    return [...chosen.variables, chosen.time, chosen.replica].filter((name) => name !== null);
  };
  const { rows, columns } = readCsvColumns(bytes, path, choose, OF_PARTICLES);
  const read = (name: string) => columns[name];
  return particlesFromColumns({ rows, chosen: chosen as unknown as ChosenColumns, read, path }, options);
}

/** What a table holds, for messages. */
export interface TableWords {
  row: string;
  columns: string;
  /** Kinds of files that would have been read. */
  formats: string;
}

const OF_PARTICLES: TableWords = {
  row: "particle",
  columns: "the variables, and time and replica where there are several",
  formats: ".npz, .npy, Parquet",
};

/**
 * Columns of a table of text with a header, separated by comma, semicolon or tab. Entries may be NaN or infinite.
 *
 * @param choose the columns wanted, given the names in the header; it may refuse them.
 * @throws InputError for a table without a header, rows of another length, blank rows before the end, and what is no number.
 */
export function readCsvColumns(
  bytes: Uint8Array,
  path: string,
  choose: (names: readonly string[]) => readonly string[],
  words: TableWords,
): { rows: number; columns: Record<string, Float64Array> } {
  const text = decodeText(bytes, path, words.formats);
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const separators = [",", ";", "\t"].map((separator) => ({ separator, count: header.split(separator).length }));
  const { separator } = separators.reduce((best, candidate) => (candidate.count > best.count ? candidate : best));
  let names: string[] | undefined;
  let columns: { name: string; at: number; values: Float64Array }[] = [];
  let rows = 0;
  let blankLine = 0;

  const readRow = (cells: string[], index: number) => {
    if (names === undefined) {
      const found = headerNames(cells, path, words);
      columns = choose(found).map((name) => ({ name, at: found.indexOf(name), values: new Float64Array(1024) }));
      names = found;
      return;
    }
    const line = index + 1;
    if (cells.length === 1 && cells[0].trim() === "") {
      if (blankLine === 0) blankLine = line;
      return;
    }
    if (blankLine > 0)
      throw new InputError(path, undefined, `line ${blankLine} is blank`, `remove it, or write the ${words.row} that is missing`);
    if (cells.length !== names.length) {
      const problem = `line ${line} has ${cells.length} cells for ${names.length} columns`;
      throw new InputError(path, undefined, problem, "give each row one cell for each column");
    }
    for (const column of columns) {
      if (rows === column.values.length) column.values = grown(column.values);
      column.values[rows] = parseCell(cells[column.at], line, column.name, path);
    }
    rows++;
  };
  // Rows are read one by one and none is kept, so that a large table fits.
  dsvFormat(separator).parseRows(text, (cells, index) => {
    readRow(cells, index);
    return null;
  });
  if (names === undefined) throw new InputError(path, undefined, "has no header", headerRemedy(words));
  return { rows, columns: Object.fromEntries(columns.map(({ name, values }) => [name, values.subarray(0, rows)])) };
}

const headerRemedy = ({ columns }: TableWords) => `begin it with the names of the columns: ${columns}`;

function decodeText(bytes: Uint8Array, path: string, formats: string): string {
  let text: string | null = null;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: refused below.
  }
  if (text === null || text.includes("\0")) {
    throw new InputError(path, undefined, `cannot be read: neither ${formats} nor text in UTF-8`, "write it as one of them");
  }
  return text;
}

function headerNames(cells: readonly string[], path: string, words: TableWords): string[] {
  const names = cells.map((cell) => cell.trim());
  if (names.every((name) => name === "" || Number.isFinite(Number(name)))) {
    throw new InputError(path, undefined, `has no header: its first line is ${names.slice(0, 4).join(", ")}`, headerRemedy(words));
  }
  return names;
}

/** Not-a-number and the infinities as other languages print them; they are refused with their place in the ensemble. */
const NOT_FINITE = /^([+-]?)(nan|inf|infinity)$/i;

function parseCell(cell: string, line: number, name: string, path: string): number {
  const value = Number(cell);
  if (Number.isFinite(value) && /\d/.test(cell) && !/^\s*[+-]?0[xob]/i.test(cell)) return value;
  const special = NOT_FINITE.exec(cell.trim());
  if (special !== null) {
    if (special[2].toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const problem = `line ${line}, column "${name}": "${cell}" is not a number`;
  throw new InputError(path, undefined, problem, "write numbers with a decimal point, e.g. 0.25 or 1e-3");
}

function grown(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
