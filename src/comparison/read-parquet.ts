import type { ColumnData, SchemaElement } from "hyparquet";
import { InputError } from "../errors.ts";
import type { ParticleData, ReadOptions } from "./particle-data.ts";
import { chooseColumns, particlesFromColumns } from "./read-table.ts";

/** Particles from a Parquet table, one row each, in any of its codecs. Only the columns that are needed are read. */
export async function particlesFromParquet(bytes: Uint8Array, path: string, options: ReadOptions): Promise<ParticleData> {
  // Decompressors with their dictionaries, so they are loaded only to read.
  const [{ parquetMetadataAsync, parquetRead, parquetSchema }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const file = {
    byteLength: bytes.byteLength,
    // The slice of a Buffer would be a view of all of it.
    slice: (start: number, end = bytes.byteLength) => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
  const metadata = await parquetMetadataAsync(file);
  const { children } = parquetSchema(metadata);
  const chosen = chooseColumns(
    children.map(({ element }) => element.name),
    path,
    options,
  );
  const columns = [...chosen.variables, chosen.time, chosen.replica].filter((name) => name !== null);
  for (const { element, children: nested } of children) {
    if (columns.includes(element.name) && (nested.length > 0 || !isNumeric(element))) {
      const type = element.logical_type?.type ?? element.converted_type ?? element.type ?? "nested";
      throw new InputError(path, undefined, `column "${element.name}" is of type ${type}`, "write it as DOUBLE or FLOAT");
    }
  }
  const chunks: ColumnData[] = [];
  // An exception inside the callback would be lost: the chunks are looked at afterwards.
  await parquetRead({ file, metadata, columns, compressors, onChunk: (chunk) => chunks.push(chunk) });

  const rows = Number(metadata.num_rows);
  const values = new Map(columns.map((name) => [name, new Float64Array(rows)]));
  const filled = new Map(columns.map((name) => [name, 0]));
  for (const { columnName, columnData, rowStart } of chunks) {
    const column = values.get(columnName) as Float64Array;
    for (let i = 0; i < columnData.length; i++) column[rowStart + i] = toNumber(columnData[i], rowStart + i, columnName, path);
    filled.set(columnName, (filled.get(columnName) as number) + columnData.length);
  }
  for (const [name, count] of filled) {
    if (count === rows) continue;
    throw new InputError(path, undefined, `column "${name}" has ${count} of ${rows} rows`, "it may be truncated; write it again");
  }
  const read = (name: string) => values.get(name) as Float64Array;
  return particlesFromColumns({ rows, chosen, read, path }, options);
}

const NUMBERS = new Set(["FLOAT", "DOUBLE", "INT32", "INT64"]);
const NUMERIC_MEANINGS = /^(DECIMAL|INTEGER|FLOAT16|U?INT_\d+)$/;

/** Whether a column holds numbers as such: no dates, times, texts or truth values. */
function isNumeric({ type, converted_type, logical_type }: SchemaElement): boolean {
  const meanings = [logical_type?.type, converted_type].filter((meaning) => meaning !== undefined);
  if (meanings.length > 0) return meanings.every((meaning) => NUMERIC_MEANINGS.test(meaning));
  return type !== undefined && NUMBERS.has(type);
}

function toNumber(value: unknown, row: number, name: string, path: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  const found = value === null || value === undefined ? "is null" : "is not a number";
  throw new InputError(path, undefined, `row ${row} (from 0) of column "${name}" ${found}`, "give every row a number");
}
