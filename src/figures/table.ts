import { formatNumber } from "./numbers.ts";

export type Cell = string | number | boolean;

/** A table as data: shown as text by `formatTable`, and on pages by whoever makes them. */
export interface Table {
  title: string;
  header: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** Rows as aligned columns of text, right-aligned; numbers to six digits by default. */
export function formatTable(header: Table["header"], rows: Table["rows"], digits = 6): string {
  const cells = rows.map((row) => row.map((value) => formatCell(value, digits)));
  const widths = header.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, k) => cell.padStart(widths[k]))
      .join("  ")
      .trimEnd();
  return [line(header), ...cells.map(line)].join("\n");
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
