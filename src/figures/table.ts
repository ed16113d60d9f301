import { formatNumber } from "./numbers.ts";

export type Cell = string | number | boolean;

/** A table as data: shown as text by `formatTable`, and on pages by whoever makes them. */
export interface Table {
  title: string;
  header: readonly string[];
  rows: readonly (readonly Cell[])[];
}

export interface TextLayout {
  /** Characters of a line (default: as many as there are). A wider table is split by columns into tables below each other, of at least one column each. */
  width?: number;
  /** First columns that tell the rows apart: each part of a split table begins with them (default 1). */
  keys?: number;
}

/** Rows as right-aligned columns of text; numbers to six digits by default. */
export function formatTable(header: Table["header"], rows: Table["rows"], digits = 6, layout: TextLayout = {}): string {
  const { width = Number.POSITIVE_INFINITY, keys = 1 } = layout;
  const cells = rows.map((row) => row.map((value) => formatCell(value, digits)));
  const widths = header.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row: readonly string[], columns: readonly number[]) =>
    columns
      .map((k) => row[k].padStart(widths[k]))
      .join(GAP)
      .trimEnd();
  return splitColumns(widths, width, keys)
    .map((columns) => [header, ...cells].map((row) => line(row, columns)).join("\n"))
    .join("\n\n");
}

const GAP = "  ";

/** Columns of each part of a table, the keys first. */
function splitColumns(widths: readonly number[], width: number, keys: number): number[][] {
  const total = (columns: readonly number[]) => columns.reduce((sum, k) => sum + widths[k] + GAP.length, -GAP.length);
  const all = [...widths.keys()];
  const parts = [all.slice(0, keys)];
  for (const k of all.slice(keys)) {
    const part = parts[parts.length - 1];
    if (part.length > keys && total([...part, k]) > width) parts.push([...all.slice(0, keys), k]);
    else part.push(k);
  }
  return parts;
}

function formatCell(value: Cell, digits: number): string {
  if (typeof value === "number") return formatNumber(value, digits);
  return typeof value === "boolean" ? (value ? "yes" : "no") : value;
}

/** A table as others take it, its first row the header. */
export type Rows = readonly (readonly string[])[];

export function toTabs(rows: Rows): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}

export function toMarkdown([header, ...rows]: Rows): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[\\|<]/g, "\\$&")).join(" | ")} |\n`;
  return `${line(header)}|${" --- |".repeat(header.length)}\n${rows.map(line).join("")}`;
}
