import { InputError } from "../errors.ts";
import { dsvFormat } from "./csv.ts";
import type { NamedRoles } from "./names.ts";
import type { ParticleData, ReadOptions } from "./particle-data.ts";
import { chooseColumns, particlesFromColumns, type TableColumn } from "./read-table.ts";
import { type ColumnKind, growingColumn } from "./text-column.ts";

/** Particles from a table of text with a header: one row each. */
export function particlesFromCsv(bytes: Uint8Array, path: string, options: ReadOptions): ParticleData {
  let roles: NamedRoles | undefined;
  const choose = (names: readonly string[]) => {
    roles = chooseColumns(names, path, options);
    const numbers = [...roles.variables, roles.time, roles.weights].filter((name) => name !== null);
    const others = [roles.replica, ...roles.rest].filter((name) => name !== null);
    return new Map([...numbers.map((name) => [name, "number"] as const), ...others.map((name) => [name, "any"] as const)]);
  };
  const { rows, columns } = readCsvColumns(bytes, path, choose, OF_PARTICLES);
  return particlesFromColumns({ rows, roles: roles as unknown as NamedRoles, columns, path, kind: "column", dt: null, scheme: null }, options); // biome-ignore format: one call
}

/** What a table holds, for messages. */
export interface TableWords {
  row: string;
  columns: string;
  /** Kinds of files that would have been read. */
  formats: string;
  /** Whether messages may show what stands in the file: its user named it. */
  shown: boolean;
}

const OF_PARTICLES: TableWords = {
  row: "particle",
  columns: "the variables, and time and replica where there are several",
  formats: ".npz, .npy, HDF5, Parquet",
  shown: true,
};

/**
 * Columns of a table of text with a header, separated by comma, semicolon, tab or white space. The header may begin with `#`, and so may lines
 * before it, which are no part of the table; numpy.savetxt writes it so. Entries may be NaN or infinite.
 *
 * @param choose the columns wanted, given the names in the header; it may refuse them.
 * @throws InputError for a table without a header, rows of another length, blank rows before the end, and text that is no number.
 */
export function readCsvColumns(
  bytes: Uint8Array,
  path: string,
  choose: (names: readonly string[]) => ReadonlyMap<string, ColumnKind>,
  words: TableWords,
): { rows: number; columns: Map<string, TableColumn> } {
  const text = decodeText(bytes, path, words.formats);
  const { names, start, line: firstLine, separator, comments } = readHeader(text, path, words);
  const columns = [...choose(names)].map(([name, kind]) => ({ at: names.indexOf(name), name, column: growingColumn(kind) }));
  let rows = 0;
  let blankLine = 0;
  const readRow = (cells: readonly string[], index: number) => {
    const line = firstLine + index;
    if (comments && cells[0].startsWith("#")) return;
    if (cells.length === 1 && cells[0].trim() === "") {
      if (blankLine === 0) blankLine = line;
      return;
    }
    if (blankLine > 0)
      throw new InputError(path, undefined, `line ${blankLine} is blank`, `remove it, or write the ${words.row} that is missing`);
    if (cells.length !== names.length) {
      const problem = `line ${line} has ${cells.length} cells for ${names.length} columns`;
      throw new InputError(path, undefined, problem, "give each row one cell for each column (from R: row.names = FALSE)");
    }
    for (const { at, name, column } of columns) {
      if (column.add(cells[at], rows)) continue;
      const cell = words.shown ? `"${cells[at]}"` : "what stands there";
      const problem = `line ${line}, column "${name}": ${cell} is not a number`;
      throw new InputError(path, undefined, problem, "write numbers with a decimal point, e.g. 0.25 or 1e-3");
    }
    rows++;
  };
  // Rows are read one by one and none is kept, so that a large table fits.
  eachRow(text.slice(start), separator, readRow);
  return { rows, columns: new Map(columns.map(({ name, column }) => [name, column.finished(rows)])) };
}

/** What may stand between two cells; white space is any run of it. */
const SEPARATORS = [",", ";", "\t", " "] as const;
type Separator = (typeof SEPARATORS)[number];

function eachRow(text: string, separator: Separator, read: (cells: readonly string[], index: number) => void): void {
  if (separator !== " ") {
    dsvFormat(separator).parseRows(text, (cells, index) => {
      read(cells, index);
      return null;
    });
    return;
  }
  for (let start = 0, index = 0; start < text.length; index++) {
    const { line, next } = lineAt(text, start);
    read(splitAtBlanks(line), index);
    start = next;
  }
}

