import type { ColumnData, FileMetaData, SchemaElement } from "hyparquet";
import { InputError } from "../errors.ts";
import type { ParticleData, ReadOptions } from "./particle-data.ts";
import { floatPrecision } from "./precision.ts";
import { chooseColumns, particlesFromColumns, type Table, type TableColumn } from "./read-table.ts";

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
  const roles = chooseColumns(
    children.map(({ element }) => element.name),
    path,
    options,
  );
  const needed = [...roles.variables, roles.time, roles.weights].filter((name) => name !== null);
  const typeOf = new Map(children.map((column) => [column.element.name, column]));
  const readable = (name: string) => {
    const { element, children: nested } = typeOf.get(name) as (typeof children)[number];
    return nested.length === 0 && isNumeric(element);
  };
  for (const name of needed) {
    if (readable(name)) continue;
    const { element } = typeOf.get(name) as (typeof children)[number];
    const type = element.logical_type?.type ?? element.converted_type ?? element.type ?? "nested";
    throw new InputError(path, undefined, `column "${name}" is of type ${type}`, "write it as DOUBLE or FLOAT");
  }
  // Labels may be text, and a column that is left is checked where it can be.
  const labels = [roles.replica, ...roles.rest].filter((name) => name !== null);
  const texts = labels.filter((name) => !readable(name) && typeOf.get(name)?.element.type === "BYTE_ARRAY");
  const columns = [...needed, ...labels.filter(readable), ...texts];
  const chunks: ColumnData[] = [];
  // An exception inside the callback would be lost: the chunks are checked afterwards.
  await parquetRead({ file, metadata, columns, compressors, onChunk: (chunk) => chunks.push(chunk) });

  const rows = Number(metadata.num_rows);
  const values = new Map(columns.map((name) => [name, new Float64Array(rows)]));
  const filled = new Map(columns.map((name) => [name, 0]));
  const places = new Map(texts.map((name) => [name, new Map<unknown, number>()]));
  for (const { columnName, columnData, rowStart } of chunks) {
    const column = values.get(columnName) as Float64Array;
    const known = places.get(columnName);
    const strict = needed.includes(columnName);
    for (let i = 0; i < columnData.length; i++) {
      const value = columnData[i];
      if (known !== undefined) column[rowStart + i] = placeIn(known, value);
      else if (strict || columnName === roles.replica) column[rowStart + i] = toNumber(value, rowStart + i, columnName, path);
      else column[rowStart + i] = value === null || value === undefined ? Number.NaN : Number(value);
    }
    filled.set(columnName, (filled.get(columnName) as number) + columnData.length);
  }
  for (const [name, count] of filled) {
    if (count === rows) continue;
    throw new InputError(path, undefined, `column "${name}" has ${count} of ${rows} rows`, "it may be truncated; write it again");
  }
  const table = new Map(
    columns.map((name): [string, TableColumn] => {
      const keys = places.get(name);
      const precision = floatPrecision(typeOf.get(name)?.element.type === "FLOAT" ? 4 : 8);
      return [
        name,
        { values: values.get(name) as Float64Array, texts: keys === undefined ? null : [...keys.keys()].map(String), precision },
      ];
    }),
  );
  return particlesFromColumns({ rows, roles, columns: table, path, kind: "column", ...aboutOf(metadata) }, options);
}

/** dt, scheme and resampling, where the metadata of the file hold them, as those of bdpde do. */
function aboutOf({ key_value_metadata: entries = [] }: FileMetaData): Pick<Table, "dt" | "scheme" | "resampleBelow"> {
  const entryOf = (wanted: string) => entries.find(({ key }) => key === wanted)?.value;
  const dt = Number(entryOf("dt"));
  const resampleBelow = Number(entryOf("resample_below"));
  return {
    dt: dt > 0 ? dt : null,
    scheme: entryOf("scheme") ?? null,
    ...(resampleBelow > 0 ? { resampleBelow } : {}),
  };
}

function placeIn(known: Map<unknown, number>, value: unknown): number {
  const place = known.get(value) ?? known.size;
  if (place === known.size) known.set(value, place);
  return place;
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
