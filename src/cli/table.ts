/** Rows of text and numbers as aligned columns: numbers to six digits, right-aligned. */
export function formatTable(header: readonly string[], rows: readonly (readonly (string | number | boolean)[])[]): string {
  const cells = rows.map((row) => row.map(formatCell));
  const widths = header.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, k) => cell.padStart(widths[k]))
      .join("  ")
      .trimEnd();
  return [line(header), ...cells.map(line)].join("\n");
}

function formatCell(value: string | number | boolean): string {
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "boolean" ? (value ? "yes" : "no") : value;
}

/** Six significant digits, exponents only where they help. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0 || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(6))) : value.toExponential(3);
}
