/** A table as others take it, its first row the header. */
export type Rows = readonly (readonly string[])[];

export function toTabs(rows: Rows): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}

export function toMarkdown([header, ...rows]: Rows): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[\\|<]/g, "\\$&")).join(" | ")} |\n`;
  return `${line(header)}|${" --- |".repeat(header.length)}\n${rows.map(line).join("")}`;
}
