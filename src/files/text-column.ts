import { textPrecision } from "./precision.ts";
import type { TableColumn } from "./read-table.ts";

/** How a column is read: numbers alone, or whatever stands there. */
export type ColumnKind = "number" | "any";

/** A column of text that is filled row by row. */
interface GrowingColumn {
  /** False where the cell is no number and only numbers are wanted. */
  add: (cell: string, row: number) => boolean;
  finished: (rows: number) => TableColumn;
}

/** Distinct cells that are kept to see how many digits are written: times are few. */
const MOST_TEXTS = 4096;

/**
 * Numbers as they are; of `any` kind, where a cell is not a number, the place of each cell in the list of all different ones, in which numbers are
 * equal however they are written. Cost: a number for each row, whatever the text.
 */
export function growingColumn(kind: ColumnKind): GrowingColumn {
  let values = new Float64Array(1024);
  let places: Map<string, number> | null = null;
  const written = new Set<string>();
  const placeOf = (text: string, map: Map<string, number>) => {
    const place = map.get(text) ?? map.size;
    if (place === map.size) map.set(text, place);
    return place;
  };
  return {
    add: (cell, row) => {
      if (row === values.length) values = doubled(values);
      const value = parseCell(cell);
      if (value === null && kind === "number") return false;
      if (value === null && places === null) {
        const map = new Map<string, number>();
        for (let i = 0; i < row; i++) values[i] = placeOf(String(values[i]), map);
        places = map;
      }
      if (places !== null) values[row] = placeOf(value === null ? cell.trim() : String(value), places);
      else values[row] = value as number;
      if (written.size < MOST_TEXTS) written.add(cell);
      return true;
    },
    finished: (rows) => ({
      values: values.subarray(0, rows),
      texts: places === null ? null : [...places.keys()],
      precision: textPrecision(written),
    }),
  };
}

/** Not-a-number and the infinities as other languages print them; they are refused with their place in the ensemble. */
const NOT_FINITE = /^([+-]?)(nan|inf|infinity)$/i;

function parseCell(cell: string): number | null {
  const value = Number(cell);
  if (Number.isFinite(value) && /\d/.test(cell) && !/^\s*[+-]?0[xob]/i.test(cell)) return value;
  const special = NOT_FINITE.exec(cell.trim());
  if (special === null) return null;
  if (special[2].toLowerCase() === "nan") return Number.NaN;
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
