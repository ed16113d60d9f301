import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");

/** The source files of a folder, by their paths from the root. */
export function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tsx?|mjs)$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name));
}

/** Comparisons with one of some names, in whatever way they are written, and further patterns. */
export function comparisonsWith(names: readonly string[], ...more: string[]): RegExp {
  const name = `"(?:${names.join("|")})"`;
  return new RegExp(
    [
      `[!=]==?\\s*${name}`,
      `${name}\\s*[!=]==?`,
      `case\\s+${name}`,
      `(?:includes|has|indexOf)\\(\\s*${name}`,
      `\\[[^\\]]*${name}[^\\]]*\\](?:\\s+as const\\))?\\.(?:includes|indexOf)`,
      ...more,
    ].join("|"),
    "g",
  );
}