/** White space within quotes separates nothing. */
function splitAtBlanks(line: string): string[] {
  if (!line.includes('"')) return line.trim().split(/\s+/);
  return Array.from(line.matchAll(/"((?:[^"]|"")*)"|\S+/g), ([cell, quoted]) => quoted?.replaceAll('""', '"') ?? cell);
}

function split(line: string, separator: Separator): string[] {
  let cells: readonly string[] = [""];
  eachRow(line, separator, (row) => {
    cells = row;
  });
  return cells.map((cell) => cell.trim());
}

function lineAt(text: string, start: number): { line: string; next: number } {
  const end = /\r\n|\n|\r|$/g;
  end.lastIndex = start;
  const found = end.exec(text) as RegExpExecArray;
  return { line: text.slice(start, found.index), next: found.index + found[0].length };
}

interface Header {
  names: string[];
  separator: Separator;
  /** Where the rows begin, and the number of that line. */
  start: number;
  line: number;
  /** Whether lines that begin with `#` are no rows. */
  comments: boolean;
}

/** The header is the first line; or the last of the lines with `#` that stand first, where a row of numbers follows it. */
function readHeader(text: string, path: string, words: TableWords): Header {
  const refuse = (problem: string): never => {
    throw new InputError(path, undefined, problem, `begin it with the names of the columns: ${words.columns}`);
  };
  let at = 0;
  let number = 1;
  let comment: string | null = null;
  let { line, next } = lineAt(text, at);
  const comments = line.trimStart().startsWith("#");
  for (; line.trimStart().startsWith("#"); number++) {
    const words = line.trim().replace(/^#+\s*/, "");
    if (words !== "") comment = words;
    at = next;
    ({ line, next } = lineAt(text, at));
  }
  if (comment !== null && (line === "" || split(line, separatorOf(line)).some(isNumber))) {
    return { ...withRows(comment, line), start: at, line: number, comments };
  }
  return { ...withRows(line, lineAt(text, next).line), start: next, line: number + 1, comments };

  function withRows(header: string, row: string): Pick<Header, "names" | "separator"> {
    const names = checkedHeader(split(header, separatorOf(header)));
    const separator = separatorOfRows(row, names, separatorOf(header));
    const cells = split(row, separator);
    // R's write.table names the rows, in quotes, but not the column of their names. Without quotes it may as well be a row with a cell too many.
    const namesRows = cells.length === names.length + 1 && row.startsWith('"');
    return { names: namesRows ? ["", ...names] : names, separator };
  }

  function checkedHeader(names: string[]): string[] {
    if (names.every((name) => name === "")) refuse("has no header");
    if (names.every((name) => name === "" || isNumber(name))) {
      refuse(
        words.shown
          ? `has no header: its first line is ${names.slice(0, 4).join(", ")}`
          : "has no header: its first line is one of numbers",
      );
    }
    return names;
  }
}

const isNumber = (cell: string) => (cell !== "" && Number.isFinite(Number(cell))) || /^[+-]?(nan|inf(inity)?)$/i.test(cell);

/** With a letter for what stands in quotes, which separates nothing. */
const unquoted = (line: string) => line.replace(/"(?:[^"]|"")*"/g, "q");

/** The one that stands most often; white space where no other does. */
function separatorOf(line: string): Separator {
  const [best, ...others] = SEPARATORS.map((separator) => ({ separator, count: split(unquoted(line), separator).length }));
  const blank = others.pop() as typeof best;
  const marked = others.reduce((most, other) => (other.count > most.count ? other : most), best);
  return marked.count === 1 && blank.count > 1 ? " " : marked.separator;
}

/** That of the header, unless the first row has as many cells by another one only. */
function separatorOfRows(row: string, names: readonly string[], ofHeader: Separator): Separator {
  const fits = (separator: Separator) => split(unquoted(row), separator).length === names.length;
  return fits(ofHeader) ? ofHeader : (SEPARATORS.find(fits) ?? ofHeader);
}

/** The longest text that the engine holds as one. */
const LONGEST_TEXT = 2 ** 29 - 25;

function decodeText(bytes: Uint8Array, path: string, formats: string): string {
  if (bytes.length > LONGEST_TEXT && !bytes.subarray(0, 4096).includes(0)) {
    const problem = `has ${bytes.length} bytes of text, and at most ${LONGEST_TEXT} are read`;
    throw new InputError(path, undefined, problem, `write it as one of ${formats}, or fewer rows`);
  }
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
