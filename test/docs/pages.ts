import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../sources.ts";

const FOLDER = join(root, "docs", "theory");

/** The theory pages by their names. */
export const PAGES: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".md"))
    .map((file) => [file.slice(0, -3), readFileSync(join(FOLDER, file), "utf8")]),
);

/** The rows of the table of a page whose header has these cells, without it: the text of each cell. */
export function rowsUnder(page: string, header: readonly string[]): string[][] {
  const lines = PAGES[page].split("\n");
  const cells = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const first = lines.findIndex((line) => line.startsWith("|") && cells(line).join() === header.join());
  if (first < 0) throw new Error(`docs/theory/${page}.md has no table ${header.join(" | ")}`);
  const rows = lines.slice(first + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map(cells);
}

/** A number as a page prints it, and half a unit of its last digit. */
export function printed(text: string): { value: number; rounding: number } {
  const digits = text.split(".")[1]?.length ?? 0;
  return { value: Number(text), rounding: 0.5001 * 10 ** -digits };
}
