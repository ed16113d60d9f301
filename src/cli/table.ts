/** Rows of text and numbers as aligned columns: numbers to six digits unless told, right-aligned. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | boolean)[])[],
  digits = 6,
): string {
  const cells = rows.map((row) => row.map((value) => formatCell(value, digits)));
  const widths = header.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, k) => cell.padStart(widths[k]))
      .join("  ")
      .trimEnd();
  return [line(header), ...cells.map(line)].join("\n");
}

function formatCell(value: string | number | boolean, digits: number): string {
  if (typeof value === "number") return formatNumber(value, digits);
  return typeof value === "boolean" ? (value ? "yes" : "no") : value;
}

/** Six significant digits unless told, exponents (with four) only where they help. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0 || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(3);
}
